// A suite on disk → benchmarks to run. Three forms are read: the kernels' manifest.json, the recipes of the CINT2006
// stand-ins (a folder NNN.name with program.json and expected.json each, built outside the repository), and bench.json,
// with which a user describes programs of their own, licensed SPEC binaries among them. Nothing is run here.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { BenchError } from './errors.js';

export const SIZES = ['test', 'ref'] as const;
export type Size = (typeof SIZES)[number];

/** What a run must print; undefined fields are not checked. */
export interface Expectation {
  /** Exit status, 128 + n after signal n. */
  exit: number;
  stdout?: { bytes: Buffer } | { sha256: string };
  /** Files that the program writes, by their path in its directory; undefined: as the reference simulator's. */
  outputs: Record<string, { bytes: Buffer } | undefined>;
  /** Neither stdout nor files are compared. */
  any_output?: boolean;
}

/** One execution of a program; SPEC's workloads often have several. */
export interface Invocation {
  args: readonly string[];
  /** File fed to standard input; undefined for none. */
  stdin?: string;
  /** Files and folders copied to the program's directory, by their path there. */
  files: Record<string, string>;
  expect: Expectation;
}

export interface Benchmark {
  name: string;
  /** Of what suite, and at which size. */
  suite: string;
  size: Size;
  about?: string;
  elf: string;
  invocations: readonly Invocation[];
  /** Instructions that another simulator counted, if known. */
  instructions?: number;
}

export interface Suite {
  benchmarks: Benchmark[];
  /** Programs of the suite that cannot be run here, with the reason. */
  missing: { name: string; reason: string }[];
}

export interface SuiteRequest {
  size: Size;
  /** Name that `run` knows: arm, mipsel, … */
  isa: string;
  /** As the user has named it. */
  given_isa?: string;
  /** Folder of this package's own suites. */
  spec_bench: string;
  /** For the stand-ins: a toolchain such as arm-glibc. The first one built is taken if undefined. */
  target?: string;
}

/** `kernels`, `spec`, or the path of a folder; several with commas. BenchError if there is nothing to run. */
export function load_suites(names: string, request: SuiteRequest): Suite {
  const suites = names.split(',').map((name) => load_suite(name.trim(), request));
  const suite = { benchmarks: suites.flatMap((s) => s.benchmarks), missing: suites.flatMap((s) => s.missing) };
  if (suite.benchmarks.length === 0)
    throw new BenchError(
      [`${names}: nothing to run`, ...missing_lines(suite.missing).map((line) => `  ${line}`)].join('\n'),
    );
  const twice = suite.benchmarks.find(({ name }, i) => suite.benchmarks.findIndex((b) => b.name === name) !== i);
  if (twice) throw new BenchError(`${names}: two programs are named ${twice.name}`);
  return suite;
}

/** `fib, vm: not built`: the programs of each reason together. */
export function missing_lines(missing: Suite['missing']): string[] {
  const reasons = new Set(missing.map(({ reason }) => reason));
  return [...reasons].map((reason) => {
    const names = missing.filter((item) => item.reason === reason).map(({ name }) => name);
    return `${names.join(', ')}: ${reason}`;
  });
}

function load_suite(name: string, request: SuiteRequest): Suite {
  const own = { kernels: 'kernels', spec: 'programs' }[name];
  const folder = own === undefined ? resolve(name) : join(request.spec_bench, own);
  if (!existsSync(folder))
    throw new BenchError(
      own === undefined
        ? `there is no suite or folder ${name}; a suite is kernels, spec, or a folder with a bench.json`
        : `the suite ${name} is part of the repository and not of this installation: ${folder} does not exist`,
    );
  if (existsSync(join(folder, 'bench.json'))) return read_user_suite(folder, request);
  if (existsSync(join(folder, 'manifest.json'))) return read_kernels(folder, request);
  if (recipes(folder).length > 0) return read_stand_ins(folder, request);
  throw new BenchError(`${folder}: holds no bench.json; spec-bench/README.md shows one`);
}

// The kernels.

function read_kernels(folder: string, { size, isa }: SuiteRequest): Suite {
  const suite: Suite = { benchmarks: [], missing: [] };
  const manifest = Json.read(join(folder, 'manifest.json'));
  for (const kernel of manifest.at('kernels').list()) {
    const name = kernel.at('name').text();
    const elf = kernel.at('elf').at(isa);
    const run = kernel.at('sizes').at(size);
    if (!elf.present) suite.missing.push({ name, reason: `not built for ${isa}: spec-bench/kernels/build.sh` });
    else if (!run.present) suite.missing.push({ name, reason: `has no size ${size}` });
    else
      suite.benchmarks.push({
        name,
        suite: 'kernels',
        size,
        about: kernel.at('about').optional_text(),
        elf: elf.file(folder),
        invocations: [
          {
            args: run.at('args').texts(),
            files: {},
            expect: {
              exit: run.at('exit').number(0),
              stdout: { bytes: Buffer.from(run.at('stdout').text()) },
              outputs: {},
            },
          },
        ],
      });
  }
  return suite;
}

// The stand-ins: recipes in the repository, programs and inputs where build.sh puts them.

/** Where spec-bench/programs/build.sh works. */
const bench_directory = () => process.env.PYDGIN_BENCH_DIR || join(homedir(), '.cache/pydgin-ts/spec-bench');

const recipes = (folder: string) =>
  readdirSync(folder).filter((name) => existsSync(join(folder, name, 'program.json')));

function read_stand_ins(folder: string, { size, isa, target: wanted }: SuiteRequest): Suite {
  const suite: Suite = { benchmarks: [], missing: [] };
  const work = bench_directory();
  for (const name of recipes(folder).sort()) {
    const program = Json.read(join(folder, name, 'program.json'));
    const expected_file = join(folder, name, 'expected.json');
    const targets = program.at('targets').texts();
    const candidates = wanted === undefined ? targets.filter((target) => target.startsWith(`${isa}-`)) : [wanted];
    const built = (target: string) => join(work, 'build', target, name, `${name}.elf`);
    const target = candidates.find((candidate) => existsSync(built(candidate)));
    const expected = existsSync(expected_file)
      ? Json.read(expected_file)
          .at(target ?? '')
          .at(size)
      : undefined;
    const run = program.at('runs').at(size);
    if (target === undefined)
      suite.missing.push({
        name,
        reason: `not built for ${wanted ?? isa}: spec-bench/programs/build.sh${wanted ? ` --target ${wanted}` : ''}`,
      });
    else if (!run.present) suite.missing.push({ name, reason: `has no size ${size}` });
    else {
      const inputs = join(work, 'inputs', name);
      const stdin = run.at('stdin').optional_text();
      suite.benchmarks.push({
        name,
        suite: 'spec',
        size,
        about: `${program.at('standIn').text()} (${target})`,
        elf: built(target),
        instructions: expected?.at('instructions').optional_number(),
        invocations: [
          {
            args: run.at('args').texts(),
            stdin: stdin === undefined ? undefined : join(inputs, stdin),
            files: Object.fromEntries(
              run
                .at('files')
                .texts()
                .map((file) => [file, join(inputs, file)]),
            ),
            expect: {
              exit: expected?.at('exitStatus').optional_number() ?? program.at('exitStatus').number(0),
              stdout: expected?.present ? { sha256: expected.at('stdoutSha256').text() } : undefined,
              outputs: {},
            },
          },
        ],
      });
    }
  }
  return suite;
}

// A user's own programs.

function read_user_suite(folder: string, { size, isa, given_isa }: SuiteRequest): Suite {
  const suite: Suite = { benchmarks: [], missing: [] };
  const manifest = Json.read(join(folder, 'bench.json'));
  manifest.has_only(['name', 'isa', 'programs']);
  const suite_name = manifest.at('name').optional_text() ?? basename(folder);
  const suite_isa = manifest.at('isa').optional_text();
  if (suite_isa !== undefined && suite_isa !== isa && suite_isa !== given_isa)
    throw new BenchError(`${manifest.path}: its programs are for ${suite_isa}; say --isa ${suite_isa}`);
  if (manifest.at('programs').list().length === 0) throw new BenchError(`${manifest.path}: programs is empty`);
  for (const program of manifest.at('programs').list()) {
    const name = program.at('name').text();
    program.has_only(['name', 'about', 'elf', 'sizes']);
    program.at('sizes').has_only(SIZES);
    const sized = program.at('sizes').at(size);
    if (!sized.present) {
      suite.missing.push({ name, reason: `has no size ${size}` });
      continue;
    }
    // One invocation may stand for itself.
    const several = sized.at('runs').present;
    sized.has_only(['instructions', ...(several ? ['runs'] : RUN_FIELDS)]);
    const runs = several ? sized.at('runs').list() : [sized];
    if (runs.length === 0) throw new BenchError(`${sized.at('runs').where} is empty; leave it out for a single run`);
    if (several) for (const run of runs) run.has_only(RUN_FIELDS);
    suite.benchmarks.push({
      name,
      suite: suite_name,
      size,
      about: program.at('about').optional_text(),
      elf: program.at('elf').file(folder),
      instructions: sized.at('instructions').optional_number(),
      invocations: runs.map((run) => user_invocation(folder, run)),
    });
  }
  return suite;
}

const RUN_FIELDS = ['args', 'stdin', 'files', 'exit', 'stdout', 'outputs', 'compare'] as const;
/** What the program's file is called in its directory. */
const PROGRAM = 'program';

function user_invocation(folder: string, run: Json): Invocation {
  const files: Record<string, string> = {};
  for (const item of run.at('files').present ? run.at('files').list() : []) {
    // A path alone is copied under its last name; a folder ending in / gives what it contains.
    const from = item.path_in(folder);
    if (item.text().endsWith('/') && !statSync(from).isDirectory())
      throw new BenchError(`${item.where}: ${from} is not a folder; leave out the / at its end`);
    if (item.text().endsWith('/')) for (const entry of readdirSync(from)) files[entry] = join(from, entry);
    else files[basename(from)] = from;
  }
  if (files[PROGRAM] !== undefined)
    throw new BenchError(
      `${run.at('files').where}: in its directory, '${PROGRAM}' is the program; rename ${files[PROGRAM]}`,
    );
  const outputs: Expectation['outputs'] = {};
  const named = run.at('outputs');
  if (named.is_list) for (const path of named.texts()) outputs[path] = undefined;
  else if (named.present)
    for (const path of named.keys()) outputs[path] = { bytes: readFileSync(named.at(path).file(folder)) };
  for (const path of Object.keys(outputs))
    if (isAbsolute(path) || path.split('/').includes('..'))
      throw new BenchError(`${named.where}: ${path} is not a path inside the program's directory`);
  const stdout = run.at('stdout');
  const compare = run.at('compare').optional_text();
  if (compare !== undefined && compare !== 'none')
    throw new BenchError(`${run.at('compare').where} is '${compare}'; it can only be 'none', or left out`);
  return {
    args: run.at('args').texts(),
    stdin: run.at('stdin').present ? run.at('stdin').file(folder) : undefined,
    files,
    expect: {
      exit: run.at('exit').number(0),
      stdout: stdout.present ? { bytes: readFileSync(stdout.file(folder)) } : undefined,
      outputs,
      any_output: compare === 'none',
    },
  };
}

/** A value in a JSON file that knows its place, so that every complaint names file and field. */
class Json {
  private constructor(
    readonly path: string,
    readonly value: unknown,
    readonly trail: string,
  ) {}
  static read(path: string): Json {
    return new Json(path, read_json(path), '');
  }
  get present(): boolean {
    return this.value !== undefined;
  }
  get is_list(): boolean {
    return Array.isArray(this.value);
  }
  get where(): string {
    return this.trail === '' ? this.path : `${this.path}: ${this.trail}`;
  }
  at(key: string): Json {
    const { value } = this;
    const has = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    const trail = this.trail === '' ? key : `${this.trail}.${key}`;
    return new Json(this.path, has ? (value as Record<string, unknown>)[key] : undefined, trail);
  }
  private wrong(what: string): BenchError {
    return new BenchError(`${this.where} ${this.present ? 'is not' : 'is missing; it should be'} ${what}`);
  }
  text(): string {
    if (typeof this.value !== 'string') throw this.wrong('a text');
    return this.value;
  }
  optional_text(): string | undefined {
    return this.present ? this.text() : undefined;
  }
  number(fallback?: number): number {
    if (this.value === undefined && fallback !== undefined) return fallback;
    if (typeof this.value !== 'number') throw this.wrong('a number');
    return this.value;
  }
  optional_number(): number | undefined {
    return this.present ? this.number() : undefined;
  }
  /** A list of texts; an absent one is empty. */
  texts(): string[] {
    if (this.value === undefined) return [];
    if (!Array.isArray(this.value) || !this.value.every((item) => typeof item === 'string'))
      throw this.wrong('a list of texts');
    return this.value;
  }
  list(): Json[] {
    if (!Array.isArray(this.value)) throw this.wrong('a list');
    return this.value.map((item, i) => new Json(this.path, item, `${this.trail}[${i}]`));
  }
  keys(): string[] {
    if (typeof this.value !== 'object' || this.value === null) throw this.wrong('a list or an object');
    return Object.keys(this.value);
  }
  /** Is an object with fields of these names alone: others may be misspelt. */
  has_only(names: readonly string[]): void {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      throw this.wrong('an object');
    const other = Object.keys(this.value).find((name) => !names.includes(name));
    if (other !== undefined)
      throw new BenchError(`${this.where}: there is no field '${other}'; fields are ${names.join(', ')}`);
  }
  /** The path of an existing file or folder, relative to `folder`. */
  path_in(folder: string): string {
    const path = resolve(folder, this.text());
    if (!existsSync(path)) throw new BenchError(`${this.where}: ${path} does not exist`);
    return path;
  }
  /** The path of an existing file. */
  file(folder: string): string {
    const path = this.path_in(folder);
    if (!statSync(path).isFile()) throw new BenchError(`${this.where}: ${path} is not a file`);
    return path;
  }
}

/** The content of a JSON file, or a BenchError. */
export function read_json(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new BenchError(`${path}: ${code === 'ENOENT' ? 'does not exist' : message}`);
  }
}
