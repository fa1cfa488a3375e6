// The programs of test-binaries/mips and the kernels at size `test`, little- and big-endian: qemu's output, exit status and
// files in the interpreter; the same, with the same count of instructions and the same registers, when compiled.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { node_host } from '../src/host/node.js';
import { InputStream, OutputStream } from '../src/host/streams.js';
import { load_isa } from '../src/load-isa/index.js';
import { Simulator, type SimulatorOptions } from '../src/simulator.js';
import { exit_status, expected, type Run, registers } from './conformance/programs.js';

const folder = fileURLToPath(new URL('../test-binaries/mips', import.meta.url));
const { programs } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { programs: Run[] };
const kernels_folder = fileURLToPath(new URL('../spec-bench/kernels', import.meta.url));
const { kernels } = JSON.parse(readFileSync(join(kernels_folder, 'manifest.json'), 'utf8')) as {
  kernels: { name: string; elf: Record<string, string>; sizes: { test: Run } }[];
};

describe.each(['mipsel', 'mips'])('%s', async (name) => {
  const isa = await load_isa(name);

  function run(one: Run, path: string, jit: SimulatorOptions['jit']) {
    const directory = mkdtempSync(join(tmpdir(), 'pydgin-ts-'));
    try {
      const stdout = new OutputStream();
      const stdin = one.stdinBase64 ? Buffer.from(one.stdinBase64, 'base64') : (one.stdin ?? '');
      const simulator = new Simulator(isa, readFileSync(path), {
        argv: [path, ...one.args],
        env: Object.entries(one.env ?? {}).map(([key, value]) => `${key}=${value}`),
        host: node_host({ directories: [directory], stdio: [new InputStream(stdin), stdout, new OutputStream()] }),
        jit,
      });
      const exit = exit_status(simulator.run());
      const files = Object.fromEntries(
        readdirSync(directory).map((n) => [n, readFileSync(join(directory, n), 'utf8')]),
      );
      const seen = expected({ ...one, exit, ...printed(one, stdout.bytes), inputs: {}, files });
      return { ...seen, executed: simulator.executed, registers: registers(simulator) };
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  test.each(programs)('$name', (one) => {
    const path = join(folder, name, one.elf);
    const interpreted = run(one, path, false);
    expect(interpreted).toMatchObject(expected(one));
    // Counts and registers of programs that read clocks differ from run to run.
    const compiled = run(one, path, {});
    expect(compiled).toMatchObject(expected(one));
    if (one.name !== 'times') expect(compiled).toEqual(interpreted);
  });

  test.each(kernels)('kernel $name', ({ name: kernel, elf, sizes }) => {
    const one = { ...sizes.test, name: kernel, elf: elf[name] };
    expect(run(one, join(kernels_folder, elf[name]), {})).toMatchObject(expected(one));
  });
});

/** What was printed, in the form in which the manifest holds it. */
function printed(one: Run, bytes: Uint8Array): Partial<Run> {
  if (one.stdoutSha256 === undefined) return { stdout: Buffer.from(bytes).toString('utf8') };
  return { stdoutBytes: bytes.length, stdoutSha256: createHash('sha256').update(bytes).digest('hex') };
}
