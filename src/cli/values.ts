// Values of options: text from the command line → numbers, flags and settings, or a UsageError that says what is allowed.

import { TRACE_FLAGS, type TraceFlag, type TraceRequest } from '../observe/trace-flags.js';
import { UsageError } from './errors.js';
import { CHOICES, RANGES } from './jit-settings.js';

/** A count of instructions: decimal digits, with an optional k, M or G, and underscores. */
export function parse_count(text: string): number {
  const found = /^(\d[\d_]*(?:\.(\d+))?)([kKmMgG]?)$/.exec(text);
  const zeros = { '': 0, k: 3, m: 6, g: 9 }[found?.[3].toLowerCase() ?? ''] ?? 0;
  const value = found ? Math.round(Number(found[1].replaceAll('_', '')) * 10 ** zeros) : Number.NaN;
  // Nothing is rounded.
  if (!Number.isSafeInteger(value) || (found?.[2]?.length ?? 0) > zeros)
    throw new UsageError(`'${text}' is not a number of instructions; write 1000000, 1_000_000 or 1M`);
  return value;
}

/** A size in bytes: a number, decimal or 0x, with an optional K, M or G (powers of 1024). */
export function parse_size(text: string): number {
  const found = /^(0x[\da-fA-F]+|\d+)([kKmMgG]?)(?:i?[bB])?$/.exec(text);
  const factor = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[found?.[2].toLowerCase() ?? ''] ?? 1;
  const value = found ? Number(found[1]) * factor : Number.NaN;
  if (!(value >= 1 && value <= 2 ** 32))
    throw new UsageError(`'${text}' is not a size in bytes; write 65536, 512K or 8M`);
  return value;
}

/** An address: hexadecimal with or without 0x. */
export function parse_address(text: string): number {
  if (!/^(0x)?[\da-fA-F]{1,8}$/.test(text))
    throw new UsageError(`'${text}' is not an address; write 0x8000 or 8000, hexadecimal`);
  return Number.parseInt(text, 16);
}

/** An instruction word: hexadecimal with or without 0x, or all its bits. */
export function parse_word(text: string): number {
  const digits = text.replaceAll('_', '');
  if (/^(0b)?[01]{9,32}$/.test(digits)) return Number.parseInt(digits.replace('0b', ''), 2);
  if (/^(0x)?[\da-fA-F]{1,8}$/i.test(digits)) return Number.parseInt(digits, 16);
  throw new UsageError(`'${text}' is not an instruction word; write 0xe0812003, e0812003, or 32 digits 0 and 1`);
}

/** `insts,rf:1000`: flags of --debug, and after the colon how many instructions come before. */
export function parse_debug(text: string, before?: TraceRequest): TraceRequest {
  const [names, start, ...rest] = text.split(':');
  const flags = new Set<TraceFlag>(before?.flags);
  for (const name of names.split(',').filter((name) => name !== '')) {
    if (name === 'all') for (const flag of ['insts', 'rf', 'mem', 'syscalls'] as const) flags.add(flag);
    else if (Object.hasOwn(TRACE_FLAGS, name)) flags.add(name as TraceFlag);
    else
      throw new UsageError(
        `--debug ${text}: there is no flag '${name}'; the flags are ${Object.keys(TRACE_FLAGS).join(', ')}`,
      );
  }
  if (flags.size === 0)
    throw new UsageError(`--debug ${text}: name at least one flag of ${Object.keys(TRACE_FLAGS).join(', ')}`);
  if (rest.length > 0)
    throw new UsageError(`--debug ${text}: one ':' with a number of instructions may follow the flags`);
  return { flags, start: start === undefined ? (before?.start ?? 0) : parse_count(start) };
}

/** `NAME=VALUE`, or `NAME` for the value that it has here; undefined for a name that has none. */
export function parse_environment(text: string): string | undefined {
  const equals = text.indexOf('=');
  if (text === '' || equals === 0) throw new UsageError(`--env ${text}: write --env NAME=VALUE`);
  if (equals > 0) return text;
  const value = process.env[text];
  return value === undefined ? undefined : `${text}=${value}`;
}

/** What `--jit` asks for. */
export interface JitRequest {
  off: boolean;
  settings: Record<string, unknown>;
}

/** What `--jit` may set, each with a default that shows its type. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * `key=value,…` → the settings among `defaults` that it changes, and whether there is `off`. Numbers, switches (on, off) and text
 * are told apart by the default; a key alone switches on.
 */
export function parse_jit(texts: readonly string[], defaults: Settings): JitRequest {
  const settings: Record<string, unknown> = {};
  let off = false;
  const keys = Object.keys(defaults);
  for (const part of texts.flatMap((text) => text.split(',')).map((part) => part.trim())) {
    if (part === '')
      throw new UsageError(`--jit ${texts.join(',')}: a setting is missing; ${describe_settings(defaults)}`);
    if (part === 'off' || part === 'on') {
      off = part === 'off';
      continue;
    }
    const equals = part.indexOf('=');
    const key = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    if (!keys.includes(key))
      throw new UsageError(`--jit ${part}: there is no setting '${key}'; ${describe_settings(defaults)}`);
    settings[key] = parse_setting(part, key, value, defaults[key]);
  }
  return { off, settings };
}

function parse_setting(part: string, key: string, value: string, fallback: unknown): unknown {
  if (CHOICES[key] && !CHOICES[key].includes(value))
    throw new UsageError(`--jit ${part}: ${key} is one of ${CHOICES[key].join(', ')}`);
  if (typeof fallback === 'number') {
    if (!/^\d[\d_]*(\.\d+)?$/.test(value))
      throw new UsageError(`--jit ${part}: ${key} is a number, such as ${key}=${fallback}`);
    const number = Number(value.replaceAll('_', ''));
    const [least, most, whole = true] = RANGES[key] ?? [0, Infinity, false];
    if (number < least || number > most || (whole && !Number.isInteger(number)))
      throw new UsageError(`--jit ${part}: ${key} is a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
    return number;
  }
  if (typeof fallback === 'boolean') {
    if (!['', 'on', 'off', 'true', 'false', '1', '0'].includes(value))
      throw new UsageError(`--jit ${part}: ${key} is on or off`);
    return ['', 'on', 'true', '1'].includes(value);
  }
  if (value === '') throw new UsageError(`--jit ${key}: ${key} needs a value, ${key}=…`);
  return value;
}

/** 'the settings are off, threshold (60), …' */
export function describe_settings(defaults: Settings): string {
  const known = Object.entries(defaults).map(([key, value]) =>
    value === undefined || value === '' ? key : `${key} (${String(value)})`,
  );
  return `the settings, with their defaults, are ${known.join(', ')}; and off`;
}

/** The candidates that `name` may be a misspelling of. */
export function one_of<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(text)) return text as T;
  throw new UsageError(`${option} ${text}: it is one of ${allowed.join(', ')}`);
}
