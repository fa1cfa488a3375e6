// What the JIT makes of small pieces of code, as text: cases/NAME.ISA.txt holds the code and what must be seen, .ir and .wat
// beside it what was made. After a change that is meant: npm test -- -u src/jit/cases.test.ts, and read the difference.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { make_elf } from '../../test/support/make-elf.js';
import { Disassembler } from '../disassembly.js';
import { node_host } from '../host/node.js';
import { load_isa } from '../load-isa/index.js';
import { Simulator } from '../simulator.js';
import { module_text } from './trace/dump.js';

const FOLDER = fileURLToPath(new URL('cases/', import.meta.url));

/** So many instructions are executed: too few for a case to leave its loop, which is compiled in the third round. */
const INSTRUCTIONS = 2000;
/** Little code is enough; what remains of a run that is less than a region is not compiled. */
const OPTIONS = { threshold: 3, compile_share: Infinity, trace_limit: 100, region_limit: 100 };

interface Case {
  name: string;
  isa: string;
  jit: Record<string, number>;
  smc: 'announced' | 'all';
  /** Of the IR or the text of WebAssembly: a pattern that occurs, or does not. */
  facts: { text: 'ir' | 'wat'; has: boolean; pattern: RegExp }[];
  code: { address: number; word: number; assembly: string }[];
}

function read_case(file: string): Case {
  const [name, isa] = file.split('.');
  const one: Case = { name, isa, jit: {}, smc: 'announced', facts: [], code: [] };
  for (const line of readFileSync(FOLDER + file, 'utf8').split('\n')) {
    const fact = /^(ir|wat) (has|lacks): (.+)$/.exec(line);
    const jit = /^jit: (\w+)=(\d+)$/.exec(line);
    const code = /^([\da-f]+) {2}([\da-f]{8}) {2}(.+)$/.exec(line);
    if (fact) one.facts.push({ text: fact[1] as 'ir', has: fact[2] === 'has', pattern: new RegExp(fact[3]) });
    else if (jit) one.jit[jit[1]] = Number(jit[2]);
    else if (line === 'jit: smc=all') one.smc = 'all';
    else if (code)
      one.code.push({ address: Number.parseInt(code[1], 16), word: Number.parseInt(code[2], 16), assembly: code[3] });
    else if (!/^(#.*)?$/.test(line)) throw new Error(`${file}: what does '${line}' mean?`);
  }
  return one;
}

/** Runs a case's code, and prints what was compiled. */
async function compile({ isa: isa_name, jit, smc, code }: Case) {
  const loaded = await load_isa(isa_name);
  const { endianness, elf_machine } = loaded.isa.abi;
  const data = new Uint8Array(code.length * 4);
  for (const [n, { word }] of code.entries()) new DataView(data.buffer).setUint32(4 * n, word, endianness === 'little');
  const { address } = code[0];
  const symbols = [{ name: '_start', value: address, size: data.length, type: 2 }];
  const segments = [{ address, data, flags: 5 }];
  const { bytes: elf } = make_elf({ endianness, machine: elf_machine, entry: address, segments, symbols });
  const simulator = new Simulator(loaded, elf, {
    argv: ['case'],
    host: node_host({ directories: [] }),
    jit: { ...OPTIONS, ...jit },
    smc,
  });
  const disassembler = new Disassembler(loaded.isa, simulator.factory);
  const disassemble = (at: number, set: number) => disassembler.text(simulator.interpreter.decode(at, set));
  const made: { ir: string; wat: string; bytes: Uint8Array }[] = [];
  simulator.jit!.on_compiled = (regions, bytes) =>
    made.push({ ...module_text(regions, bytes, simulator.layout, disassemble), bytes: bytes.slice() });
  expect(simulator.run(INSTRUCTIONS).kind).toBe('limit');
  return made;
}

/** A module's bytes as binaryen writes them: its own labels, but the same instructions. */
function normal(module: binaryen.Module): Uint8Array {
  module.setFeatures(binaryen.Features.All);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

describe.each(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => ({ file })),
)('$file', async ({ file }) => {
  const one = read_case(file);
  const made = await compile(one);
  const text = { ir: made.map(({ ir }) => ir).join('\n'), wat: made.map(({ wat }) => wat).join('\n') };

  test.each(one.facts)('$text has $has: $pattern', ({ text: what, has, pattern }) => {
    if (has) expect(text[what]).toMatch(pattern);
    else expect(text[what]).not.toMatch(pattern);
  });
  test.each(['ir', 'wat'] as const)('%s', async (what) => {
    await expect(text[what]).toMatchFileSnapshot(`${FOLDER}${file.replace('.txt', `.${what}`)}`);
  });
  test('something is compiled', () => {
    expect(made.length).toBeGreaterThan(0);
  });
  test('the text of WebAssembly says what the bytes say', () => {
    for (const { wat, bytes } of made)
      expect(normal(binaryen.parseText(wat))).toEqual(normal(binaryen.readBinary(bytes)));
  });
});
