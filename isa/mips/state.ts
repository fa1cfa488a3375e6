// MIPS32 user-mode state (MD00086, 2.8 registers; MD00090 for what user mode sees of coprocessor 0).

import { flag, register, registers, type StateOf } from 'pydgin-ts/adl';

export const RA = 31;
export const SP = 29;

/** r0 to r31. */
const by_number: Record<string, number> = {};
for (let n = 0; n < 32; n++) by_number[`r${n}`] = n;

export const state = {
  rf: registers(32, {
    names: 'zero at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 s0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k0 k1 gp sp s8 ra',
    aliases: { fp: 30, ...by_number },
    // Hardwired: it may be written, but reads zero.
    reads: { 0: () => 0 },
  }),
  hi: register(32, 'high word of a product, or a remainder'),
  lo: register(32, 'low word of a product, or a quotient'),
  f: registers(32, {
    names:
      'f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 ' +
      'f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31',
  }),
  // The fields of FCSR (MD00086, 5.6.4), apart since each instruction reads and writes only some of them.
  rounding: register(2, 'FCSR.RM'),
  flush: flag('FCSR.FS: tiny results become zero'),
  enables: register(5, 'FCSR.Enables: exceptions that are raised'),
  cause: register(6, 'FCSR.Cause: exceptions of the last operation'),
  flags: register(5, 'FCSR.Flags: exceptions so far'),
  fcc: registers(8, { names: 'fcc0 fcc1 fcc2 fcc3 fcc4 fcc5 fcc6 fcc7' }),
  user_local: register(32, 'thread pointer (RDHWR 29)'),
  count: register(32, 'what RDHWR 2 has counted: its own uses'),
  llbit: flag('a load-linked sequence is under way'),
  lladdr: register(32, 'its address'),
};

export type State = StateOf<typeof state>;
