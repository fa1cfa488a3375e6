// The child process of src/loader/malformed.test.ts: damages ELF files in thousands of ways and does with each what the
// simulator does with a program. Prints one line of JSON; dies (and so fails the test) of any exception but ElfError.
// Arguments: number of mutations of each file, seed, files.

import { readFileSync } from 'node:fs';
import { build_stack, describe_elf, ElfError, load_elf, parse_elf } from '../../src/loader/index.js';
import { GuestMemory } from '../../src/machine/memory.js';

/** Results that the test checks. */
export interface MalformedReport {
  mutations: number;
  loaded: number;
  refused: number;
  /** Distinct beginnings of messages: how many of the checks were reached. */
  messages: string[];
  slowest_ms: number;
  slowest: string;
  /** Growth of resident memory since the first file was loaded, at its peak. */
  growth_mb: number;
}

const [count, seed, ...files] = process.argv.slice(2);

/** xorshift32 */
let random_state = Number(seed) | 1;
function random(limit: number): number {
  random_state ^= random_state << 13;
  random_state ^= random_state >>> 17;
  random_state ^= random_state << 5;
  return (random_state >>> 0) % limit;
}

const EXTREMES = [0, 1, 2, 3, 4, 7, 0x20, 0x28, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x10000];
EXTREMES.push(0x7fffffff, 0x80000000, 0xbfffffff, 0xfffff000, 0xfffffff0, 0xffffffff);

/** Places where structures are, so that most mutations hit a field and not code. */
function interesting(bytes: Uint8Array): [start: number, size: number][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[5] === 1;
  const wide = bytes[4] === 2;
  const word = (at: number) => view.getUint32(wide && !little ? at + 4 : at, little);
  const phoff = word(wide ? 32 : 28);
  const shoff = word(wide ? 40 : 32);
  const counts = wide ? 54 : 42;
  const ranges: [number, number][] = [[0, wide ? 64 : 52]];
  ranges.push([phoff, view.getUint16(counts, little) * view.getUint16(counts + 2, little)]);
  ranges.push([shoff, view.getUint16(counts + 4, little) * view.getUint16(counts + 6, little)]);
  const symtab = parse_elf(bytes).sections.list.find((section) => section.type === 2);
  if (symtab) ranges.push([symtab.offset, symtab.size]);
  ranges.push([0, bytes.length]);
  return ranges.filter(([, size]) => size > 0);
}

function mutate(original: Uint8Array, ranges: readonly [number, number][]): [Uint8Array, string] {
  let bytes = Uint8Array.from(original);
  const done: string[] = [];
  for (let n = 1 + random(3); n > 0; n--) {
    const [start, size] = ranges[random(ranges.length)];
    const at = Math.min(start + random(size), bytes.length - 1);
    const view = new DataView(bytes.buffer);
    switch (random(6)) {
      case 0:
        bytes[at] ^= 1 << random(8);
        done.push(`flip ${at}`);
        break;
      case 1:
        bytes[at] = random(256);
        done.push(`byte ${at}`);
        break;
      case 2:
      case 3: {
        const place = at - (at % 4);
        const value = EXTREMES[random(EXTREMES.length)];
        if (place + 4 <= bytes.length) view.setUint32(place, value, random(8) > 0 === (original[5] === 1));
        done.push(`word ${place} = ${value}`);
        break;
      }
      case 4: {
        const place = at - (at % 2);
        const value = EXTREMES[random(17)] & 0xffff;
        if (place + 2 <= bytes.length) view.setUint16(place, value, original[5] === 1);
        done.push(`half ${place} = ${value}`);
        break;
      }
      default:
        if (random(4) === 0) {
          bytes = bytes.slice(0, random(4) === 0 ? random(128) : at + 1);
          done.push(`cut ${bytes.length}`);
        }
    }
    if (bytes.length === 0) break;
  }
  return [bytes, done.join(', ')];
}

const memory = new GuestMemory();

/** What `info` and `run` do with a file. */
function use(bytes: Uint8Array): void {
  const image = parse_elf(bytes);
  describe_elf(image);
  image.symbols.find('main');
  image.symbols.name_at(image.entry);
  image.symbols.kind_at(image.entry);
  // No machine of 64 bits can run here; these files are for `info`.
  if (image.class === 64) return;
  const { machine, endianness } = image;
  // Freed by hand: unmap() would write, and so make resident, all of a large bss.
  try {
    const program = load_elf(image, bytes, memory, { elf_machine: machine, endianness, isa: 'arm' });
    build_stack(memory, program, { argv: ['program', 'argument'], env: ['A=B'] });
    program.symbols.name_at(program.entry);
    for (const segment of image.segments)
      if (segment.type === 'LOAD') memory.bytes(segment.address + program.bias, segment.file_size).fill(0);
    memory.bytes(program.stack_top - 4096, 4096).fill(0);
  } finally {
    memory.pages.fill(0);
  }
}

const resident = () => process.memoryUsage.rss() / 2 ** 20;
const report: MalformedReport = {
  mutations: 0,
  loaded: 0,
  refused: 0,
  messages: [],
  slowest_ms: 0,
  slowest: '',
  growth_mb: 0,
};
const messages = new Set<string>();
for (const file of files) use(new Uint8Array(readFileSync(file)));
const before = resident();
for (const file of files) {
  const original = new Uint8Array(readFileSync(file));
  const ranges = interesting(original);
  for (let n = 0; n < Number(count); n++) {
    const [bytes, what] = mutate(original, ranges);
    const started = performance.now();
    try {
      use(bytes);
      report.loaded++;
    } catch (error) {
      if (!(error instanceof ElfError)) {
        console.error(`${file}, ${what}:`, error);
        process.exit(1);
      }
      report.refused++;
      messages.add(error.message.replace(/0x[0-9a-f]+|\d+|(?<=begins with )[0-9a-f ]+/g, '#').slice(0, 60));
    }
    const took = performance.now() - started;
    if (took > report.slowest_ms) [report.slowest_ms, report.slowest] = [took, `${file}: ${what}`];
    report.mutations++;
    if (n % 16 === 0) report.growth_mb = Math.max(report.growth_mb, resident() - before);
  }
}
report.messages = [...messages].sort();
console.log(JSON.stringify(report));
