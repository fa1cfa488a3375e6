// The rules of the house (docs/architecture.md): who may import whom, where each foreign package is let in, that the engine
// knows no ISA, and that the map of the rooms is complete. A new exception is a line here, with its reason.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface SourceFile {
  /** Path below the project's root, with slashes. */
  path: string;
  text: string;
  room: string;
}
interface Import {
  from: SourceFile;
  /** The package, `node:` module or room that is imported. */
  what: string;
  /** Path of the imported file, if it is one of ours. */
  file?: string;
  type_only: boolean;
}

/** Rooms inside a room that have walls of their own. */
const INNER_ROOMS = ['jit/frontend', 'jit/ir', 'jit/trace', 'jit/backend'];

/** `src/jit/trace/engine.ts` → jit/trace, `src/cli/run.ts` → cli, `src/simulator.ts` → simulator, `isa/armv5/…` → isa. */
function room_of(path: string): string {
  if (path.startsWith('isa/')) return 'isa';
  const below = path.replace(/^src\//, '');
  const inner = INNER_ROOMS.find((room) => below.startsWith(`${room}/`));
  return inner ?? (below.includes('/') ? below.slice(0, below.indexOf('/')) : below.replace(/\.ts$/, ''));
}

function files_below(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? files_below(path) : [path];
  });
}

const sources: SourceFile[] = ['src', 'isa']
  .flatMap(files_below)
  .filter((path) => path.endsWith('.ts') && !/\.(test|d)\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8'), room: room_of(path) }));

/** `import … from`, `export … from`, `import '…'` and `import('…')`. */
const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?'([^']+)'|\b(?:import|require)\(\s*'([^']+)'\s*\)/gm;

function imports_of(from: SourceFile): Import[] {
  return [...from.text.matchAll(IMPORT)].map((match) => {
    const specifier = match[2] ?? match[3];
    const names = /\{([^}]*)\}/.exec(match[0])?.[1];
    const type_only = match[1] !== undefined || names?.split(',').every((name) => /^\s*(type\s|$)/.test(name)) === true;
    if (specifier === 'pydgin-ts/adl') return { from, what: 'adl', type_only };
    if (!specifier.startsWith('.')) return { from, what: specifier, type_only };
    const file = posix.join(dirname(from.path), specifier).replace(/\.js$/, '.ts');
    return { from, what: room_of(file), file, type_only };
  });
}

const all_imports = sources.flatMap(imports_of);
const describe_import = ({ from, what, file }: Import) => `${from.path} imports ${file ?? what}`;

/** Rooms whose code a room may import. Types of these rooms are allowed as well. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  adl: [],
  isa: ['adl'],
  machine: ['adl'],
  host: [],
  'decoder-gen': ['adl'],
  loader: ['machine', 'adl'],
  interp: ['adl', 'machine', 'decoder-gen'],
  'jit/ir': [],
  'jit/frontend': ['jit/ir', 'adl', 'machine'],
  'jit/backend': ['jit/ir', 'machine'],
  'jit/trace': ['jit/frontend', 'jit/ir', 'jit/backend', 'machine', 'interp', 'adl'],
  'syscalls-newlib': ['machine', 'host', 'adl'],
  observe: ['machine'],
  // The build and load_isa() make what the engine would otherwise make at each start: fields' extraction, twins.
  'load-isa': ['adl', 'interp', 'jit/frontend', 'decoder-gen'],
  bench: [],
};
/** Rooms whose types, and nothing else, a room may import. */
const MAY_IMPORT_TYPES: Record<string, readonly string[]> = {
  'jit/frontend': ['interp'],
  observe: ['adl', 'interp', 'jit/trace'],
};
/** Composition roots and the command line may import what they compose, but these never. */
const NEVER: Record<string, readonly string[]> = {
  cli: ['jit/frontend', 'jit/backend', 'jit/ir', 'decoder-gen'],
  'loaded-machine': ['cli', 'bench', 'simulator'],
  simulator: ['cli', 'bench'],
  disassembly: ['cli', 'bench', 'simulator'],
  'check-isa': ['cli', 'bench'],
  index: ['cli', 'bench'],
};

test('every room imports only from the rooms that it may', () => {
  const wrong = all_imports.filter(({ from, what, file, type_only }) => {
    if (file === undefined && what !== 'adl') return false;
    if (what === from.room) return false;
    const never = NEVER[from.room];
    if (never) return never.includes(what);
    const rooms = [...(MAY_IMPORT[from.room] ?? []), ...(type_only ? (MAY_IMPORT_TYPES[from.room] ?? []) : [])];
    return !rooms.includes(what);
  });
  expect(wrong.map(describe_import)).toEqual([]);
  expect(all_imports.map(describe_import)).toContain('src/interp/interpreter.ts imports src/machine/memory.ts');
});

/** Files of the project's own folder; what a command has left there by mistake was committed twice. */
const ROOT_FILES = `CHANGELOG.md LICENSE README.md biome.json package-lock.json package.json tsconfig.build.json tsconfig.json vitest.config.ts`;

test('no file lies about', () => {
  const { status, stdout } = spawnSync('git', ['ls-files', '--', ':(glob)*'], { cwd: root, encoding: 'utf8' });
  // An unpacked archive has no history.
  if (status !== 0) return;
  expect(stdout.split('\n').filter((file) => file !== '' && !file.startsWith('.'))).toEqual(ROOT_FILES.split(' '));
});

test('every room has its rule', () => {
  const rooms = [...new Set(sources.map(({ room }) => room))];
  expect(rooms.filter((room) => !(room in MAY_IMPORT) && !(room in NEVER))).toEqual([]);
});

test('an ISA imports the description language and files of ISAs, nothing else', () => {
  const wrong = all_imports.filter(({ from, what }) => from.room === 'isa' && what !== 'adl' && what !== 'isa');
  expect(wrong.map(describe_import)).toEqual([]);
});

/** Foreign packages, each with the one room that lets it in. */
const PACKAGES: Record<string, string> = {
  elfy: 'loader',
  acorn: 'jit/frontend',
  binaryen: 'jit/backend',
  rolldown: 'load-isa',
  commander: 'cli',
};

test('each foreign package has one importer', () => {
  const foreign = all_imports.filter(
    ({ what, file }) => file === undefined && what !== 'adl' && !what.startsWith('node:'),
  );
  expect(foreign.filter(({ from, what }) => PACKAGES[what] !== from.room).map(describe_import)).toEqual([]);
  expect(foreign.map(describe_import)).toContain('src/loader/parse.ts imports elfy');
  expect(foreign.map(describe_import)).toContain('src/load-isa/index.ts imports rolldown');
});

test('binaryen and the bundler are loaded only when they are needed', () => {
  const eager = sources.filter(({ text }) => /^import (?!type)[^;]*from '(binaryen|rolldown)'/m.test(text));
  expect(eager.map(({ path }) => path)).toEqual([]);
});

/** `bench` starts and measures processes: it is a part of the command line in a room of its own. */
const MAY_IMPORT_NODE = ['host', 'cli', 'load-isa', 'bench'];

test('the operating system is reached through the host, the command line and the loader of ISAs only', () => {
  const wrong = all_imports.filter(
    ({ from, what }) => what.startsWith('node:') && !MAY_IMPORT_NODE.includes(from.room),
  );
  expect(wrong.map(describe_import)).toEqual([]);
});

/** Where ISAs may be named in code, and why. `words` restricts an exception to some names. */
const ISA_NAMES_ALLOWED: { in: RegExp; words?: readonly string[]; reason: string }[] = [
  { in: /^isa\//, reason: 'the ISAs themselves' },
  { in: /^src\/loader\//, reason: 'names of machines for messages about ELF files' },
  { in: /^src\/syscalls-newlib\//, reason: 'operating systems have conventions and structures for each machine' },
  { in: /^src\/cli\//, reason: 'examples in help texts' },
  { in: /^src\/bench\//, reason: 'which programs, toolchains and other simulators are measured' },
  { in: /^src\/jit\//, words: ['arm', 'arms'], reason: 'the arms of a branch' },
  { in: /^src\/observe\//, words: ['mips'], reason: 'million instructions per second' },
  {
    in: /^src\/disassembly\.ts$/,
    words: ['thumb'],
    reason: "ELF for the Arm Architecture marks the code of that instruction set by '$t' and by odd addresses",
  },
];
const ISA_WORDS = /^(arm|arms|armv\d\w*|thumb\d?|mips|mipsel|mipseb|riscv\d*|rv32\w*|rv64\w*|aarch64|x86|parc)$/;

/** A file's text without comments. Good enough for files that biome has formatted. */
function code_of(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\/.*$/gm, '$1');
}

/** The words of names and strings: `thumb_slot`, `isThumb`, 'linux-arm-eabi' hold thumb, thumb and arm; 0x86 holds none. */
function words_of(text: string): string[] {
  return (text.match(/(?<![0-9])[A-Za-z][A-Za-z0-9]*/g) ?? [])
    .flatMap((name) => name.split(/(?<=[a-z0-9])(?=[A-Z])/))
    .map((word) => word.toLowerCase());
}

test('the engine knows no ISA by name', () => {
  const named: string[] = [];
  const used = new Set<object>();
  for (const { path, text } of sources)
    for (const word of new Set(words_of(code_of(text)).filter((w) => ISA_WORDS.test(w)))) {
      const allowed = ISA_NAMES_ALLOWED.find((rule) => rule.in.test(path) && (rule.words?.includes(word) ?? true));
      if (allowed) used.add(allowed);
      else named.push(`${path}: ${word}`);
    }
  expect(named).toEqual([]);
  expect(ISA_NAMES_ALLOWED.filter((rule) => !used.has(rule)).map(({ reason }) => reason)).toEqual([]);
});

test('every folder of src has its place in docs/architecture.md', () => {
  const map = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const folders = [...new Set(sources.filter(({ path }) => path.startsWith('src/')).map(({ path }) => dirname(path)))];
  expect(folders.filter((folder) => folder !== 'src' && !map.includes(`${folder}/`))).toEqual([]);
});

test('what docs/architecture.md names exists', () => {
  const map = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const named = [...map.matchAll(/`((?:src|isa|test|docs|scripts|bin|spec-bench|test-binaries)\/[\w./-]*)`/g)];
  expect(named.map(([, path]) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every source file opens by saying what it is for', () => {
  const silent = sources.filter(({ text }) => !/^(\/\/ .*\n)+/.test(text));
  expect(silent.map(({ path }) => path)).toEqual([]);
});
