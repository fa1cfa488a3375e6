// ARM and Thumb for the fuzzers: random instructions of every encoding, with registers such that loads and stores hit
// scratch memory, and the driver that runs them under qemu-arm.

import isa from '../../isa/armv5/index.js';
import { bit, bits, rotate_right, trim_32 } from '../../src/adl/index.js';
import { parse_rows, type Row } from '../../src/decoder-gen/index.js';
import type { Environment } from '../../src/machine/state.js';
import { Draft } from './draft.js';
import type { Case, QemuTarget } from './qemu.js';
import { Random } from './random.js';
import { random_code_address, SCRATCH, window_address } from './vectors.js';

/** Undefined in ARM state; in Thumb state UDF, and a branch back to it. */
export const UNDEFINED_WORD = 0xe7fdde10;
const UDF = UNDEFINED_WORD & 0xffff;
export const REGISTERS = 'r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 sp lr N Z C V Q T'.split(' ');
const FLAGS = 15;

/** Calls that do not exist, as Linux answers them. */
const NO_SUCH_CALL = 0x3ff;
export const environment: Environment = {
  syscall(s) {
    (s as unknown as { rf: Uint32Array }).rf[0] = trim_32(-38);
  },
};

// biome-ignore format: a listing
export const qemu_arm: QemuTarget = {
  command: ['qemu-arm', '-cpu', 'arm926'],
  elf_machine: 40,
  elf_flags: 0x05000000,
  frame_words: 17,
  driver: (at) => [
    0xe3a070ba, //        mov   r7, #186          sigaltstack(stack, 0)
    0xe28f00ec, //        adr   r0, stack
    0xe3a01000, //        mov   r1, #0
    0xef000000, //        svc   0
    0xe3a04000, //        mov   r4, #0
    0xe28f50e8, // next:  adr   r5, signals
    0xe7d50004, //        ldrb  r0, [r5, r4]
    0xe3500000, //        cmp   r0, #0
    0x0a000006, //        beq   first
    0xe3a070ae, //        mov   r7, #174          rt_sigaction(signal, action, 0, 8)
    0xe28f10b4, //        adr   r1, action
    0xe3a02000, //        mov   r2, #0
    0xe3a03008, //        mov   r3, #8
    0xef000000, //        svc   0
    0xe2844001, //        add   r4, r4, #1
    0xeafffff4, //        b     next
    0xe59f10c4, // first: ldr   r1, records
    0xe59f00d4, // run:   ldr   r0, out           out[-4]: the next record
    0xe2812044, //        add   r2, r1, #68
    0xe5002004, //        str   r2, [r0, #-4]
    0xe59f20b8, //        ldr   r2, records_end
    0xe1510002, //        cmp   r1, r2
    0x03a00000, //        moveq r0, #0            exit(0)
    0x03a07001, //        moveq r7, #1
    0x0f000000, //        svceq 0
    0xe5912040, //        ldr   r2, [r1, #64]
    0xe128f002, //        msr   cpsr_f, r2
    0xe891ffff, //        ldm   r1, {r0-pc}
    0xe1a04000, // handler: mov r4, r0            (signal, siginfo, ucontext)
    0xe591500c, //        ldr   r5, [r1, #12]     its address
    0xe59fc0a0, //        ldr   r12, out
    0xe8ac0030, //        stm   r12!, {r4, r5}
    0xe2822020, //        add   r2, r2, #32       r0 to pc and cpsr
    0xe3a03011, //        mov   r3, #17
    0xe4924004, // copy:  ldr   r4, [r2], #4
    0xe48c4004, //        str   r4, [r12], #4
    0xe2533001, //        subs  r3, r3, #1
    0x1afffffb, //        bne   copy
    0xe59f3074, //        ldr   r3, scratch
    0xe59f4074, //        ldr   r4, pristine
    0xe59f5074, //        ldr   r5, size
    0xe4936004, // again: ldr   r6, [r3], #4
    0xe4947004, //        ldr   r7, [r4], #4
    0xe1560007, //        cmp   r6, r7
    0x15037004, //        strne r7, [r3, #-4]
    0x18ac0060, //        stmne r12!, {r5, r6}
    0xe2555004, //        subs  r5, r5, #4
    0x1afffff8, //        bne   again
    0xe48c5004, //        str   r5, [r12], #4     zero ends the list
    0xe59f1054, //        ldr   r1, out           write(1, out, …)
    0xe04c2001, //        sub   r2, r12, r1
    0xe3a00001, //        mov   r0, #1
    0xe3a07004, //        mov   r7, #4
    0xef000000, //        svc   0
    0xe59f1040, //        ldr   r1, out
    0xe5111004, //        ldr   r1, [r1, #-4]
    0xeaffffd7, //        b     run
    at.driver + 0x70, 0x4c000004, 0, 0, 0, //     action: handler, NODEFER ONSTACK RESTORER SIGINFO
    at.alternate_stack, 0, 0x4000, //             stack
    0x08070504, 0x0000000b, //                    signals: ILL, TRAP, BUS, FPE, SEGV
    at.records, at.records_end, at.scratch, at.pristine, at.scratch_size, at.out,
  ],
  record({ before, entry }) {
    const [N, Z, C, V, Q] = before.slice(FLAGS);
    const cpsr = trim_32((N << 31) | (Z << 30) | (C << 29) | (V << 28) | (Q << 27) | 0x10);
    return [...before.slice(0, FLAGS), entry, cpsr];
  },
  read_frame(frame) {
    const [pc, cpsr] = frame.slice(15);
    return { pc, after: [...frame.slice(0, 15), ...[31, 30, 29, 28, 27, 5].map((n) => bit(cpsr, n))] };
  },
};

const SETS = isa.instruction_sets.map((set) => ({
  name: set.name,
  rows: parse_rows(
    set.encodings.map(([name, pattern, syntax]) => ({ name, pattern, syntax })),
    set,
  ).rows,
}));

const DATA_PROCESSING = 'and eor sub rsb add adc sbc rsc tst teq cmp cmn orr mov bic mvn'.split(' ');
/** Where r15 is not UNPREDICTABLE, or qemu does what we do. */
const MAY_BE_PC: Record<string, readonly string[]> = {
  ...{ rd: [...DATA_PROCESSING, 'ldr', 'str', 'add_4', 'mov_3'], rn: [...DATA_PROCESSING, 'cmp_3'] },
  rm: [...DATA_PROCESSING, 'bx', 'add_4', 'mov_3', 'cmp_3'],
};
const LOADS_WITH_OFFSET = ['ldr', 'ldrb', 'ldrh', 'ldrsb', 'ldrsh', 'ldrd'];

/** Keeps clear of what is UNPREDICTABLE, of system calls and of branches too far to come back. */
function constrain(d: Draft): void {
  const { random, row, before } = d;
  if (d.has('cond')) d.put('cond', d.set === 'arm' && random.chance(0.6) ? 14 : random.below(14));
  for (const field of ['rd', 'rn', 'rm', 'rs', 'rd_lo', 'rd_hi']) {
    const plain_offset = field === 'rn' && d.get('P') === 1 && d.get('W') === 0 && LOADS_WITH_OFFSET.includes(row.name);
    if (d.get(field) === 15 && !MAY_BE_PC[field]?.includes(row.name) && !plain_offset) d.put(field, random.below(15));
  }
  // Forward within the window, or back to the end of the one before.
  const near = random.chance(0.6) ? random.below(14) - 1 : -3 - random.below(4);
  for (const field of ['offset_8', 'offset_11']) if (/^b_.$/.test(row.name) && random.chance(0.7)) d.put(field, near);
  // Or so far that nothing is mapped there.
  if (d.has('offset_24')) d.put('offset_24', random.chance(0.7) ? near : far(random, 24));
  if (['ldrd', 'strd'].includes(row.name)) {
    if (random.chance(0.9) || d.get('rd') >= 14) d.put('rd', random.below(7) * 2);
    if (d.get('P') === 0) d.put('W', 0);
    if (d.has('rm') && d.get('rm') >>> 1 === d.get('rd') >>> 1) d.put('rm', (d.get('rm') + 2) % 14);
  }
  // Neither those that qemu's ARM926 has, nor the ones of FPA, which Linux emulates.
  if (d.has('cp')) d.put('cp', random.pick([0, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14]));
  // qemu jumps instead, except for MOV and SUB.
  if (DATA_PROCESSING.includes(row.name) && d.get('rd') === 15 && !['mov', 'sub'].includes(row.name)) d.put('S', 0);
  // Linux takes UDF 1 for a breakpoint.
  if (row.name === 'udf' && d.get('imm_8') === 1) d.put('imm_8', 2);
  if (row.name === 'swi') {
    d.put(d.set === 'arm' ? 'imm_24' : 'imm_8', 0);
    before[7] = NO_SUCH_CALL;
  }
}

/** A signed number of some width, without the lower half of the positive and of the negative ones. */
function far(random: Random, width: number): number {
  const magnitude = 2 ** (width - 2) + random.below(2 ** (width - 2));
  return random.chance(0.5) ? magnitude : -magnitude;
}

/** The offset of a load or store of a single register, as the addressing mode has it. */
function offset_of(d: Draft): number {
  if (d.has('offset_12')) return d.get('offset_12');
  if (d.has('offset_8')) return d.get('offset_8');
  const value = d.before[d.get('rm')];
  const amount = d.get('shift_imm');
  if (!d.has('shift')) return value;
  if (d.get('shift') === 0) return value << amount;
  if (d.get('shift') === 1) return amount === 0 ? 0 : value >>> amount;
  if (d.get('shift') === 2) return value >> (amount || 31);
  return amount === 0 ? (d.before[FLAGS + 2] << 31) | (value >>> 1) : rotate_right(value, amount);
}

const WORD_ALIGNED = ['ldm', 'stm', 'ldrd', 'strd', 'swp', 'push', 'pop', 'stmia', 'ldmia'];

/** Sets the base register so that a load or store hits scratch memory. */
function aim(d: Draft): void {
  const { random, row, before } = d;
  const any = SCRATCH + 0x1800 + random.below(0x1000);
  const target = random.chance(WORD_ALIGNED.includes(row.name) ? 0.85 : 0.5) ? any & ~3 : any;
  const set = (register: number, value: number) => {
    if (register < 15) before[register] = trim_32(value);
  };
  const { name } = row;
  if (/^(bl|blx)_suffix$/.test(name)) {
    const offset = d.has('offset_11') ? d.get('offset_11') * 2 : d.get('offset_10') * 4;
    return set(14, (random_code_address(random) & ~1) - offset);
  }
  if (d.set === 'thumb') {
    const scale = /^(ldr|str)_[134]/.test(name) ? 4 : /^(ldrh|strh)_1/.test(name) ? 2 : 1;
    if (/^(ldr|str).*_1$/.test(name)) set(d.get('rn'), target - d.get('imm_5') * scale);
    else if (/^(ldr_4|str_3)$/.test(name)) set(13, target - d.get('imm_8') * 4);
    else if (/^(push|pop)$/.test(name)) set(13, target);
    else if (/^(stmia|ldmia)$/.test(name)) set(d.get('rn'), target);
    else if (/^(ldr.*|str.*)_2$|^ldrs[bh]$/.test(name)) {
      if (d.get('rn') === d.get('rm')) set(d.get('rn'), target >>> 1);
      else set(d.get('rn'), target - before[d.get('rm')]);
    }
    return;
  }
  if (/^(swpb?|ldm|stm)$/.test(name)) set(d.get('rn'), target);
  if (!/^(ldr|str)/.test(name)) return;
  if (d.get('rn') === 15 && d.has('rm')) {
    if (d.has('shift')) d.put('shift_imm', 0);
    d.put('shift', 0);
    if (d.get('rm') !== 15) before[d.get('rm')] = random.below(2048);
  } else if (d.has('rm') && d.get('rn') === d.get('rm')) set(d.get('rn'), target);
  else set(d.get('rn'), d.get('P') === 0 ? target : d.get('U') ? target - offset_of(d) : target + offset_of(d));
}

const EDGES = [0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 0xfffffffe, 0x7fff8000, 0x00008000, 0xffff7fff];

function random_registers(random: Random): number[] {
  const registers = Array.from({ length: FLAGS }, () => {
    const kind = random.below(10);
    if (kind < 2) return random.below(40);
    if (kind < 4) return random.pick(EDGES);
    if (kind < 6) return random_code_address(random);
    return random.word();
  });
  return [...registers, ...Array.from({ length: 5 }, () => random.below(2))];
}

/** Puts instructions into the window of case `n` and starts there: Thumb code in either half of a word. */
function make_case(
  n: number,
  set: string,
  name: string,
  random: Random,
  before: number[],
  instructions: number[],
): Case {
  const entry = window_address(n);
  if (set === 'arm') return { name: `arm ${name}`, entry, code: instructions, before: [...before, 0] };
  // qemu takes bit 0 of what half a call finds in lr for the state to go on in.
  before[14] = trim_32(before[14] & ~1);
  const half = random.below(2);
  const halfwords = half ? [UDF, ...instructions] : [...instructions];
  if (halfwords.length % 2) halfwords.push(UDF);
  const code: number[] = [];
  for (let k = 0; k < halfwords.length; k += 2) code.push(trim_32(halfwords[k] | (halfwords[k + 1] << 16)));
  return { name: `thumb ${name}`, entry: entry + half * 2 + 1, code, before: [...before, 1] };
}

/** One random instruction of a row. */
function single(n: number, random: Random, set: string, row: Row): Case {
  const before = random_registers(random);
  const draft = new Draft(set, row, random, before);
  constrain(draft);
  aim(draft);
  // qemu wants to see a suffix.
  if (row.name === 'bl_prefix') return call_pair(n, random, row.name);
  return make_case(n, set, row.name, random, before, [draft.word]);
}

/** A random word, often of the space of unconditional instructions. */
function any_word(n: number, random: Random): Case {
  let word = 0;
  do word = trim_32(random.word() | (random.chance(0.3) ? 0xf0000000 : 0));
  while (
    bits(word, 27, 26) === 3 || // coprocessors, system calls
    bits(word, 27, 25) === 5 || // branches into other cases
    (bits(word, 27, 26) === 1 && bits(word, 19, 16) === 15) || // r15 as base
    (bits(word, 15, 12) === 15 && bits(word, 31, 28) < 15) || // r15 as destination
    (bits(word, 27, 25) === 0 && bit(word, 7) === 1 && bits(word, 19, 16) === 15) || // … of a multiply
    (bits(word, 27, 24) === 0 && bit(word, 7) === 1 && bit(word, 4) === 1) // extra loads with P = 0 and W = 1
  );
  return make_case(n, 'arm', 'any word', random, random_registers(random), [word]);
}

/** A random halfword. */
function any_halfword(n: number, random: Random): Case {
  let word = 0;
  do word = random.word() & 0xffff;
  while (
    word >= 0xd000 || // branches into other cases, system calls, half calls
    (word & 0xf500) === 0xb100 || // qemu has v6T2's CBZ and IT always
    (word & 0xff00) === 0xbf00 ||
    (word & 0xffc0) === 0xba80 // qemu takes v8's HLT for semihosting, which may end it
  );
  return make_case(n, 'thumb', 'any halfword', random, random_registers(random), [word]);
}

const NOT_IN_SEQUENCES = /^(undefined|bx|bl|blx_.|bl_prefix|bl._suffix|bl_suffix|swi|bkpt|udf|ldr_3|add_5)$/;

/** Several instructions, in a loop every second time. Bases of loads and stores are kept apart from results. */
function sequence(n: number, random: Random, { name: set, rows }: (typeof SETS)[number]): Case {
  const arm = set === 'arm';
  const before = random_registers(random);
  const bases = arm ? [8, 9, 10, 11] : [4, 5, 13];
  const small = arm ? 7 : 6;
  const counter = arm ? 12 : 7;
  for (const base of bases) before[base] = SCRATCH + 0x1800 + random.below(0x400) * 4;
  before[small] = random.below(16) * 4;
  before[counter] = 1 + random.below(40);
  const instructions: number[] = [];
  const length = 2 + random.below(arm ? 9 : 18);
  while (instructions.length < length) {
    const draft = new Draft(set, random.pick(rows), random, before);
    const { row } = draft;
    if (NOT_IN_SEQUENCES.test(row.name)) continue;
    constrain(draft);
    const memory = /^(ldr|str|ldm|stm|swp|push|pop)/.test(row.name);
    const free = memory || !arm ? (arm ? 7 : 4) : 7;
    for (const field of ['rd', 'rd_lo', 'rd_hi']) if (draft.has(field)) draft.put(field, random.below(free));
    if (/^(ldrd|strd)$/.test(row.name)) draft.put('rd', random.below(3) * 2);
    for (const field of ['rn', 'rm', 'rs']) if (draft.get(field) === 15) draft.put(field, random.below(free));
    if (memory) {
      draft.put('rn', random.pick(bases.slice(0, arm ? 4 : 2)));
      if (draft.has('rm') && !/^swp/.test(row.name)) draft.put('rm', small);
      for (const field of ['shift', 'shift_imm']) draft.put(field, 0);
      for (const field of ['offset_12', 'offset_8']) draft.put(field, random.below(16) * 4);
      draft.put('register_list', 1 + random.below(arm ? 127 : 15));
      if (!arm) draft.put('R', 0);
    }
    if (/^(add_7|sub_4)$/.test(row.name)) draft.put('imm_7', random.below(8));
    for (const field of ['offset_24', 'offset_8', 'offset_11'])
      if (/^b(_.)?$/.test(row.name)) draft.put(field, Math.min(random.below(3) - 1, length - instructions.length - 2));
    instructions.push(draft.word);
  }
  if (!random.chance(0.5)) return make_case(n, set, 'sequence', random, before, instructions);
  if (arm) instructions.push(0xe25cc001, trim_32(0x1a000000 | ((-(length + 1) - 2) & 0xffffff)));
  else instructions.push(0x3f01, 0xd100 | ((-(length + 1) - 2) & 0xff));
  return make_case(n, set, 'loop', random, before, instructions);
}

/** Thumb's BL and BLX as pairs, as compilers emit them. */
function call_pair(n: number, random: Random, name = 'call'): Case {
  const near = random.chance(0.6) ? random.below(20) : -4 - random.below(8);
  const offset = random.chance(0.7) ? near : far(random, 22);
  const suffix = random.chance(0.5) ? 0xf800 | (offset & 0x7ff) : 0xe800 | (offset & 0x7fe);
  const pair = [0xf000 | ((offset >> 11) & 0x7ff), suffix];
  return make_case(n, 'thumb', name, random, random_registers(random), pair);
}

/** About `count` cases: every row equally often, and sequences, calls and arbitrary words. */
export function generate(count: number, seed: number): Case[] {
  const random = new Random(seed);
  // System calls first, so that no near branch runs into one.
  const rows = SETS.flatMap(({ name, rows }) => rows.map((row) => ({ name, row })));
  const of_rows = rows
    .filter(({ row }) => row.mask !== 0)
    .sort((a, b) => Number(b.row.name === 'swi') - Number(a.row.name === 'swi'));
  const per_row = Math.max(1, Math.round((count * 0.75) / of_rows.length));
  const others = Math.ceil(count * 0.05);
  const cases: Case[] = [];
  for (const { name, row } of of_rows)
    for (let k = 0; k < per_row; k++) cases.push(single(cases.length, random, name, row));
  for (let k = 0; k < others; k++) cases.push(any_word(cases.length, random));
  for (let k = 0; k < others; k++) cases.push(any_halfword(cases.length, random));
  for (let k = 0; k < others; k++) cases.push(call_pair(cases.length, random));
  for (const set of SETS) for (let k = 0; k < others; k++) cases.push(sequence(cases.length, random, set));
  return cases;
}

/** How many vectors of a single instruction there are of each row of the tables. */
export function coverage(vectors: readonly Case[]): { row: string; vectors: number }[] {
  const word = ({ entry, code }: Case) => (entry & 1 ? (code[0] >>> ((entry & 2) * 8)) & 0xffff : code[0]);
  return SETS.flatMap(({ name, rows }) =>
    rows
      .filter(({ mask }) => mask !== 0)
      .map((row) => ({
        row: `${name} ${row.name}  ${row.text}`,
        vectors: vectors.filter((one) => {
          return one.name === `${name} ${row.name}` && trim_32(word(one) & row.mask) === row.value;
        }).length,
      })),
  );
}
