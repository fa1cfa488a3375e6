// isa/README.md works as printed: its description is put together from its TypeScript blocks, its program is made by its
// JavaScript block, and every command of its console blocks prints what stands below it.

import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load_isa, node_host, Simulator } from '../src/index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const guide = readFileSync(join(ROOT, 'isa/README.md'), 'utf8');
const blocks = [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({ kind, text }));
const of_kind = (kind: string) => blocks.filter((block) => block.kind === kind).map(({ text }) => text);

const description = of_kind('ts').join('\n');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'isa-guide-')));

interface Session {
  command: string;
  output: string;
}

/** A console block's commands, each with what is printed below it. */
function sessions(text: string): Session[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** A changed description: the lines of a diff block with `-` are replaced by those with `+`. */
function changed(diff: string): string {
  const lines = (sign: string) =>
    diff
      .split('\n')
      .filter((line) => line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const parts = description.split(lines('-'));
  expect(parts.length, `places in the guide's description that are\n${lines('-')}`).toBe(2);
  return parts.join(lines('+'));
}

/** What a command of the guide prints, run in `cwd`; the folder is called /home/you there. */
function run(command: string, cwd: string): Promise<string> {
  const program = `pydgin-ts() { "${process.execPath}" "${join(ROOT, 'bin/pydgin-ts.js')}" "$@"; }`;
  return new Promise((resolve) => {
    execFile('bash', ['-c', `${program}; ${command}`], { cwd }, (_, stdout, stderr) =>
      resolve((stdout + stderr).replaceAll(`${cwd}/`, '/home/you/').replace(/\n*$/, '\n')),
    );
  });
}

beforeAll(() => {
  writeFileSync(join(folder, 'tiny.ts'), description);
  writeFileSync(join(folder, 'make-program.mjs'), of_kind('js').join('\n'));
  execFileSync(process.execPath, ['make-program.mjs'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the guide has a description, a program, commands and errors', () => {
  expect(of_kind('ts').length).toBeGreaterThan(3);
  expect(of_kind('js').length).toBe(1);
  expect(of_kind('console').flatMap(sessions).length).toBeGreaterThan(8);
  expect(of_kind('diff').length).toBeGreaterThan(3);
});

describe('commands of the guide', () => {
  blocks.forEach(({ kind, text }, n) => {
    if (kind !== 'console') return;
    const diff = blocks[n - 1].kind === 'diff' ? blocks[n - 1].text : undefined;
    for (const { command, output } of sessions(text))
      test.concurrent(diff === undefined ? command : `${command} with ${diff.split('\n')[0]}`, async () => {
        const cwd = diff === undefined ? folder : join(folder, String(n));
        if (diff !== undefined) {
          mkdirSync(cwd);
          writeFileSync(join(cwd, 'tiny.ts'), changed(diff));
        }
        expect(await run(command, cwd)).toBe(output.replace(/\n*$/, '\n'));
      });
  });
});

describe('programs of the guide’s ISA', () => {
  for (const jit of [false, { threshold: 2, trace_limit: 20, region_limit: 20, compile_share: Infinity }] as const)
    test(`the sum of 1 … 992 ${jit ? 'in compiled code' : 'in the interpreter'}`, async () => {
      const isa = await load_isa(join(folder, 'tiny.ts'));
      const elf = readFileSync(join(folder, 'sum.elf'));
      const simulator = new Simulator(isa, elf, { argv: ['sum.elf'], host: node_host(), jit });
      const sum = (992 * 993) / 2;
      expect(simulator.run()).toEqual({ kind: 'exit', status: sum & 0xff });
      expect(simulator.register('r2')).toBe(sum);
      expect(simulator.register('r3')).toBe(0);
      // Six instructions before the loop, three in it, three behind it.
      expect(simulator.executed).toBe(6 + 3 * 992 + 3);
      if (jit) expect(simulator.jit?.executed).toBeGreaterThan(2000);
    });
});

test('the guide’s description satisfies the compiler', () => {
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      types: [],
      module: 'ESNext',
      moduleResolution: 'bundler',
      paths: { 'pydgin-ts/adl': [join(ROOT, 'src/adl/index.ts')] },
    },
    include: ['tiny.ts'],
  };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compile = () => {
    try {
      return execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(compile()).toBe('');
  writeFileSync(join(folder, 'tiny.ts'), description.replaceAll('inst.rm', 'inst.rx'));
  try {
    expect(compile()).toContain("Property 'rx' does not exist");
  } finally {
    writeFileSync(join(folder, 'tiny.ts'), description);
  }
});
