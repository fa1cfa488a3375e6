// What scripts/fuzz.mjs runs: fresh cases of one ISA through qemu and through the interpreter; or, with a file name, a
// recording for the tests.

import { writeFileSync } from 'node:fs';
import armv5 from '../../isa/armv5/index.js';
import mips_isa from '../../isa/mips/index.js';
import mipsel_isa from '../../isa/mipsel/index.js';
import * as arm from './arm.js';
import { interpreter } from './interpreter.js';
import * as mips from './mips.js';
import { record_vectors } from './qemu.js';
import { run_vectors, write_vectors } from './vectors.js';

const TARGETS = {
  arm: { isa: armv5, qemu: arm.qemu_arm, ...arm },
  mips: { isa: mips_isa, qemu: mips.qemu_mips(true), ...mips },
  mipsel: { isa: mipsel_isa, qemu: mips.qemu_mips(false), ...mips },
};

/** Returns the number of cases that differ. */
export function fuzz(name: string, count: number, seed: number, record?: string): number {
  const target = TARGETS[name as keyof typeof TARGETS];
  if (target === undefined) throw new Error(`no fuzzer for '${name}': there are ${Object.keys(TARGETS).join(', ')}`);
  const made_by = `scripts/fuzz.mjs ${name} ${count} ${seed}, ${target.qemu.command.join(' ')}`;
  const header = { made_by, seed, undefined_word: target.UNDEFINED_WORD, registers: target.REGISTERS };
  const file = record_vectors(target.qemu, header, target.generate(count, seed));
  for (const { row, vectors } of target.coverage(file.vectors)) console.log(`${String(vectors).padStart(6)} ${row}`);
  const mismatches = run_vectors(file, target.isa, target.environment, interpreter);
  for (const line of mismatches.slice(0, 20)) console.log(line);
  console.log(`${file.vectors.length} vectors, seed ${seed}: ${mismatches.length} differ`);
  if (record !== undefined) writeFileSync(record, write_vectors(file));
  return mismatches.length;
}
