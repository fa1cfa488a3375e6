// Where and of what a result is: the machine, this package's version, and its commit if it is a working tree.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchResult, Machine } from './results.js';

export function this_machine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? process.arch,
    cores: processors.length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
  };
}

/** The folder of this package's package.json. */
export function package_root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export function package_version(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The commit that is checked out; undefined if this is no working tree, or if there is no git. */
export function this_commit(root: string): BenchResult['commit'] {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const [id, when] = git('log', '-1', '--format=%H %cI').split(' ');
    return { id, when, dirty: git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'isa', 'bin') !== '' };
  } catch {
    return undefined;
  }
}
