// Handlers of signals: what the kernel puts on the stack before one runs, and takes from there when it returns through
// sigreturn or rt_sigreturn. The frames are Linux's (arch/arm/kernel/signal.c, arch/mips/kernel/signal.c), so that a
// handler can read and change the interrupted registers in its ucontext. Registers that a frame of ours does not show
// (floating point, HI and LO) come back from a copy kept here.

import { R, X } from '../../machine/memory.js';
import { Failure } from '../errno.js';
import type { LinuxAbi } from './abi.js';
import type { Process } from './process.js';
import type { SignalAction } from './signals.js';

const SA_ONSTACK = 0x0800_0000;
const SA_RESTORER = 0x0400_0000;
const SS_DISABLE = 2;
const SIGINFO_SIZE = 128;

/** Where things are in a frame, in bytes, and how registers are passed. */
interface FrameLayout {
  /** Frame of a plain handler, and of one with SA_SIGINFO. */
  size: number;
  rt_size: number;
  /** siginfo_t in the latter. */
  info: number;
  /** ucontext in either; a plain MIPS frame has a bare sigcontext instead. */
  context: number;
  rt_context: number;
  /** From the context: first general register, bytes of each, and how many; pc; mask. */
  registers: number;
  register_size: number;
  register_count: number;
  pc: number;
  mask: number;
  rt_mask: number;
  /** si_code and si_errno are the other way round on MIPS. */
  si_code: number;
}

const arm_frame: FrameLayout = {
  size: 760,
  rt_size: SIGINFO_SIZE + 760,
  info: 0,
  context: 0,
  rt_context: SIGINFO_SIZE,
  registers: 20 + 12,
  register_size: 4,
  register_count: 15,
  pc: 20 + 72,
  mask: 104,
  rt_mask: 104,
  si_code: 8,
};
/** From the ARM context: cpsr. */
const ARM_CPSR = 20 + 76;

const mips_frame: FrameLayout = {
  size: 24 + 592 + 16,
  rt_size: 24 + SIGINFO_SIZE + 24 + 592 + 16,
  info: 24,
  context: 24,
  rt_context: 24 + SIGINFO_SIZE + 24,
  registers: 16,
  register_size: 8,
  register_count: 32,
  pc: 8,
  mask: 592,
  rt_mask: 592,
  si_code: 4,
};

const is_mips = (abi: LinuxAbi) => abi.name === 'linux-mips-o32';

/** A handler that runs: its frame, and the state that it interrupted. */
export interface Interrupted {
  frame: number;
  rt: boolean;
  state: Uint32Array;
}

/** What siginfo_t says of a fault: si_code and si_addr. */
export interface FaultInfo {
  code: number;
  address: number;
}

/** Prepares the state so that the handler runs next; `mask` is what sigreturn restores. */
export function enter_handler(p: Process, signal: number, action: SignalAction, mask: bigint, fault?: FaultInfo): void {
  const { abi, data, machine } = p;
  const layout = is_mips(abi) ? mips_frame : arm_frame;
  const rt = (action.flags & abi.siginfo_flag) !== 0;
  const stack = machine.stack_pointer();
  const frame = (stack_for(p, action, stack) - (rt ? layout.rt_size : layout.size)) & ~7;
  const at = frame >>> 0;
  const context = at + (rt ? layout.rt_context : layout.context);
  const pc = machine.next_pc();
  try {
    data.put_bytes(at, new Uint8Array(rt ? layout.rt_size : layout.size));
    for (let n = 0; n < layout.register_count; n++)
      put_register(p, context + layout.registers + n * layout.register_size, layout, machine.general_register(n));
    put_register(p, context + layout.pc, layout, pc);
    if (!is_mips(abi)) data.put_32(context + ARM_CPSR, machine.processor_status());
    data.put_64_words(context + (rt ? layout.rt_mask : layout.mask), mask);
    if (rt) {
      data.put_32(at + layout.info, signal);
      if (fault) {
        data.put_32(at + layout.info + layout.si_code, fault.code);
        data.put_32(at + layout.info + 12, fault.address);
      } else {
        data.put_32(at + layout.info + 12, p.options.process_id);
        data.put_32(at + layout.info + 16, p.host.user.uid);
      }
    }
  } catch (error) {
    if (error instanceof Failure) p.die(11); // no room on the stack
    throw error;
  }
  p.interrupted.push({ frame: at, rt, state: machine.save_state() });
  const arguments_at = is_mips(abi) ? 4 : 0;
  machine.set_general_register(arguments_at, signal);
  machine.set_general_register(arguments_at + 1, rt ? at + layout.info : 0);
  machine.set_general_register(arguments_at + 2, rt ? context - (is_mips(abi) ? 24 : 0) : context);
  machine.set_general_register(is_mips(abi) ? 29 : 13, at);
  const restorer = (action.flags & SA_RESTORER) !== 0 && !is_mips(abi) ? action.restorer : trampoline(p, rt);
  machine.set_general_register(is_mips(abi) ? 31 : 14, restorer);
  if (is_mips(abi)) machine.set_general_register(25, action.handler);
  machine.jump(action.handler);
}

/** sigreturn: goes back to what the handler interrupted. Its result register is the interrupted one. */
export function leave_handler(p: Process): undefined {
  const { abi, data, machine } = p;
  const layout = is_mips(abi) ? mips_frame : arm_frame;
  const at = machine.stack_pointer();
  // A handler left by longjmp never returns here: what is below belongs to those.
  const known = p.interrupted.findLastIndex(({ frame }) => frame === at);
  if (known < 0) p.die(11);
  const { rt, state } = p.interrupted[known];
  p.interrupted.length = known;
  const context = at + (rt ? layout.rt_context : layout.context);
  try {
    machine.restore_state(state);
    let pc = get_register(p, context + layout.pc, layout);
    const status = is_mips(abi) ? 0 : data.get_32(context + ARM_CPSR);
    pc |= (status >>> 5) & 1; // the instruction set to return to
    machine.jump(pc >>> 0); // before the registers: it may set some as for a call
    if (!is_mips(abi)) machine.set_processor_status(status);
    for (let n = 0; n < layout.register_count; n++) {
      const value = get_register(p, context + layout.registers + n * layout.register_size, layout);
      machine.set_general_register(n, value);
    }
    p.signals.blocked = data.get_64_words(context + (rt ? layout.rt_mask : layout.mask));
  } catch (error) {
    if (error instanceof Failure) p.die(11);
    throw error;
  }
  return undefined;
}

function stack_for(p: Process, action: SignalAction, stack: number): number {
  const { pointer, size, flags } = p.signals.alternate_stack;
  if ((action.flags & SA_ONSTACK) === 0 || (flags & SS_DISABLE) !== 0) return stack;
  const there = stack > pointer && stack <= pointer + size;
  return there ? stack : pointer + size;
}

/** MIPS contexts hold registers as 64-bit numbers, sign-extended. */
function put_register(p: Process, address: number, layout: FrameLayout, value: number): void {
  if (layout.register_size === 4) p.data.put_32(address, value);
  else p.data.put_64(address, BigInt(value | 0));
}

function get_register(p: Process, address: number, layout: FrameLayout): number {
  if (layout.register_size === 4) return p.data.get_32(address);
  return Number(BigInt.asUintN(32, p.data.get_64(address)));
}

/**
 * Code that a handler returns to if the program has none of its own: two instructions for sigreturn, and two for
 * rt_sigreturn 8 bytes on.
 */
function trampoline(p: Process, rt: boolean): number {
  if (p.trampoline === 0) {
    const words = is_mips(p.abi)
      ? [0x24021017, 0x0000000c, 0x24021061, 0x0000000c] // li v0, 4119; syscall; li v0, 4193; syscall
      : [0xe3a07077, 0xef900077, 0xe3a070ad, 0xef9000ad]; // mov r7, #119; svc 0x900077; mov r7, #173; svc 0x9000ad
    p.trampoline = p.space.map(0, 16, R | X, false);
    const view = new DataView(new ArrayBuffer(16));
    words.forEach((word, n) => {
      view.setUint32(4 * n, word, p.data.little);
    });
    p.data.memory.write_bytes(p.trampoline, new Uint8Array(view.buffer));
    p.data.changed(p.trampoline, 16);
  }
  return p.trampoline + (rt ? 8 : 0);
}
