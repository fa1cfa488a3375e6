// System calls that wait for input or for time: poll, select and their kin. There is only this one process, so that a
// descriptor either is ready or never will be, but for timers.

import { fail } from '../errno.js';
import { layout_of } from '../guest-data.js';
import type { Calls, Process } from './process.js';

const POLLIN = 1;
const POLLOUT = 4;
const POLLNVAL = 32;

/** Can the descriptor be read? What the host cannot tell is taken to be ready: a read then waits. */
function readable(p: Process, fd: number): boolean {
  const file = p.files.get(fd);
  return file.host.available === undefined || (file.host.available() ?? 1) > 0;
}

/** Waits for the time given; without one nothing could ever end the wait. */
function wait(p: Process, timeout_ns: bigint | undefined, what: string): void {
  if (timeout_ns === 0n) return;
  if (timeout_ns === undefined && p.signals.alarm_ns === 0n) p.deadlock(what);
  sleep(p, timeout_ns);
}

/** Sleeps until the time is over or an alarm is due; returns the nanoseconds that are left. */
export function sleep(p: Process, duration_ns: bigint | undefined): bigint {
  const { clock } = p.host;
  const start = clock.monotonic_ns();
  const end = duration_ns === undefined ? p.signals.alarm_ns : start + duration_ns;
  const alarm = p.signals.alarm_ns;
  const until = alarm !== 0n && alarm < end ? alarm : end;
  if (until > start) clock.sleep_ns(until - start);
  p.signals.check_alarm(p);
  const left = end - clock.monotonic_ns();
  return duration_ns !== undefined && left > 0n ? left : 0n;
}

function poll(p: Process, address: number, count: number, timeout_ns: bigint | undefined): number {
  if (count > p.files.limit) fail('EINVAL');
  const layout = layout_of('fd:4 events:2 revents:2', 4);
  for (let last_look = false; ; last_look = true) {
    let ready = 0;
    for (let n = 0; n < count; n++) {
      const { fd, events } = p.data.get_struct(address + 8 * n, layout);
      let revents = 0;
      if ((fd | 0) >= 0) {
        if (!p.files.has(fd)) revents = POLLNVAL;
        else revents = events & ((readable(p, fd) ? POLLIN | 0x40 : 0) | POLLOUT | 0x100);
      }
      if (revents !== 0) ready += 1;
      p.data.put_struct(address + 8 * n, layout, { fd, events, revents });
    }
    if (ready > 0 || last_look) return ready;
    wait(p, timeout_ns, 'poll() on descriptors that cannot become ready');
  }
}

function select(p: Process, count: number, sets: readonly number[], timeout_ns: bigint | undefined): number {
  if (count > p.files.limit) fail('EINVAL');
  const test = (set: number, fd: number) =>
    set !== 0 && ((p.data.get_32(set + 4 * (fd >>> 5)) >>> (fd & 31)) & 1) === 1;
  for (let last_look = false; ; last_look = true) {
    const ready = sets.map(() => [] as number[]);
    for (let fd = 0; fd < count; fd++) {
      sets.forEach((set, kind) => {
        if (!test(set, fd)) return;
        if (!p.files.has(fd)) fail('EBADF');
        if (kind === 1 || (kind === 0 && readable(p, fd))) ready[kind].push(fd);
      });
    }
    const total = ready.reduce((sum, list) => sum + list.length, 0);
    if (total > 0 || last_look || timeout_ns === 0n) {
      sets.forEach((set, kind) => {
        if (set === 0) return;
        for (let word = 0; word < (count + 31) >>> 5; word++) {
          const bits = ready[kind].filter((fd) => fd >>> 5 === word).reduce((all, fd) => all | (1 << (fd & 31)), 0);
          p.data.put_32(set + 4 * word, bits);
        }
      });
      return total;
    }
    wait(p, timeout_ns, 'select() on descriptors that cannot become ready');
  }
}

function select_timeval(p: Process, n: number, r: number, w: number, e: number, timeout: number): number {
  return select(p, n, [r, w, e], timeout === 0 ? undefined : p.get_timeval(timeout));
}

function milliseconds(value: number): bigint | undefined {
  return (value | 0) < 0 ? undefined : BigInt(value) * 1_000_000n;
}

export const wait_calls: Calls = {
  poll: ['hex uint int', (p, fds, count, timeout) => poll(p, fds, count, milliseconds(timeout))],
  ppoll: [
    'hex uint hex',
    (p, fds, count, timeout) => poll(p, fds, count, timeout === 0 ? undefined : p.get_timespec(timeout, false)),
  ],
  ppoll_time64: [
    'hex uint hex',
    (p, fds, count, timeout) => poll(p, fds, count, timeout === 0 ? undefined : p.get_timespec(timeout, true)),
  ],
  select: [
    'int hex hex hex hex',
    (p, n, r, w, e, timeout) => {
      if (!p.abi.packed_arguments) return select_timeval(p, n, r, w, e, timeout);
      const [count, reads, writes, errors, time] = [0, 4, 8, 12, 16].map((offset) => p.data.get_32(n + offset));
      return select_timeval(p, count, reads, writes, errors, time);
    },
  ],
  _newselect: ['int hex hex hex hex', select_timeval],
  pselect6: [
    'int hex hex hex hex hex',
    (p, n, r, w, e, time) => select(p, n, [r, w, e], time === 0 ? undefined : p.get_timespec(time, false)),
  ],
  pselect6_time64: [
    'int hex hex hex hex hex',
    (p, n, r, w, e, time) => select(p, n, [r, w, e], time === 0 ? undefined : p.get_timespec(time, true)),
  ],
};
