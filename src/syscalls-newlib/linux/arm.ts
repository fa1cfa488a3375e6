// What is particular to ARM: telling libgloss's system-call stubs from other code, and the helper functions that Linux
// offers at the top of the address space (Documentation/arm/kernel_user_helpers), which glibc for ARMv5 calls for its
// thread pointer and for atomic operations.

import { GUEST_BASE, type GuestMemory, R, VOLATILE, X } from '../../machine/memory.js';

/**
 * Is the svc at `pc` one of libgloss's stubs (linux-syscalls0.S, as linux.specs links it)? They are an object file full of
 * `svc 0x9000NN; b _set_errno` (in Thumb `svc NN; b _set_errno`), so that a neighbour looks the same; select() alone
 * restores two registers between.
 */
export function is_libgloss_stub(memory: GuestMemory, pc: number, thumb: boolean): boolean {
  if (pc < 8) return false;
  // Not through read_32: neighbours may lie outside of the program, which must not be a fault.
  const halfword = (at: number) => memory.u16[(at + GUEST_BASE) >>> 1];
  const word = (at: number) => memory.u32[(at + GUEST_BASE) >>> 2];
  if (thumb) {
    const pair = (at: number) => halfword(at) >>> 8 === 0xdf && halfword(at + 2) >>> 11 === 0x1c;
    return (pair(pc) && (pair(pc - 4) || pair(pc + 4))) || (halfword(pc + 2) === 0xbc30 && pair(pc + 8));
  }
  const pair = (at: number) => word(at) >>> 8 === 0xef9000 && word(at + 4) >>> 24 === 0xea;
  return (pair(pc) && (pair(pc - 8) || pair(pc + 8))) || (word(pc + 4) === 0xe8bd0030 && pair(pc + 12));
}

const HELPERS = 0xffff0000;
/** Where __kuser_get_tls finds the thread pointer. */
const TLS_WORD = 0xffff0ff0;

const helper_code: readonly [address: number, code: readonly number[]][] = [
  // __kuser_cmpxchg64(old: r0, new: r1, ptr: r2): r0 = 0 and C set if *ptr was *old and is *new now.
  [
    0xffff0f60,
    [
      0xe92d4070, // push   {r4, r5, r6, lr}
      0xe8900030, // ldm    r0, {r4, r5}
      0xe8911040, // ldm    r1, {r6, ip}
      0xe8920003, // ldm    r2, {r0, r1}
      0xe0303004, // eors   r3, r0, r4
      0x00313005, // eorseq r3, r1, r5
      0x08821040, // stmeq  r2, {r6, ip}
      0xe2730000, // rsbs   r0, r3, #0
      0xe8bd8070, // pop    {r4, r5, r6, pc}
    ],
  ],
  // __kuser_memory_barrier()
  [0xffff0fa0, [0xe12fff1e]], // bx lr
  // __kuser_cmpxchg(old: r0, new: r1, ptr: r2): the same for one word
  [
    0xffff0fc0,
    [
      0xe5923000, // ldr    r3, [r2]
      0xe0533000, // subs   r3, r3, r0
      0x05821000, // streq  r1, [r2]
      0xe2730000, // rsbs   r0, r3, #0
      0xe12fff1e, // bx     lr
    ],
  ],
  // __kuser_get_tls()
  [0xffff0fe0, [0xe59f0008, 0xe12fff1e]], // ldr r0, [pc, #8] (TLS_WORD); bx lr
  // __kuser_helper_version
  [0xffff0ffc, [5]],
];

/** Puts the helper page in place. */
export function install_kernel_helpers(memory: GuestMemory): void {
  memory.map(HELPERS, 0x1000, R | X | VOLATILE);
  for (const [address, words] of helper_code) memory.u32.set(words, (address + GUEST_BASE) >>> 2);
}

/** The page is read-only to the guest, so not by way of checked accesses. */
export function set_tls_word(memory: GuestMemory, value: number): void {
  memory.u32[(TLS_WORD + GUEST_BASE) >>> 2] = value;
}
