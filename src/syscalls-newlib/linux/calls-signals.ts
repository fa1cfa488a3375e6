// System calls on signals: actions, masks, sending, waiting, and the return from a handler.

import { fail } from '../errno.js';
import { layout_of } from '../guest-data.js';
import { sleep } from './calls-wait.js';
import type { Calls, Process } from './process.js';
import { leave_handler } from './signal-frames.js';

function get_mask(p: Process, address: number, bytes: number): bigint {
  return bytes === 4 ? BigInt(p.data.get_32(address)) : p.data.get_64_words(address);
}

function put_mask(p: Process, address: number, bytes: number, mask: bigint): void {
  if (bytes === 4) p.data.put_32(address, Number(mask & 0xffffffffn));
  else p.data.put_64_words(address, mask);
  if (bytes === 16) p.data.put_64_words(address + 8, 0n);
}

/** KILL and STOP cannot be blocked. They have the same numbers as bits in a mask wherever they are. */
function set_mask(p: Process, how: number, mask: bigint): void {
  const [block, unblock, set] = p.abi.mask_how;
  if (how === block) p.signals.blocked |= mask;
  else if (how === unblock) p.signals.blocked &= ~mask;
  else if (how === set) p.signals.blocked = mask;
  else fail('EINVAL');
}

function sigprocmask(p: Process, how: number, mask: number, before: number, bytes: number): number {
  const old = p.signals.blocked;
  if (mask !== 0) set_mask(p, how, get_mask(p, mask, bytes));
  if (before !== 0) put_mask(p, before, bytes, old);
  return 0;
}

function check_signal(signal: number): void {
  if (signal < 1 || signal > 64) fail('EINVAL');
}

function rt_sigaction(p: Process, signal: number, action: number, before: number): number {
  check_signal(signal);
  const layout = layout_of(p.abi.sigaction, 4);
  const old = p.signals.action(signal);
  let wanted: typeof old | undefined;
  if (action !== 0) {
    const { handler, flags, restorer } = p.data.get_struct(action, layout);
    const mask = layout.fields.find(({ name }) => name === 'mask')!.offset;
    wanted = { handler, flags, restorer: restorer ?? 0, mask: p.data.get_64_words(action + mask) };
  }
  if (before !== 0) {
    p.data.put_struct(before, layout, { handler: old.handler, flags: old.flags, restorer: old.restorer });
    p.data.put_64_words(before + layout.fields.find(({ name }) => name === 'mask')!.offset, old.mask);
  }
  if (wanted) p.signals.set_action(p, signal, wanted);
  return 0;
}

/** The old sigaction with a mask of one word. */
function sigaction(p: Process, signal: number, action: number, before: number): number {
  check_signal(signal);
  const mips = p.abi.name === 'linux-mips-o32';
  const layout = layout_of(mips ? 'flags:4 handler:4 mask:4 pad:12' : 'handler:4 mask:4 flags:4 restorer:4', 4);
  const old = p.signals.action(signal);
  const wanted = action === 0 ? undefined : p.data.get_struct(action, layout);
  if (before !== 0) p.data.put_struct(before, layout, { ...old, mask: old.mask & 0xffffffffn });
  if (wanted) {
    const { handler, flags, restorer, mask } = wanted;
    p.signals.set_action(p, signal, { handler, flags, restorer: restorer ?? 0, mask: BigInt(mask) });
  }
  return 0;
}

function send(p: Process, signal: number): number {
  if (signal > 64) fail('EINVAL');
  p.signals.raise(p, signal);
  return 0;
}

/** Process ids: its own, 0 and minus its own group mean itself; there is nobody else. */
function kill(p: Process, pid: number, signal: number): number {
  const own = p.options.process_id;
  const target = pid | 0;
  if (signal > 64) fail('EINVAL');
  if (target !== own && target !== 0 && target !== -own) fail('ESRCH');
  return send(p, signal);
}

/** Waits for a signal: an alarm is the only one that can come. */
function pause(p: Process, what: string): never {
  p.signals.check_alarm(p);
  if (!p.signals.deliverable()) {
    if (p.signals.alarm_ns === 0n) p.deadlock(what);
    while (!p.signals.deliverable()) sleep(p, undefined);
  }
  return fail('EINTR');
}

function sigsuspend(p: Process, mask: bigint): never {
  p.signals.saved_mask = p.signals.blocked;
  p.signals.blocked = mask;
  return pause(p, 'sigsuspend()');
}

function sigaltstack(p: Process, wanted: number, before: number): number {
  const mips = p.abi.name === 'linux-mips-o32';
  const layout = layout_of(mips ? 'pointer:4 size:4 flags:4' : 'pointer:4 flags:4 size:4', 4);
  const old = p.signals.alternate_stack;
  const next = wanted === 0 ? undefined : p.data.get_struct(wanted, layout);
  if (before !== 0) p.data.put_struct(before, layout, old);
  if (next) p.signals.alternate_stack = { pointer: next.pointer, size: next.size, flags: next.flags };
  return 0;
}

export const signal_calls: Calls = {
  kill: ['int signal', kill],
  tkill: ['int signal', (p, tid, signal) => (tid === p.options.process_id ? send(p, signal) : fail('ESRCH'))],
  tgkill: [
    'int int signal',
    (p, _group, tid, signal) => (tid === p.options.process_id ? send(p, signal) : fail('ESRCH')),
  ],
  rt_sigqueueinfo: ['int signal hex', kill],
  rt_sigaction: ['signal hex hex uint', rt_sigaction],
  sigaction: ['signal hex hex', sigaction],
  signal: [
    'signal hex',
    (p, signal, handler) => {
      check_signal(signal);
      const old = p.signals.action(signal).handler;
      p.signals.set_action(p, signal, { handler, flags: 0xc000_0000, restorer: 0, mask: 0n });
      return old;
    },
  ],
  rt_sigprocmask: ['int hex hex uint', (p, how, mask, before, size) => sigprocmask(p, how, mask, before, size)],
  sigprocmask: ['int hex hex', (p, how, mask, before) => sigprocmask(p, how, mask, before, 4)],
  rt_sigpending: [
    'hex uint',
    (p, address, size) => {
      put_mask(p, address, size, p.signals.pending & p.signals.blocked);
      return 0;
    },
  ],
  sigpending: [
    'hex',
    (p, address) => {
      put_mask(p, address, 4, p.signals.pending & p.signals.blocked);
      return 0;
    },
  ],
  rt_sigsuspend: ['hex uint', (p, mask) => sigsuspend(p, p.data.get_64_words(mask))],
  sigsuspend: ['hex', (p, a, _b, c) => sigsuspend(p, p.abi.base !== 0 ? BigInt(p.data.get_32(a)) : BigInt(c))],
  pause: ['', (p) => pause(p, 'pause()')],
  sigaltstack: ['hex hex', sigaltstack],
  sigreturn: ['', leave_handler],
  rt_sigreturn: ['', leave_handler],
};
