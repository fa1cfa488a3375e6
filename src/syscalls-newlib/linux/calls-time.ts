// System calls on time: clocks, sleeping, timers, processor time.

import { fail } from '../errno.js';
import { layout_of } from '../guest-data.js';
import { sleep } from './calls-wait.js';
import type { Calls, Process } from './process.js';

const NS = 1_000_000_000n;
/** Clock ticks a second that times() counts in (USER_HZ). */
const TICKS = 100;

function cpu_ns(p: Process): bigint {
  const { user, system } = p.host.clock.cpu_us();
  return BigInt(user + system) * 1000n;
}

/** Time of a clock: 0 real time, 1 monotonic, 2 and 3 processor time, 4 to 6 coarse and raw kinds, 7 boot time. */
function clock_ns(p: Process, clock: number): bigint {
  if (clock === 0 || clock === 5 || clock === 11) return p.host.clock.realtime_ns();
  if (clock === 2 || clock === 3 || (clock | 0) < 0) return cpu_ns(p);
  if (clock === 1 || clock === 4 || clock === 6 || clock === 7) return p.host.clock.monotonic_ns();
  return fail('EINVAL');
}

function clock_gettime(p: Process, clock: number, address: number, wide: boolean): number {
  p.put_timespec(address, clock_ns(p, clock), wide);
  return 0;
}

function clock_getres(p: Process, clock: number, address: number, wide: boolean): number {
  clock_ns(p, clock);
  if (address !== 0) p.put_timespec(address, 1n, wide);
  return 0;
}

/** Sleeps; a signal that comes due ends it with EINTR and the rest of the time. */
function nanosleep(p: Process, duration_ns: bigint, rest: number, wide: boolean): number {
  const left = sleep(p, duration_ns);
  if (left === 0n || !p.signals.deliverable()) return 0;
  if (rest !== 0) p.put_timespec(rest, left, wide);
  return fail('EINTR');
}

const TIMER_ABSTIME = 1;

function clock_nanosleep(p: Process, clock: number, flags: number, time: number, rest: number, wide: boolean): number {
  const wanted = p.get_timespec(time, wide);
  if ((flags & TIMER_ABSTIME) === 0) return nanosleep(p, wanted, rest, wide);
  const left = wanted - clock_ns(p, clock);
  return left <= 0n ? 0 : nanosleep(p, left, 0, wide);
}

/** Timer of real time (ITIMER_REAL), which raises SIGALRM; seconds left, rounded up. */
function alarm(p: Process, seconds: number): number {
  const now = p.host.clock.monotonic_ns();
  const left = p.signals.alarm_ns === 0n ? 0n : p.signals.alarm_ns - now;
  p.signals.alarm_interval_ns = 0n;
  p.signals.alarm_ns = seconds === 0 ? 0n : now + BigInt(seconds) * NS;
  return left <= 0n ? 0 : Number((left + NS - 1n) / NS);
}

function put_itimer(p: Process, address: number): void {
  const { alarm_ns, alarm_interval_ns } = p.signals;
  const left = alarm_ns === 0n ? 0n : alarm_ns - p.host.clock.monotonic_ns();
  p.put_timeval(address, alarm_interval_ns);
  p.put_timeval(address + p.timeval_size, left < 0n ? 0n : left);
}

function setitimer(p: Process, which: number, value: number, before: number): number {
  if (which !== 0) fail('EINVAL');
  const interval = p.get_timeval(value);
  const first = p.get_timeval(value + p.timeval_size);
  if (before !== 0) put_itimer(p, before);
  p.signals.alarm_interval_ns = interval;
  p.signals.alarm_ns = first === 0n ? 0n : p.host.clock.monotonic_ns() + first;
  return 0;
}

export const time_calls: Calls = {
  time: [
    'hex',
    (p, address) => {
      const seconds = p.host.clock.realtime_ns() / NS;
      if (address !== 0) {
        if (p.abi.timeval.startsWith('sec:8')) p.data.put_64(address, seconds);
        else p.data.put_32(address, Number(seconds));
      }
      return Number(seconds);
    },
  ],
  gettimeofday: [
    'hex hex',
    (p, time, zone) => {
      if (time !== 0) p.put_timeval(time, p.host.clock.realtime_ns());
      if (zone !== 0) p.data.put_64(zone, 0n);
      return 0;
    },
  ],
  settimeofday: ['hex hex', () => fail('EPERM')],
  stime: ['hex', () => fail('EPERM')],
  clock_gettime: ['int hex', (p, clock, address) => clock_gettime(p, clock, address, false)],
  clock_gettime64: ['int hex', (p, clock, address) => clock_gettime(p, clock, address, true)],
  clock_getres: ['int hex', (p, clock, address) => clock_getres(p, clock, address, false)],
  clock_getres_time64: ['int hex', (p, clock, address) => clock_getres(p, clock, address, true)],
  clock_settime: ['int hex', () => fail('EPERM')],
  clock_settime64: ['int hex', () => fail('EPERM')],
  nanosleep: ['hex hex', (p, time, rest) => nanosleep(p, p.get_timespec(time, false), rest, false)],
  clock_nanosleep: [
    'int hex hex hex',
    (p, clock, flags, time, rest) => clock_nanosleep(p, clock, flags, time, rest, false),
  ],
  clock_nanosleep_time64: [
    'int hex hex hex',
    (p, clock, flags, time, rest) => clock_nanosleep(p, clock, flags, time, rest, true),
  ],
  times: [
    'hex',
    (p, address) => {
      const { user, system } = p.host.clock.cpu_us();
      const ticks = (microseconds: number) => Math.floor((microseconds * TICKS) / 1e6);
      if (address !== 0) {
        const layout = layout_of('utime:4 stime:4 cutime:4 cstime:4', 4);
        p.data.put_struct(address, layout, { utime: ticks(user), stime: ticks(system) });
      }
      // The count must not look like an error, and begins at no particular moment.
      return Number(p.host.clock.monotonic_ns() / (NS / BigInt(TICKS))) % 0x7000_0000;
    },
  ],
  getrusage: [
    'int hex',
    (p, who, address) => {
      const { user, system } = p.host.clock.cpu_us();
      const own = (who | 0) === -1 ? 0n : 1n; // RUSAGE_CHILDREN: there are none
      if ((who | 0) > 1 || (who | 0) < -1) fail('EINVAL');
      p.put_timeval(address, BigInt(user) * 1000n * own);
      p.put_timeval(address + p.timeval_size, BigInt(system) * 1000n * own);
      p.data.put_bytes(address + 2 * p.timeval_size, new Uint8Array(14 * 4));
      return 0;
    },
  ],
  alarm: ['uint', alarm],
  setitimer: ['int hex hex', setitimer],
  getitimer: [
    'int hex',
    (p, which, address) => {
      if (which !== 0) fail('EINVAL');
      put_itimer(p, address);
      return 0;
    },
  ],
};
