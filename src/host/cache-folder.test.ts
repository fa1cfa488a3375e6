// A folder of files that may be lost: what is kept, what is private.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { CacheFolder, may_be_made } from './cache-folder.js';

let outside: string;
let folder: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'pydgin-ts-cache-'));
  folder = join(outside, 'cache');
});

const name = (n: number) => CacheFolder.name_of([String(n)]);

test('what is written is read, unless it has changed since', () => {
  const cache = new CacheFolder(folder);
  cache.write(name(1), new Uint8Array([1, 2, 3]));
  expect(cache.read(name(1))).toEqual(Buffer.from([1, 2, 3]));
  expect(cache.read(name(2))).toBeUndefined();
  writeFileSync(join(folder, name(1)), 'something else, of more than a few bytes, so that there is a digest');
  expect(cache.read(name(1))).toBeUndefined();
});

test('what has not been of use for longest has to go', () => {
  const cache = new CacheFolder(folder);
  writeFileSync(join(folder, 'notes.txt'), 'x'.repeat(1000));
  for (let n = 0; n < 5; n++) {
    cache.write(name(n), new Uint8Array(168));
    utimesSync(join(folder, name(n)), 1000 + n, 1000 + n);
  }
  cache.touch(name(0));
  // Each has 200 bytes.
  cache.trim(1000);
  expect(readdirSync(folder).length).toBe(6);
  cache.trim(900);
  expect([0, 1, 2, 3, 4].filter((n) => existsSync(join(folder, name(n))))).toEqual([0, 3, 4]);
  expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  cache.touch(name(1));
});

describe('a folder is private', () => {
  test('if nobody else can write there', () => {
    const cache = new CacheFolder(folder, 0o700);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(cache.is_private([])).toBe(true);
    for (const mode of [0o770, 0o702]) {
      chmodSync(folder, mode);
      expect(cache.is_private([])).toBe(false);
    }
  });

  test('if it is in none of the folders that are open to others', () => {
    const cache = new CacheFolder(folder, 0o700);
    for (const open of [folder, outside, '/']) expect(cache.is_private([open])).toBe(false);
    const link = join(outside, 'link');
    symlinkSync(outside, link);
    expect(cache.is_private([link])).toBe(false);
    expect(new CacheFolder(join(link, 'cache')).is_private([outside])).toBe(false);
    mkdirSync(join(folder, 'deeper'));
    mkdirSync(join(outside, 'cac'));
    for (const open of [join(folder, 'deeper'), join(outside, 'cac')]) expect(cache.is_private([open])).toBe(true);
    expect(cache.is_private([join(outside, 'nowhere')])).toBe(false);
  });
});

test('where a folder would be is known before it is made', () => {
  const path = join(outside, 'a/b/cache');
  const link = join(outside, 'link');
  mkdirSync(join(outside, 'elsewhere'));
  symlinkSync(join(outside, 'elsewhere'), link);
  expect(may_be_made(path, [])).toBe(true);
  expect(may_be_made(path, [join(outside, 'elsewhere')])).toBe(true);
  expect(may_be_made(path, [outside])).toBe(false);
  expect(may_be_made(join(link, 'cache'), [join(outside, 'elsewhere')])).toBe(false);
  expect(may_be_made(path, [join(outside, 'nowhere')])).toBe(false);
  expect(readdirSync(outside).sort()).toEqual(['elsewhere', 'link']);
});
