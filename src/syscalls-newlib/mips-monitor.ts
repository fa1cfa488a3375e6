// The IDT monitor's entry points, which MIPS programs linked with libgloss's -lidt call: a jump to 0xbfc00000 + 8n asks for
// operation n, with arguments in a0 … a2, result in v0. The page there holds code that makes a system call of each.
// Numbers as in libgloss/mips/idtmon.S of newlib; 17 (exit) as in GDB's simulator.

import { HostError } from '../host/types.js';
import { GUEST_BASE, type GuestMemory, R, W, X } from '../machine/memory.js';
import { Failure } from './errno.js';
import { linux_abis } from './linux/abi.js';
import { call_named } from './linux/calls.js';
import { AT_FDCWD, type Process } from './linux/process.js';

const MONITOR = 0xbfc00000;
const ENTRIES = 64;
/** Where entry n continues: two instructions of 8 bytes are not enough for a call and a return. */
const CONTINUATIONS = MONITOR + 8 * ENTRIES;
const CONTINUATION_SIZE = 16;

/** Code field of the page's SYSCALL instructions; the operation's number is added. */
const CODE = 0x1d700;

const OPERATION = {
  reset: 0,
  open: 6,
  read: 7,
  write: 8,
  close: 10,
  inbyte: 11,
  outbyte: 12,
  unlink: 13,
  lseek: 14,
  printf: 16,
  exit: 17,
  flush_cache: 28,
  get_mem_info: 55,
} as const;

/** Memory that the monitor reports, from the start of kseg0. */
const MEMORY_SIZE = 64 << 20;
const KSEG0 = 0x80000000;

/** Puts the entry points in place. */
export function install_monitor(memory: GuestMemory, little: boolean): void {
  memory.map(MONITOR, 0x1000, R | X);
  const view = new DataView(new ArrayBuffer(0x1000));
  const put = (address: number, word: number) => view.setUint32(address - MONITOR, word, little);
  for (let n = 0; n < ENTRIES; n++) {
    const entry = MONITOR + 8 * n;
    const continuation = CONTINUATIONS + CONTINUATION_SIZE * n;
    put(entry, 0x10000000 | ((continuation - entry - 4) >>> 2)); // b continuation; its delay slot is a nop
    put(continuation, ((CODE + n) << 6) | 0x0c); // syscall CODE + n
    put(continuation + 4, 0x03e00008); // jr ra
  }
  memory.write_bytes(MONITOR, new Uint8Array(view.buffer));
}

/** The operation that a SYSCALL with this code, at this address, asks for; undefined if it is none of the monitor's. */
export function monitor_operation(pc: number, code: number): number | undefined {
  return pc >= CONTINUATIONS && pc < MONITOR + 0x1000 && code >= CODE && code < CODE + ENTRIES
    ? code - CODE
    : undefined;
}

/** Carries out an operation; the result is -1 if it failed, and the program is not told why. */
export function monitor_call(p: Process, operation: number, a: number, b: number, c: number): number {
  p.abi = linux_abis['newlib-arm']; // newlib's open flags; registers and structures play no part
  const linux = (name: string, ...args: [number, number, number]) => {
    const [, run] = call_named(name)!;
    return run(p, ...args, 0, 0, 0) ?? 0;
  };
  try {
    switch (operation) {
      case OPERATION.open:
        return linux('open', a, b, c === 0 ? 0o666 : c);
      case OPERATION.read:
        return linux('read', a, b, c);
      case OPERATION.write:
        return linux('write', a, b, c);
      case OPERATION.close:
        return linux('close', a, 0, 0);
      case OPERATION.unlink:
        p.host.files.unlink(p.path_at(AT_FDCWD, a));
        return 0;
      case OPERATION.lseek:
        return linux('lseek', a, b, c);
      case OPERATION.inbyte: {
        const byte = new Uint8Array(1);
        return p.files.get(0).read(byte) === 0 ? -1 : byte[0];
      }
      case OPERATION.outbyte:
        p.files.get(1).write(Uint8Array.of(a));
        return 0;
      case OPERATION.printf: // the format alone: what it prints goes to the debugger's console
        p.files.get(2).write(p.data.input(a, p.data.c_string(a).length));
        return 0;
      case OPERATION.reset:
      case OPERATION.exit:
        return p.exit(a);
      case OPERATION.flush_cache:
        p.machine.code_written(0, 0x1_0000_0000 - GUEST_BASE);
        return 0;
      case OPERATION.get_mem_info:
        p.data.memory.map(KSEG0, MEMORY_SIZE, R | W);
        [MEMORY_SIZE, 4096, 4096].forEach((value, n) => {
          p.data.put_32(a + 4 * n, value);
        });
        return 0;
      default:
        return -1;
    }
  } catch (error) {
    if (error instanceof Failure || error instanceof HostError) return -1;
    throw error;
  }
}
