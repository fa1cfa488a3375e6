// System calls of simulated programs. In: a trapping instruction's request (convention and number, from the ISA's abi) and
// the machine's state. Out: the call's effects on guest memory, on the host as far as it was granted, and on the registers
// that take the result. The Linux calls (linux/) are written once; conventions differ in numbers, registers, structures.

import type { Isa, MachineState } from '../adl/index.js';
import { type Host, HostError } from '../host/types.js';
import { GuestFault } from '../machine/fault.js';
import { DELAYED_PC, FIRST_SLOT, NEXT_PC, PC, type StateLayout } from '../machine/layout.js';
import { type GuestMemory, PAGE_BITS, R } from '../machine/memory.js';
import { bytes_of_delay, type Environment, is_in_delay_slot } from '../machine/state.js';
import { utf8 } from '../machine/text.js';
import { AddressSpace } from './address-space.js';
import { errno_number, Failure } from './errno.js';
import { GuestData } from './guest-data.js';
import { type LinuxAbi, linux_abis, SI_KERNEL, signal_number } from './linux/abi.js';
import { install_kernel_helpers, is_libgloss_stub, set_tls_word } from './linux/arm.js';
import { find_call } from './linux/calls.js';
import { type Machine, Process } from './linux/process.js';
import { install_monitor, monitor_call, monitor_operation } from './mips-monitor.js';
import { Semihosting } from './semihosting.js';
import { trace_line } from './trace.js';

/** si_code of an access to memory that is there, but not for that. */
const SEGV_ACCERR = 2;

/** What the system calls want to know of a loaded program; the loader's LoadedProgram is one. Ranges end before `end`. */
export interface ProgramPlaces {
  /** The initial break: where the heap begins. */
  brk: number;
  address_space: Readonly<Record<'heap' | 'mmap' | 'stack', { start: number; end: number }>>;
  endianness: 'little' | 'big';
}

export interface SyscallOptions {
  isa: Isa;
  layout: StateLayout;
  memory: GuestMemory;
  host: Host;
  /** Arguments of the program, its own name first. */
  argv: readonly string[];
  /** Path of the program file in the guest's namespace (/proc/self/exe). Default: argv[0]. */
  executable?: string;
  /** Where the loader has put things. */
  program: ProgramPlaces;
  /**
   * What calls from newlib's own stubs mean (docs/system-calls.md): `newlib` reads newlib's flags, structures and error
   * numbers, so that programs work; `qemu` takes them for Linux's, as qemu-arm does. Default: newlib.
   */
  syscalls?: 'newlib' | 'qemu';
  /** What getpid() answers. Default: 1000, so that runs repeat exactly. */
  process_id?: number;
  /** Takes one line, without its end, for each call. */
  trace?(line: string): void;
  /** Executable memory in [start, end) was written, mapped or unmapped, or the guest announced new code there. */
  on_code_write?(start: number, end: number): void;
}

/** The environment of a machine. `syscall` may change any register and memory, and may throw GuestExit or GuestFault. */
export interface Syscalls extends Environment {
  readonly process: Process;
  /**
   * Between two instructions: lets a handler run next, the one for the signal of the instruction's fault or for an alarm
   * that is due. False if the program has none.
   */
  interrupt(s: MachineState, fault?: GuestFault): boolean;
}

const EM_ARM = 40;
const EM_MIPS = 8;

/** Flags in ARM's status register. */
const STATUS_BITS = [
  ['N', 31],
  ['Z', 30],
  ['C', 29],
  ['V', 28],
  ['Q', 27],
  ['T', 5],
] as const;

/** Registers of the thread pointer on machines that have one. */
const THREAD_POINTERS = ['user_local', 'tp'];

/** Makes the system calls of one program; see SyscallOptions. */
export function make_syscalls(options: SyscallOptions): Syscalls {
  const { isa, layout, memory, host, program, trace } = options;
  const { abi } = isa;
  const slots = memory.u32;
  const slot_of = (name: string) => {
    const slot = layout.find(name);
    if (slot === undefined)
      throw new Error(`ISA ${isa.name}: no register ${name}, which its abi or a convention names`);
    return slot;
  };
  const argument_slots = abi.arguments.map(slot_of);
  const result_slot = slot_of(abi.result);
  const stack_slot = slot_of(abi.stack_pointer);
  const thumb_slot = isa.selector === undefined ? undefined : layout.find(isa.selector);
  const arm = abi.elf_machine === EM_ARM;
  const mips = abi.elf_machine === EM_MIPS;
  const general_base = stack_slot - (arm ? 13 : 29);
  const thread_slot = THREAD_POINTERS.map((name) => layout.find(name)).find((slot) => slot !== undefined);
  let thread_pointer = 0;
  let state: MachineState;

  const code_written = options.on_code_write ?? (() => {});
  const machine: Machine = {
    stack_pointer: () => slots[stack_slot],
    set_thread_pointer(value) {
      thread_pointer = value;
      if (arm) set_tls_word(memory, value);
      if (thread_slot !== undefined) slots[thread_slot] = value;
    },
    thread_pointer: () => thread_pointer,
    code_written,
    write_register: (name, value) => {
      slots[slot_of(name)] = value;
    },
    general_register: (n) => slots[general_base + n],
    set_general_register(n, value) {
      slots[general_base + n] = value;
    },
    processor_status: () =>
      STATUS_BITS.reduce((word, [name, bit]) => (word | (slots[slot_of(name)] << bit)) >>> 0, 0x10),
    set_processor_status(value) {
      for (const [name, bit] of STATUS_BITS) slots[slot_of(name)] = (value >>> bit) & 1;
    },
    save_state: () => slots.slice(FIRST_SLOT, layout.end),
    restore_state: (saved) => slots.set(saved, FIRST_SLOT),
    next_pc: () => state.next_pc,
    jump: (entry) => abi.start(state, entry),
  };
  if (arm) install_kernel_helpers(memory);
  if (mips) install_monitor(memory, program.endianness === 'little');

  const delay = bytes_of_delay(isa);
  const data = new GuestData(memory, program.endianness === 'little', code_written);
  const space = new AddressSpace(memory, { brk: program.brk, ...program.address_space }, code_written);
  const argv = options.argv.map(byte_string);
  const process = new Process(host, data, space, machine, {
    executable: byte_string(options.executable ?? (options.argv[0] || 'program')),
    arguments: argv,
    process_id: options.process_id ?? 1000,
  });
  process.abi = linux_abis['linux-arm-eabi'];
  let semihosting: Semihosting | undefined;

  /** Dialect and number of a request that is not semihosting. */
  function dialect(convention: string, number: number, immediate: number): { abi: LinuxAbi; number: number } {
    const linux = linux_abis[convention as LinuxAbi['name']];
    if (linux === undefined)
      throw new GuestFault('SIGILL', `system call by the convention '${convention}', which is not known here`);
    if (arm && options.syscalls !== 'qemu') {
      const thumb = thumb_slot !== undefined && slots[thumb_slot] === 1;
      if (linux.name === 'linux-arm-oabi' && is_libgloss_stub(memory, state.pc, thumb))
        return { abi: linux_abis['newlib-arm'], number };
      // libgloss's Thumb stubs hold the number in the instruction, where Linux and qemu look into r7.
      if (thumb && immediate !== 0 && is_libgloss_stub(memory, state.pc, true))
        return { abi: linux_abis['newlib-arm'], number: immediate };
    }
    return { abi: linux, number };
  }

  function arguments_of(linux: LinuxAbi): number[] {
    const values = argument_slots.map((slot) => slots[slot]);
    if (linux.name === 'linux-mips-o32') {
      // o32 passes the fifth argument and on above the caller's four home words.
      values.length = 4;
      const at = slots[stack_slot] + 16;
      if (memory.allows(at, 12, R)) for (let n = 0; n < 3; n++) values.push(memory.read_32(at + 4 * n));
    }
    while (values.length < 7) values.push(0);
    return values;
  }

  function put_result(linux: LinuxAbi, value: number, failed: boolean): void {
    if (linux.name === 'linux-mips-o32') {
      slots[result_slot] = value;
      slots[slot_of('a3')] = failed ? 1 : 0;
    } else slots[result_slot] = failed ? -value : value;
  }

  function linux_call(convention: string, number: number, immediate: number): void {
    const called = dialect(convention, number, immediate);
    const linux = called.abi;
    process.abi = linux;
    let call = find_call(linux, called.number);
    let args = arguments_of(linux);
    if (call.name === 'syscall') {
      call = find_call(linux, args[0]);
      args = [...args.slice(1), 0];
    }
    const { name, implementation } = call;
    const signature = implementation?.[0] ?? 'hex hex hex hex';
    if (process.signals.alarm_ns !== 0n) process.signals.check_alarm(process);
    let result: number | undefined;
    let error: string | undefined;
    try {
      if (implementation === undefined) error = 'ENOSYS';
      else result = implementation[1](process, args[0], args[1], args[2], args[3], args[4], args[5]);
    } catch (thrown) {
      if (thrown instanceof Failure || thrown instanceof HostError) error = thrown.code;
      else {
        trace?.(trace_line(process, name, signature, args, null));
        throw thrown;
      }
    }
    if (trace) trace(trace_line(process, name, signature, args, result, error));
    if (error !== undefined) put_result(linux, errno_number(linux.errno, error), true);
    else if (result !== undefined) put_result(linux, result, false);
    if (process.signals.deliverable()) process.signals.deliver(process);
  }

  /** Signal handlers, which go where the machine's next instruction is: here the one that has not been executed. */
  function deliver(fault: GuestFault | undefined): boolean {
    const { signals, abi: linux } = process;
    if (fault) {
      const { signal, address = fault.pc } = fault;
      // The first of the signal's codes, unless Linux has another.
      const mapped = signal === 'SIGSEGV' && memory.pages[address >>> PAGE_BITS] !== 0;
      const code = fault.code ?? (signal === 'SIGILL' ? linux.illegal_code : mapped ? SEGV_ACCERR : 1);
      // The kernel's own signals say nothing of a place.
      const place = code === SI_KERNEL ? 0 : address;
      return signals.deliver_fault(process, signal_number(linux, signal.slice(3)), { code, address: place });
    }
    signals.check_alarm(process);
    if (!signals.deliverable()) return false;
    signals.deliver(process);
    return true;
  }

  return {
    process,
    interrupt(s, fault) {
      if (fault ? fault.signal === 'SIGABRT' : process.signals.alarm_ns === 0n) return false;
      const next_pc = slots[NEXT_PC];
      const between = is_in_delay_slot(slots, delay);
      // Not between a branch and its delay slot, unless that has failed: then a handler returns to the branch.
      if (between && !fault) return false;
      state = s;
      slots[NEXT_PC] = slots[PC] - (between ? delay : 0);
      const delivered = deliver(fault);
      if (delivered) {
        slots[PC] = slots[NEXT_PC];
        slots[NEXT_PC] = slots[DELAYED_PC];
      } else slots[NEXT_PC] = next_pc;
      return delivered;
    },
    syscall(s, immediate) {
      state = s;
      const operation = mips ? monitor_operation(s.pc, immediate) : undefined;
      if (operation !== undefined) {
        const [a, b, c] = argument_slots.map((slot) => slots[slot]);
        slots[result_slot] = monitor_call(process, operation, a, b, c);
        return;
      }
      const { convention, number } = abi.syscall(s, immediate);
      if (convention !== 'arm-semihosting') return linux_call(convention, number, immediate);
      semihosting ??= new Semihosting(process, program.address_space.stack, trace);
      slots[result_slot] = semihosting.call(number, slots[argument_slots[1]]);
    },
  };
}

/** A string of this program as the guest's bytes, one character each. */
export function byte_string(text: string): string {
  return String.fromCharCode(...utf8(text));
}
