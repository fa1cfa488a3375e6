// A machine without a program, for tests of system calls: registers, some mapped memory, streams in memory, a directory.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import arm from '../../isa/armv5/index.js';
import { defineIsa, type Isa, instruction_set, registers } from '../../src/adl/index.js';
import { node_host } from '../../src/host/node.js';
import { InputStream, OutputStream } from '../../src/host/streams.js';
import { layout_state, NEXT_PC, PC } from '../../src/machine/layout.js';
import { GUEST_BASE, make_memory, R, W, X } from '../../src/machine/memory.js';
import { make_state } from '../../src/machine/state.js';
import { make_syscalls, type SyscallOptions } from '../../src/syscalls-newlib/index.js';

/** Registers of MIPS and nothing else: what the o32 convention needs of an ISA. */
export function mips_registers(endianness: 'little' | 'big'): Isa {
  return defineIsa({
    name: 'mips-registers',
    title: '',
    state: {
      r: registers(32, {
        names: 'zero at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 s0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k0 k1 gp sp fp ra',
      }),
    },
    instruction_sets: [instruction_set({ name: 'none', parcel: 32, encodings: [], semantics: {} })],
    abi: {
      elf_machine: 8,
      endianness,
      stack_pointer: 'sp',
      arguments: ['a0', 'a1', 'a2', 'a3'],
      result: 'v0',
      start(s, entry) {
        s.next_pc = entry;
      },
      syscall: (s) => ({ convention: 'linux-mips-o32', number: s.r[2] }),
    },
  });
}

/** Where test data goes: two pages, then nothing. */
export const DATA = 0x20000;
export const DATA_SIZE = 0x2000;
export const STACK_TOP = 0x90000;
export const CODE = 0x8000;
export const BRK = 0x30000;

export interface TestMachine extends ReturnType<typeof test_machine> {}

/** Calls go through the machine's registers, as from an instruction at CODE. */
export function test_machine(options: Partial<SyscallOptions> & { stdin?: string } = {}) {
  const isa = options.isa ?? arm;
  const is_arm = isa.abi.elf_machine === 40;
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'pydgin-calls-')));
  const layout = layout_state(isa);
  const memory = make_memory('little', true);
  const [stdout, stderr] = [new OutputStream(), new OutputStream()];
  const host = node_host({ directories: [directory], stdio: [new InputStream(options.stdin ?? ''), stdout, stderr] });
  memory.map(CODE, 0x1000, R | X);
  memory.map(DATA, DATA_SIZE, R | W);
  memory.map(STACK_TOP - 0x4000, 0x4000, R | W);
  const trace: string[] = [];
  const written: [number, number][] = [];
  const syscalls = make_syscalls({
    isa,
    layout,
    memory,
    host,
    argv: ['prog', 'arg'],
    program: {
      brk: BRK,
      address_space: {
        heap: { start: BRK, end: 0x70000 },
        mmap: { start: 0x4000_0000, end: 0x4100_0000 },
        stack: { start: STACK_TOP - 0x4000, end: STACK_TOP },
      },
      endianness: isa.abi.endianness,
    },
    trace: (line) => trace.push(line),
    on_code_write: (start, end) => written.push([start, end]),
    ...options,
  });
  const state = make_state(isa, layout, memory, syscalls);
  const slots = memory.u32;
  const slot = (name: string) => layout.find(name)!;
  const view = new DataView(memory.u8.buffer, GUEST_BASE + DATA, DATA_SIZE);
  const little = isa.abi.endianness === 'little';
  slots[slot('sp')] = STACK_TOP - 0x100;
  syscalls.process.cwd = directory;

  const machine = {
    isa,
    layout,
    memory,
    host,
    stdout,
    stderr,
    directory,
    trace,
    written,
    process: syscalls.process,
    register: (name: string) => slots[slot(name)],
    set_register: (name: string, value: number) => {
      slots[slot(name)] = value;
    },
    /** Traps with these arguments; the result as a signed number. */
    trap(immediate: number, args: readonly number[], pc = CODE): number {
      isa.abi.arguments.forEach((name, n) => {
        slots[slot(name)] = args[n] ?? 0;
      });
      slots[PC] = pc;
      slots[NEXT_PC] = pc + 4;
      state.syscall(immediate);
      return slots[slot(isa.abi.result)] | 0;
    },
    /** A call by number: the EABI's way on ARM, o32's on MIPS. */
    call(number: number, ...args: number[]): number {
      if (is_arm) slots[slot('r7')] = number;
      else slots[slot('v0')] = number;
      return machine.trap(0, args);
    },
    /** A semihosting operation whose block of words is put at DATA + 0x1000. */
    semihost(operation: number, ...words: number[]): number {
      words.forEach((word, n) => {
        machine.put_32(0x1000 + 4 * n, word);
      });
      return machine.trap(0x123456, [operation, DATA + 0x1000]);
    },
    /** Text with a zero byte at an offset in the data; its address. */
    text(text: string, offset = 0): number {
      memory.bytes(DATA + offset, text.length + 1).set(new TextEncoder().encode(`${text}\0`));
      return DATA + offset;
    },
    put_32: (offset: number, value: number) => view.setUint32(offset, value, little),
    put_64: (offset: number, value: bigint) => view.setBigUint64(offset, value, little),
    get_16: (offset: number) => view.getUint16(offset, little),
    get_32: (offset: number) => view.getUint32(offset, little),
    get_64: (offset: number) => view.getBigUint64(offset, little),
    get_text: (offset: number, length: number) => new TextDecoder().decode(memory.bytes(DATA + offset, length)),
    /** Instructions at CODE, for the recognition of newlib's stubs. */
    code(...words: number[]): void {
      words.forEach((word, n) => {
        memory.u32[(CODE + GUEST_BASE) / 4 + n - 2] = word;
      });
    },
    cleanup: () => rmSync(directory, { recursive: true, force: true }),
  };
  return machine;
}
