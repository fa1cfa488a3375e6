// The table of Linux calls: number → name → implementation, looked up when a number first occurs.

import type { LinuxAbi } from './abi.js';
import { file_calls } from './calls-files.js';
import { memory_calls } from './calls-memory.js';
import { path_calls } from './calls-paths.js';
import { process_calls } from './calls-process.js';
import { signal_calls } from './calls-signals.js';
import { time_calls } from './calls-time.js';
import { wait_calls } from './calls-wait.js';
import { name_of_call } from './numbers.js';
import type { Call, Calls } from './process.js';

const end_calls: Calls = {
  exit: ['int', (p, status) => p.exit(status)],
  exit_group: ['int', (p, status) => p.exit(status)],
};

/** Those first that every program makes: the others are not even loaded until a call is not found before (scripts/bundle.mjs). */
const groups: readonly (() => Calls)[] = [
  () => file_calls,
  () => memory_calls,
  () => end_calls,
  () => process_calls,
  () => path_calls,
  () => time_calls,
  () => wait_calls,
  () => signal_calls,
];

/** The implementation of a call by name. */
export function call_named(name: string): Call | undefined {
  for (const group of groups) if (Object.hasOwn(group(), name)) return group()[name];
  return undefined;
}

export interface FoundCall {
  /** The call's name, or `syscall_NNN` for a number that has none. */
  name: string;
  /** Absent: it fails with ENOSYS. */
  implementation: Call | undefined;
}

const found = new Map<string, Map<number, FoundCall>>();

/** The call of a number in a dialect. */
export function find_call(abi: LinuxAbi, number: number): FoundCall {
  let calls = found.get(abi.name);
  if (calls === undefined) found.set(abi.name, (calls = new Map()));
  let call = calls.get(number);
  if (call === undefined) {
    const name = name_of_call(abi.numbers, number - abi.base) ?? `syscall_${number}`;
    call = { name, implementation: call_named(name) };
    if (calls.size < 1000) calls.set(number, call);
  }
  return call;
}
