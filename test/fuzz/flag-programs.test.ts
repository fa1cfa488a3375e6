// Random ARM programs of comparisons, branches and conditional instructions in a loop, built to the highest grade: what compiled
// code knows of flags from the block before (jit/ir/knowledge.ts) must be what the interpreter computes.

import { expect, test } from 'vitest';
import { node_host } from '../../src/host/node.js';
import type { JitOptions } from '../../src/jit/trace/options.js';
import { type LoadedIsa, load_isa } from '../../src/load-isa/index.js';
import { Simulator } from '../../src/simulator.js';
import { make_elf } from '../support/make-elf.js';
import { Random } from './random.js';

/** Programs; any number with PROGRAMS=. */
const PROGRAMS = Number(process.env.PROGRAMS ?? 120);
const INSTRUCTIONS = 30_000;
const CODE = 0x8000;
const DATA = 0x10000;

/** Registers that programs compute with; the next one has the address of DATA, then come what `mrs` takes and their sum. */
const REGISTERS = 6;
const [BUFFER, CPSR, SUM] = [6, 8, 9];

const ALWAYS = 14;
const op = {
  and: 0,
  eor: 1,
  sub: 2,
  rsb: 3,
  add: 4,
  adc: 5,
  sbc: 6,
  tst: 8,
  teq: 9,
  cmp: 10,
  cmn: 11,
  orr: 12,
  mov: 13,
  bic: 14,
  mvn: 15,
};
const COMPARISONS = [op.cmp, op.cmp, op.cmp, op.cmp, op.cmn, op.tst, op.teq];
const SETTERS = [op.add, op.sub, op.rsb, op.adc, op.sbc, op.and, op.orr, op.bic, op.mov, op.mvn];
const OTHERS = [op.mov, op.mov, op.add, op.sub, op.eor, op.adc, op.sbc, op.orr];

/** Data processing (ARM DDI 0100I, A3.4): `operand` has its own I bit. */
const processing = (cond: number, code: number, s: number, rn: number, rd: number, operand: number): number => {
  const first = code === op.mov || code === op.mvn ? 0 : rn;
  return ((cond << 28) | (code << 21) | (s << 20) | (first << 16) | (rd << 12) | operand) >>> 0;
};
/** `ldr` or `str`, word or byte, with an immediate offset (A5.2). */
const access = (cond: number, load: number, byte: number, rd: number, offset: number): number =>
  ((cond << 28) | (0b0101_1 << 23) | (byte << 22) | (load << 20) | (BUFFER << 16) | (rd << 12) | offset) >>> 0;
const branch = (cond: number, from: number, to: number): number =>
  ((cond << 28) | (0b101 << 25) | ((to - from - 2) & 0xff_ffff)) >>> 0;
const immediate = (value: number, rotate = 0): number => (1 << 25) | (rotate << 8) | value;
const mrs = (cond: number): number => ((cond << 28) | 0x010f_0000 | (CPSR << 12)) >>> 0;

/** A program that never ends: blocks that jump forward, and back to the first from the last. */
function program(random: Random): number[] {
  const register = () => random.below(REGISTERS);
  const condition = () => random.below(ALWAYS);
  const operand = () => {
    const kind = random.below(4);
    if (kind === 0) return immediate(random.pick([0, 1, 2, 4, 8, 16, 64, 255]), random.pick([0, 0, 1, 4]));
    if (kind === 1) return ((1 + random.below(30)) << 7) | (random.below(4) << 5) | register();
    return register();
  };
  const setter = () => {
    if (random.chance(0.6)) return processing(ALWAYS, random.pick(COMPARISONS), 1, register(), 0, operand());
    return processing(ALWAYS, random.pick(SETTERS), 1, register(), register(), operand());
  };
  const other = () => {
    const cond = random.chance(0.6) ? condition() : ALWAYS;
    const kind = random.below(6);
    if (kind < 3) return [processing(cond, random.pick(OTHERS), 0, register(), register(), operand())];
    if (kind < 5) return [access(cond, kind - 3, random.below(2), register(), 4 * random.below(8))];
    return [mrs(cond), processing(cond, op.eor, 0, SUM, SUM, CPSR)];
  };

  const blocks = 6 + random.below(10);
  const starts: number[] = [];
  const jumps: { at: number; cond: number; block: number }[] = [];
  const words: number[] = [];
  for (let block = 0; block < blocks; block++) {
    starts.push(words.length);
    for (let n = random.below(4); n > 0; n--) words.push(...(random.chance(0.6) ? other() : [setter()]));
    if (random.chance(0.75)) words.push(setter());
    if (random.chance(0.8)) {
      const cond = random.chance(0.9) ? condition() : ALWAYS;
      jumps.push({ at: words.length, cond, block: block + 1 + random.below(blocks - block) });
      words.push(0);
    }
  }
  starts.push(words.length);
  // Other values in the next turn.
  for (let r = 0; r < REGISTERS; r++)
    words.push(processing(ALWAYS, op.add, 0, r, r, ((1 + 5 * r) << 7) | ((r + 1) % REGISTERS)));
  words.push(mrs(ALWAYS), processing(ALWAYS, op.eor, 0, SUM, SUM, CPSR), access(ALWAYS, 0, 0, SUM, 0));
  words.push(branch(ALWAYS, words.length, 0));
  for (const { at, cond, block } of jumps) words[at] = branch(cond, at, starts[block]);
  return words;
}

/** State after so many instructions of a program. */
function state_after(loaded: LoadedIsa, words: readonly number[], seed: number, jit: false | Partial<JitOptions>) {
  const random = new Random(seed);
  const data = new Uint8Array(words.length * 4);
  for (const [n, word] of words.entries()) new DataView(data.buffer).setUint32(4 * n, word, true);
  const segments = [
    { address: CODE, data, flags: 5 },
    { address: DATA, data: new Uint8Array(64), flags: 6 },
  ];
  const { bytes } = make_elf({ endianness: 'little', machine: loaded.isa.abi.elf_machine, entry: CODE, segments });
  const simulator = new Simulator(loaded, bytes, { argv: ['flags'], host: node_host({ directories: [] }), jit });
  const { layout, memory } = simulator;
  const registers = layout.base.get('rf')!;
  for (let r = 0; r < REGISTERS; r++) memory.u32[registers + r] = random.word();
  memory.u32[registers + BUFFER] = DATA;
  expect(simulator.run(INSTRUCTIONS)).toMatchObject({ kind: 'limit' });
  return {
    registers: layout.named.map(({ name, slot }) => `${name} ${memory.u32[slot]}`),
    memory: Array.from({ length: 16 }, (_, n) => memory.read_32(DATA + 4 * n)),
    optimised: simulator.jit?.statistics.optimised ?? 0,
  };
}

test('random programs of flags end alike in the interpreter and in optimised code', async () => {
  const loaded = await load_isa('arm');
  let optimised = 0;
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const random = new Random(seed);
    const words = program(random);
    const jit = { threshold: random.pick([3, 5, 20]), slice: random.pick([200, 300, 1000]), compile_share: Infinity };
    const expected = state_after(loaded, words, seed, false);
    const { optimised: regions, ...found } = state_after(loaded, words, seed, jit);
    expect({ seed, ...found }).toEqual({ seed, registers: expected.registers, memory: expected.memory });
    optimised += regions;
  }
  expect(optimised).toBeGreaterThan(PROGRAMS / 2);
}, 600_000);
