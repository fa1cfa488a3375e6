// MIPS32 for the fuzzers: random instructions of every encoding, with registers such that loads and stores hit scratch
// memory, branches with a harmless instruction in the delay slot, and the driver that runs them under qemu-mips(el).

import { read_fcsr, write_fcsr } from '../../isa/mips/float-operands.js';
import isa from '../../isa/mips/index.js';
import type { State } from '../../isa/mips/state.js';
import { trim_32 } from '../../src/adl/index.js';
import { parse_rows, type Row } from '../../src/decoder-gen/index.js';
import type { Environment } from '../../src/machine/state.js';
import { Draft } from './draft.js';
import type { Case, QemuTarget } from './qemu.js';
import { Random } from './random.js';
import { type Composed, random_code_address, SCRATCH, window_address } from './vectors.js';

/** No instruction before Release 6. */
export const UNDEFINED_WORD = 0xec000000;
const GENERAL = 'at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 s0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k1 gp sp s8 ra'.split(' ');
export const REGISTERS = [...GENERAL, 'hi', 'lo', ...Array.from({ length: 32 }, (_, n) => `f${n}`), 'fcsr'];
/** Where a general register and FCSR stand in that list. */
const general = (n: number) => (n < K0 ? n - 1 : n - 2);
const FCSR = 64;
/** The driver jumps by way of it, so no case uses it. */
const K0 = 26;

/** Calls that do not exist, as Linux answers them. */
const NO_SUCH_CALL = 4999;
export const environment: Environment & { composed: Composed } = {
  composed: {
    fcsr: { read: (s) => read_fcsr(s as State), write: (s, value) => write_fcsr(s as State, value) },
  },
  syscall(s) {
    const { rf } = s as unknown as { rf: Uint32Array };
    rf[2] = 89;
    rf[7] = 1;
  },
};

/** One word for each of several registers: number and offset count up. */
const numbered = (count: number, first: number) => Array.from({ length: count }, (_, n) => first + n * 0x10004);

/** The driver of either byte order; `low` is the offset of a 64-bit number's low word. */
// biome-ignore format: a listing
const driver = (big: boolean): QemuTarget['driver'] => (at) => {
  const low = big ? 4 : 0;
  // prctl(PR_SET_FP_MODE, 0), sigaltstack, rt_sigaction for each signal, then case by case.
  return [
    0x3c170000 | (at.driver >>> 16),           // lui s7, driver
    0x36f70000,                                // ori s7, s7, 0x0
    0x24021060,                                // li v0, 4192
    0x2404002d,                                // li a0, 45
    0x24050000,                                // li a1, 0
    0x0000000c,                                // syscall
    0x2402106e,                                // li v0, 4206
    0x26e402fc,                                // addiu a0, s7, 764
    0x24050000,                                // li a1, 0
    0x0000000c,                                // syscall
    0x24100000,                                // li s0, 0
    0x02f04021,                                // next: addu t0, s7, s0
    0x91040308,                                // lbu a0, 776(t0)
    0x10800007,                                // beqz a0, first
    0x24021062,                                // li v0, 4194
    0x26e502e4,                                // addiu a1, s7, 740
    0x24060000,                                // li a2, 0
    0x24070010,                                // li a3, 16
    0x0000000c,                                // syscall
    0x1000fff7,                                // b next
    0x26100001,                                // addiu s0, s0, 1
    0x8ee80310,                                // first: lw t0, 784(s7)
    0x8ee90324,                                // run: lw t1, 804(s7)
    0x250a010c,                                // addiu t2, t0, 268
    0xad2afffc,                                // sw t2, -4(t1)
    0x8eea0314,                                // lw t2, 788(s7)
    0x150a0004,                                // bne t0, t2, go
    0x251b0000,                                // addiu k1, t0, 0
    0x24020fa1,                                // li v0, 4001
    0x24040000,                                // li a0, 0
    0x0000000c,                                // syscall
    0x8f68007c,                                // go: lw t0, 124(k1)
    0x01000011,                                // mthi t0
    0x8f680080,                                // lw t0, 128(k1)
    0x01000013,                                // mtlo t0
    ...numbered(32, 0xc7600084),               // lwc1 $f0 … $f31
    0x8f680104,                                // lw t0, 260(k1)
    0x44c8f800,                                // ctc1 t0, c1_fcsr
    ...numbered(26, 0x8f610000),               // lw at … k0
    ...numbered(4, 0x8f7c006c),                // lw gp … ra
    0x03400008,                                // jr k0
    0x8f7b0068,                                // lw k1, 104(k1)
    0x3c170000 | (at.driver >>> 16),           // handler: lui s7, driver
    0x36f70000,                                // ori s7, s7, 0x0
    0x2408000a,                                // li t0, 10
    0x14880002,                                // bne a0, t0, known
    0x248f0000,                                // addiu t7, a0, 0
    0x240f0007,                                // li t7, 7
    0x8ee90324,                                // lw t1, 804(s7)
    0xad2f0000,                                // sw t7, 0(t1)
    0x8ca8000c,                                // lw t0, 12(a1)
    0xad280004,                                // sw t0, 4(t1)
    0x24ca0030 + low,                          // addiu t2, a2, 48
    0x240b001f,                                // li t3, 31
    0x8d480000,                                // copy: lw t0, 0(t2)
    0xad280008,                                // sw t0, 8(t1)
    0x254a0008,                                // addiu t2, t2, 8
    0x256bffff,                                // addiu t3, t3, -1
    0x1560fffb,                                // bnez t3, copy
    0x25290004,                                // addiu t1, t1, 4
    0x00004010,                                // mfhi t0
    0xad280008,                                // sw t0, 8(t1)
    0x00004012,                                // mflo t0
    0xad28000c,                                // sw t0, 12(t1)
    ...numbered(32, 0xe5200010),               // swc1 $f0 … $f31
    0x4448f800,                                // cfc1 t0, c1_fcsr
    0xad280090,                                // sw t0, 144(t1)
    0x44c0f800,                                // ctc1 zero, c1_fcsr
    0x8cc80020 + low,                          // lw t0, 32(a2)
    0xad280094,                                // sw t0, 148(t1)
    0x25290098,                                // addiu t1, t1, 152
    0x8eea0318,                                // lw t2, 792(s7)
    0x8eeb031c,                                // lw t3, 796(s7)
    0x8eec0320,                                // lw t4, 800(s7)
    0x8d4d0000,                                // again: lw t5, 0(t2)
    0x8d6e0000,                                // lw t6, 0(t3)
    0x11ae0005,                                // beq t5, t6, same
    0x254a0004,                                // addiu t2, t2, 4
    0xad4efffc,                                // sw t6, -4(t2)
    0xad2c0000,                                // sw t4, 0(t1)
    0xad2d0004,                                // sw t5, 4(t1)
    0x25290008,                                // addiu t1, t1, 8
    0x258cfffc,                                // same: addiu t4, t4, -4
    0x1580fff6,                                // bnez t4, again
    0x256b0004,                                // addiu t3, t3, 4
    0xad200000,                                // sw zero, 0(t1)
    0x8ee50324,                                // lw a1, 804(s7)
    0x25260004,                                // addiu a2, t1, 4
    0x00c53023,                                // subu a2, a2, a1
    0x24040001,                                // li a0, 1
    0x24020fa4,                                // li v0, 4004
    0x0000000c,                                // syscall
    0x8ee90324,                                // lw t1, 804(s7)
    0x1000ff5e,                                // b run
    0x8d28fffc,                                // lw t0, -4(t1)

    0x48000008, at.driver + 0x194, 0, 0, 0, 0, // action: NODEFER ONSTACK SIGINFO, handler, mask
    at.alternate_stack, 0x4000, 0,             // stack
    ...(big ? [0x0405080a, 0x0b000000] : [0x0a080504, 0x0000000b]), // signals: ILL, TRAP, FPE, BUS, SEGV
    at.records, at.records_end, at.scratch, at.pristine, at.scratch_size, at.out,
  ];
};

const is_branch = (word: number) =>
  /^(b|j)/.test(ROWS.find(({ mask, value }) => trim_32(word & mask) === value)?.name.replace('break', '') ?? '');

export function qemu_mips(big: boolean): QemuTarget {
  return {
    command: [big ? 'qemu-mips' : 'qemu-mipsel', '-cpu', '24Kf'],
    elf_machine: 8,
    elf_flags: 0x70001001,
    big_endian: big,
    frame_words: 67,
    driver: driver(big),
    record: ({ before, entry }) => [...before.slice(0, K0 - 1), entry, ...before.slice(K0 - 1), 0],
    // Of a fault in a delay slot, the frame has the branch's address.
    read_frame(frame, { entry, code }) {
      const pc = frame[66];
      const in_delay_slot = pc >= entry && pc < entry + code.length * 4 && is_branch(code[(pc - entry) >>> 2]);
      return { pc: in_delay_slot ? pc + 4 : pc, after: [...frame.slice(0, K0 - 1), ...frame.slice(K0, 66)] };
    },
  };
}

const [set] = isa.instruction_sets;
/** Undoes the table's more specific spellings: they are the same instructions. */
const ROWS = parse_rows(
  set.encodings.map(([name, pattern, syntax]) => ({ name, pattern, syntax })),
  set,
).rows.filter((row, _, rows) => !rows.some((other) => other.name === row.name && other.index < row.index));

const EDGES = [0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 0xfffffffe, 0x7fff8000, 0x00008000, 0xffff7fff];
/** Zeros, infinities, NaNs of both kinds, the smallest and the largest numbers, ones, integers' limits. */
const SINGLES = [
  0, 0x7f800000, 0x7fbfffff, 0x7f812345, 0x7fc00000, 0x7fe12345, 1, 0x007fffff, 0x00800000, 0x7f7fffff, 0x3f800000,
  0x3f800001, 0x3f7fffff, 0x4effffff, 0x4f000000, 0x4f000001, 0x3effffff, 0x3f000000, 0x3fc00000, 0x40200000,
];
const DOUBLES = [
  [0, 0],
  [0, 0x7ff00000],
  [0xffffffff, 0x7ff7ffff],
  [1, 0x7ff00000],
  [0x12345678, 0x7ff12345],
  [0, 0x7ff80000],
  [0x12345678, 0x7ffe5555],
  [1, 0],
  [0xffffffff, 0x000fffff],
  [0, 0x00100000],
  [0xffffffff, 0x7fefffff],
  [0, 0x3ff00000],
  [1, 0x3ff00000],
  [0xffffffff, 0x3fefffff],
  [0, 0x41e00000],
  [0xffc00000, 0x41dfffff],
  [0xffe00000, 0x41dfffff],
  [0x00100000, 0x41e00000],
  [0, 0x3fe00000],
  [0, 0x3ff80000],
  [0, 0x40040000],
  [0xe0000000, 0x47efffff],
  [0xf0000000, 0x47efffff],
  [0xefffffff, 0x47efffff],
  [0, 0x38100000],
  [0xffffffff, 0x380fffff],
  [0xe0000000, 0x380fffff],
  [0, 0x36a00000],
  [0, 0x36900000],
  [1, 0x36900000],
];

/** A pair of FPU registers: a double, two singles, or anything. */
function random_pair(random: Random): number[] {
  const sign = () => (random.chance(0.5) ? 0x80000000 : 0);
  const single = () => {
    const kind = random.below(4);
    if (kind === 0) return random.word();
    if (kind === 1) return trim_32(random.pick(SINGLES) | sign());
    // Few significant bits or many, exponents near one another.
    const fraction = random.word() & (random.chance(0.5) ? 0x7fffff : 0x7f0000);
    return trim_32(((117 + random.below(20)) << 23) | fraction | sign());
  };
  if (random.chance(0.5)) return [single(), single()];
  const kind = random.below(5);
  if (kind === 0) return [random.word(), random.word()];
  if (kind === 1) {
    const [low, high] = random.pick(DOUBLES);
    return [low, trim_32(high | sign())];
  }
  const few = random.chance(0.5);
  // Singles' limits are near exponents 896 and 1151.
  const exponent = kind === 2 ? random.pick([870, 896, 1150, 1050]) + random.below(5) : 1013 + random.below(20);
  const high = trim_32((exponent << 20) | (random.word() & 0xfffff) | sign());
  return [few ? 0 : random.word() & (random.chance(0.3) ? 0xe0000000 : 0xffffffff), high].map(trim_32);
}

function random_registers(random: Random): number[] {
  const registers = Array.from({ length: 32 }, () => {
    const kind = random.below(10);
    if (kind < 2) return random.below(40);
    if (kind < 4) return random.pick(EDGES);
    if (kind < 6) return aligned_code_address(random);
    return random.word();
  });
  for (let n = 0; n < 16; n++) registers.push(...random_pair(random));
  const flush = random.chance(0.1) ? 1 << 24 : 0;
  const enables = random.chance(0.1) ? random.below(32) << 7 : 0;
  // Half of all cases round to nearest, as programs do.
  const rounding = random.chance(0.5) ? 0 : random.below(4);
  registers.push(trim_32((random.word() & 0xfe80007c) | rounding | flush | enables));
  return registers;
}

const aligned_code_address = (random: Random) => random_code_address(random) & ~3;

const MEMORY = /^(l|s)(b|bu|h|hu|w|wl|wr|l|c|wc1|dc1|wxc1|dxc1)$/;
const size_of = (name: string) =>
  /d/.test(name) ? 8 : /^(lh|lhu|sh)$/.test(name) ? 2 : /^(lbu?|sb|.w[lr])$/.test(name) ? 1 : 4;
const BRANCH = /^(b(?!reak)|j)/;
const DOUBLE = /_d$|^[ls]dx?c1$|cvt_d|_d_/;

/** Keeps clear of what is UNPREDICTABLE, of system calls and of branches too far to come back. */
function constrain(d: Draft): void {
  const { random, row, before } = d;
  const { name } = row;
  for (const field of ['rs', 'rt', 'rd', 'base', 'index_5']) if (d.has(field) && d.get(field) === K0) d.put(field, 25);
  if (DOUBLE.test(name))
    for (const field of ['fs', 'ft', 'fd', 'fr']) if (d.has(field)) d.put(field, d.get(field) & ~1);
  if (/^cvt_d_|^cvt_s_d|_w_d$/.test(name)) d.put('fd', d.get('fd') & ~1);
  if (name === 'jalr' && d.get('rs') === d.get('rd')) d.put('rd', (d.get('rs') + 1) % 32);
  if (/^(jr|jalr)$/.test(name)) d.put('hint', 0);
  // A link that is its own condition cannot be restarted.
  if (/al(l)?$/.test(name) && d.get('rs') === 31) d.put('rs', 30);
  if (name === 'ext') d.put('msbd', random.below(32 - d.get('lsb')));
  if (name === 'ins' && random.chance(0.95)) d.put('msb', d.get('lsb') + random.below(32 - d.get('lsb')));
  // MUL leaves HI and LO UNPREDICTABLE, clz wants rt to be rd, or so the first manuals say.
  if (/^cl[oz]$/.test(name)) d.put('rt', d.get('rd'));
  if (/^[cm]tc1$|^cfc1$/.test(name) && name !== 'mtc1') d.put('fs', random.pick([31, 31, 25, 26, 28]));
  if (name === 'rdhwr') d.put('rd', random.pick([0, 1, 29, 29, 4, 17, 30]));
  if (name === 'syscall') before[general(2)] = NO_SUCH_CALL;
  // Linux makes SIGFPE of codes 6 and 7, qemu 7.2 SIGTRAP of all.
  for (const field of ['code', 'code_2']) if (d.has(field) && (d.get(field) | 1) === 7) d.put(field, 5);
  if (/^t/.test(name) && random.chance(0.3) && d.has('rt'))
    before[general(d.get('rt') || 1)] = before[general(d.get('rs') || 1)];
  // Operands that cancel, that are equal, or one of which is much smaller.
  if (/^(add|sub|c_cond|madd|msub)_[sd]$/.test(name) && random.chance(0.2)) d.put('ft', d.get('fs'));
  // qemu ignores a write with ones in unused bits.
  if (name === 'ctc1' && d.get('rt') !== 0) before[general(d.get('rt'))] &= ~0x007c0000;
  if (d.has('index')) d.put('index', aligned_code_address(random) >>> 2);
  // Forward within the window, or back to the end of the one before.
  const near = random.chance(0.6) ? 1 + random.below(11) : -4 - random.below(4);
  if (BRANCH.test(name)) d.put('offset', near);
}

/** Sets registers so that a load or store hits scratch memory, and a jump something undefined. */
function aim(d: Draft): void {
  const { random, row, before } = d;
  const { name } = row;
  if (/^(jr|jalr)$/.test(name)) {
    const target = aligned_code_address(random); // qemu 7.2 does not survive a target that is not a multiple of 4
    if (d.get('rs') === 0) d.put('rs', 8);
    before[general(d.get('rs'))] = target;
  }
  if (!MEMORY.test(name) && name !== 'synci') return;
  const any = SCRATCH + 0x1800 + random.below(0x1000);
  // qemu looks at the link before it looks at SC's alignment.
  const target = name === 'sc' || random.chance(0.9) ? any & -size_of(name) : any;
  if (d.get('base') === 0) d.put('base', 9);
  if (d.has('index_5')) {
    if (d.get('index_5') === d.get('base') || d.get('index_5') === 0) d.put('index_5', d.get('base') === 10 ? 11 : 10);
    before[general(d.get('base'))] = trim_32(target - before[general(d.get('index_5'))]);
  } else before[general(d.get('base'))] = trim_32(target - ((d.get('offset') << 16) >> 16));
}

function draft(random: Random, row: Row, before: number[]): Draft {
  const made = new Draft(set.name, row, random, before);
  constrain(made);
  aim(made);
  return made;
}

function make_case(n: number, name: string, before: number[], code: number[]): Case {
  const entry = window_address(n);
  return { name: `mips ${name}`, entry, code, before };
}

const find = (name: string): Row => ROWS.find((row) => row.name === name)!;
const HARMLESS = ['addiu', 'ori', 'xor', 'sltu', 'subu', 'sll', 'nor'].map(find);

/** One random instruction of a row; behind a branch something harmless. */
function single(n: number, random: Random, row: Row): Case {
  const before = random_registers(random);
  const made = draft(random, row, before);
  const code = [made.word];
  if (BRANCH.test(row.name)) code.push(draft(random, random.pick(HARMLESS), before).word);
  if (made.has('offset') && BRANCH.test(row.name) && n < 1800 && random.chance(0.2)) {
    made.put('offset', (aligned_code_address(random) - (window_address(n) + 4)) >> 2);
    code[0] = made.word;
  }
  return make_case(n, row.name, before, code);
}

const BRANCHES = ROWS.filter(({ name }) => BRANCH.test(name));

/** A fault, a trap, a load or another branch in a delay slot. */
function delay_slot(n: number, random: Random): Case {
  const before = random_registers(random);
  const kind = random.below(4);
  const branch = draft(random, random.pick(BRANCHES), before);
  // Branches that can never be taken have no delay slot in qemu.
  if (kind === 2 && branch.has('rt')) branch.put('rt', 8);
  if (kind === 2 && branch.has('rs')) branch.put('rs', 9);
  if (kind === 0) return make_case(n, 'undefined in delay slot', before, [branch.word, UNDEFINED_WORD]);
  // Not SYSCALL: qemu forgets the branch.
  const traps = ['break', 'teq', 'tltu', 'add', 'sub'];
  const rows =
    kind === 1
      ? traps.map(find)
      : kind === 2
        ? // qemu takes a bc1t there for harmless.
          BRANCHES.filter(({ name }) => !name.startsWith('bc1'))
        : ROWS.filter(({ name }) => MEMORY.test(name) && name !== 'sc');
  const row = random.pick(rows);
  const slot = draft(random, row, before);
  if (branch.has('rs') && /^j/.test(branch.row.name)) before[general(branch.get('rs'))] = aligned_code_address(random);
  return make_case(n, `${row.name} in delay slot`, before, [branch.word, slot.word]);
}

/** LL and SC, to the same address or to different ones, with something between or nothing. */
function linked(n: number, random: Random): Case {
  const before = random_registers(random);
  const offset = (random.below(64) * 4) & 0xffff;
  before[general(9)] = SCRATCH + 0x1800;
  const code = [0xc1280000 | offset];
  if (random.chance(0.3)) code.push(0x00000000);
  code.push(0xe12a0000 | (random.chance(0.8) ? offset : offset ^ 4));
  if (random.chance(0.3)) code.push(0xe12b0000 | offset);
  return make_case(n, 'linked', before, code.map(trim_32));
}

const NOT_IN_SEQUENCES = /^(b|j|t|syscall|ext$|ll$|sc$|rdhwr|ctc1|cfc1|add$|addi$|sub$|ins$)/;

/** Several instructions, in a loop every second time. Bases of loads and stores are kept apart from results. */
function sequence(n: number, random: Random): Case {
  const before = random_registers(random);
  before[FCSR] = trim_32(before[FCSR] & ~0xf80);
  const [base, counter, free] = [20, 21, 12];
  before[general(base)] = SCRATCH + 0x1800 + random.below(0x200) * 8;
  before[general(counter)] = 1 + random.below(40);
  const code: number[] = [];
  const length = 3 + random.below(8);
  const one = (): number => {
    for (;;) {
      const row = random.pick(ROWS);
      if (NOT_IN_SEQUENCES.test(row.name) || row.name.startsWith('synci') || /xc1$/.test(row.name)) continue;
      const made = new Draft(set.name, row, random, before);
      constrain(made);
      for (const field of ['rd', 'rt', 'rs']) if (made.has(field)) made.put(field, 1 + random.below(free));
      for (const field of ['fs', 'ft', 'fd', 'fr']) if (made.has(field)) made.put(field, random.below(16) & ~1);
      if (/^cl[oz]$/.test(row.name)) made.put('rt', made.get('rd'));
      if (made.has('base')) {
        made.put('base', base);
        made.put('offset', random.below(32) * 8);
      }
      return made.word;
    }
  };
  while (code.length < length) {
    if (code.length + 3 < length && random.chance(0.25)) {
      // A branch over at most the rest, its delay slot filled.
      const row = random.pick(BRANCHES.filter(({ name }) => !/^j|al/.test(name)));
      const made = new Draft(set.name, row, random, before);
      for (const field of ['rt', 'rs']) if (made.has(field)) made.put(field, random.below(free));
      made.put('offset', 1 + random.below(length - code.length - 1));
      code.push(made.word);
    }
    code.push(one());
  }
  while (code.length > length + 1) code.pop();
  if (!random.chance(0.5)) return make_case(n, 'sequence', before, code);
  const back = -(code.length + 2);
  code.push(0x26b5ffff, trim_32(0x16a00000 | (back & 0xffff)), one()); // addiu s5, s5, -1; bnez s5, start
  return make_case(n, 'loop', before, code);
}

/** About `count` cases: every row equally often, delay slots, linked accesses and sequences. */
export function generate(count: number, seed: number): Case[] {
  const random = new Random(seed);
  const per_row = Math.max(1, Math.round((count * 0.8) / ROWS.length));
  const others = Math.ceil(count * 0.06);
  const cases: Case[] = [];
  // System calls first, so that no near branch runs into one.
  const rows = [...ROWS].sort((a, b) => Number(b.name === 'syscall') - Number(a.name === 'syscall'));
  for (const row of rows) for (let k = 0; k < per_row; k++) cases.push(single(cases.length, random, row));
  for (let k = 0; k < others; k++) cases.push(delay_slot(cases.length, random));
  for (let k = 0; k < others / 4; k++) cases.push(linked(cases.length, random));
  for (let k = 0; k < 2 * others; k++) cases.push(sequence(cases.length, random));
  return cases;
}

/** How many vectors of a single instruction there are of each row of the table. */
export function coverage(vectors: readonly Case[]): { row: string; vectors: number }[] {
  return ROWS.map((row) => ({
    row: `${row.name}  ${row.text}`,
    vectors: vectors.filter((one) => one.name === `mips ${row.name}`).length,
  }));
}
