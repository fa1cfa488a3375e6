import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Descriptor, node_host } from './node.js';
import { InputStream, OutputStream } from './streams.js';
import { HostError, type HostFiles, type OpenFlags } from './types.js';

let outside: string;
let inside: string;
let files: HostFiles;

beforeEach(() => {
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'pydgin-host-')));
  inside = join(outside, 'granted');
  mkdirSync(inside);
  writeFileSync(join(outside, 'secret'), 'secret');
  writeFileSync(join(inside, 'file'), 'inside');
  mkdirSync(join(inside, 'dir'));
  files = node_host({ directories: [inside] }).files;
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

const code_of = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(HostError);
    return (error as HostError).code;
  }
  return 'success';
};

const contents = (path: string, flags: OpenFlags = { read: true }): string => {
  const file = files.open(path, flags, 0o644);
  const bytes = new Uint8Array(100);
  const count = file.read(bytes, 0);
  file.close();
  return new TextDecoder().decode(bytes.subarray(0, count));
};

describe('what was granted works as on the host', () => {
  test('a file is read by its own absolute path, through dots and links inside', () => {
    symlinkSync('../file', join(inside, 'dir/relative'));
    symlinkSync(join(inside, 'file'), join(inside, 'dir/absolute'));
    symlinkSync('.', join(inside, 'loop_to_self'));
    expect(contents(`${inside}/file`)).toBe('inside');
    expect(contents(`${inside}/dir/../file`)).toBe('inside');
    expect(contents(`${inside}//./dir/relative`)).toBe('inside');
    expect(contents(`${inside}/dir/absolute`)).toBe('inside');
    expect(contents(`${inside}/loop_to_self/loop_to_self/file`)).toBe('inside');
  });

  test('HOST::GUEST shows a directory under another name, and only there', () => {
    files = node_host({ directories: [`${inside}::/data/in`] }).files;
    expect(contents('/data/in/file')).toBe('inside');
    expect(code_of(() => contents(`${inside}/file`))).toBe('ENOENT');
    expect(files.entries('/').map(({ name }) => name)).toEqual(['data']);
    expect(files.entries('/data').map(({ name }) => name)).toEqual(['in']);
    expect(files.start).toBe('/data/in');
  });

  test('names that are not UTF-8 keep their bytes', () => {
    const name = 'caf\xe9 \xff';
    files.open(`${inside}/${name}`, { write: true, create: true }, 0o644).close();
    expect(files.entries(inside).map((entry) => entry.name)).toContain(name);
    files.unlink(`${inside}/${name}`);
    expect(files.entries(inside).map((entry) => entry.name)).not.toContain(name);
  });

  test('modes of new files are the guest’s own, whatever the umask of this process is', () => {
    files.open(`${inside}/new`, { write: true, create: true }, 0o666).close();
    expect(files.stat(`${inside}/new`, true).mode & 0o7777).toBe(0o666);
  });

  test('a directory that cannot be granted is an error that names it', () => {
    expect(() => node_host({ directories: [join(outside, 'nowhere')] }).files).toThrow(/--dir .*nowhere.*ENOENT/);
    expect(() => node_host({ directories: [join(inside, 'file')] }).files).toThrow(/ENOTDIR/);
    expect(() => node_host({ directories: [`${inside}::data`] }).files).toThrow(/must be absolute/);
  });
});

describe('nothing leads out of what was granted', () => {
  const read = (path: string) => code_of(() => contents(path));

  test('dots and absolute paths', () => {
    expect(read(`${inside}/../secret`)).toBe('ENOENT');
    expect(read(`${inside}/dir/../../secret`)).toBe('ENOENT');
    expect(read(`${outside}/secret`)).toBe('ENOENT');
    expect(read('/etc/passwd')).toBe('ENOENT');
    expect(read(`/${'../'.repeat(50)}etc/passwd`)).toBe('ENOENT');
    expect(read('/proc/self/environ')).toBe('ENOENT');
  });

  test('links to outside: as the last component, in the middle, chained, made by the guest itself', () => {
    symlinkSync(join(outside, 'secret'), join(inside, 'absolute'));
    symlinkSync('../secret', join(inside, 'relative'));
    symlinkSync('..', join(inside, 'up'));
    symlinkSync('/', join(inside, 'root'));
    symlinkSync('relative', join(inside, 'chain'));
    symlinkSync('/proc/self/root', join(inside, 'magic'));
    files.symlink('../secret', `${inside}/made`);
    for (const name of [
      'absolute',
      'relative',
      'up/secret',
      'chain',
      'made',
      `root/${outside}/secret`,
      'magic/etc/passwd',
    ])
      expect(read(`${inside}/${name}`), name).toBe('ENOENT');
    expect(code_of(() => files.entries(`${inside}/root/etc`))).toBe('ENOENT');
    // A link into the granted directory by way of the root is fine: it is the guest's own namespace.
    expect(contents(`${inside}/root${inside}/file`)).toBe('inside');
  });

  test('writing through a link to outside neither changes nor creates anything there', () => {
    symlinkSync('../secret', join(inside, 'relative'));
    symlinkSync('../created', join(inside, 'dangling'));
    const write: OpenFlags = { write: true, create: true, truncate: true };
    expect(code_of(() => files.open(`${inside}/relative`, write, 0o644))).toBe('EACCES');
    expect(code_of(() => files.open(`${inside}/dangling`, write, 0o644))).toBe('EACCES');
    expect(code_of(() => files.open(`${inside}/../created`, write, 0o644))).toBe('EACCES');
    expect(code_of(() => files.mkdir(`${outside}/created`, 0o755))).toBe('EACCES');
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(existsSync(join(outside, 'created'))).toBe(false);
  });

  test('rename, link, unlink, rmdir, chmod and times stay inside', () => {
    symlinkSync('..', join(inside, 'up'));
    symlinkSync('../secret', join(inside, 'relative'));
    expect(code_of(() => files.rename(`${inside}/file`, `${inside}/../moved`))).toBe('EACCES');
    expect(code_of(() => files.rename(`${inside}/up/secret`, `${inside}/stolen`))).toMatch(/EACCES|ENOENT/);
    expect(code_of(() => files.link(`${outside}/secret`, `${inside}/stolen`))).toMatch(/EACCES|ENOENT/);
    expect(code_of(() => files.link(`${inside}/file`, `${inside}/up/linked`))).toBe('EACCES');
    expect(code_of(() => files.unlink(`${inside}/up/secret`))).toMatch(/EACCES|ENOENT/);
    expect(code_of(() => files.rmdir(inside))).toBe('EBUSY');
    expect(code_of(() => files.rename(inside, `${inside}/dir/x`))).toBe('EBUSY');
    expect(code_of(() => files.rmdir(outside))).toBe('EBUSY');
    expect(code_of(() => files.set_mode(`${inside}/relative`, 0o777))).toBe('ENOENT');
    expect(code_of(() => files.set_times(`${inside}/relative`, 0n, 0n, true))).toBe('ENOENT');
    // Hard links and renames of links move the link itself, not what it names.
    files.link(`${inside}/relative`, `${inside}/second`);
    expect(files.readlink(`${inside}/second`)).toBe('../secret');
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('set-user-id bits are not given', () => {
    files.set_mode(`${inside}/file`, 0o6755);
    expect(files.stat(`${inside}/file`, true).mode & 0o7777).toBe(0o755);
    files.open(`${inside}/new`, { write: true, create: true }, 0o6755).close();
    expect(files.stat(`${inside}/new`, true).mode & 0o7000).toBe(0);
  });

  test('loops of links end with ELOOP, long names with ENAMETOOLONG', () => {
    symlinkSync('b', join(inside, 'a'));
    symlinkSync('a', join(inside, 'b'));
    expect(read(`${inside}/a`)).toBe('ELOOP');
    expect(read(`${inside}/${'x'.repeat(300)}`)).toBe('ENAMETOOLONG');
    expect(read(`/${'x/'.repeat(3000)}`)).toBe('ENAMETOOLONG');
    expect(code_of(() => contents(`${inside}/a`, { read: true, nofollow: true }))).toBe('ELOOP');
  });

  test('without grants there is an empty root that cannot be written to', () => {
    files = node_host({ directories: [] }).files;
    expect(files.start).toBe('/');
    expect(files.entries('/')).toEqual([]);
    expect(read(`${inside}/file`)).toBe('ENOENT');
    expect(code_of(() => files.open('/new', { write: true, create: true }, 0o644))).toBe('EACCES');
  });
});

describe('errors are those of POSIX', () => {
  test.each<[string, string, () => unknown]>([
    ['a file as a directory', 'ENOTDIR', () => contents(`${inside}/file/x`)],
    ['a file with a slash at its end', 'ENOTDIR', () => contents(`${inside}/file/`)],
    [
      'creating what is there, exclusively',
      'EEXIST',
      () => contents(`${inside}/file`, { create: true, exclusive: true }),
    ],
    ['writing a directory', 'EISDIR', () => files.open(`${inside}/dir`, { write: true }, 0)],
    ['making a directory that is there', 'EEXIST', () => files.mkdir(`${inside}/dir`, 0o755)],
    ['removing a directory as a file', 'EISDIR', () => files.unlink(`${inside}/dir`)],
    ['removing a file as a directory', 'ENOTDIR', () => files.rmdir(`${inside}/file`)],
    ['removing what is not there', 'ENOENT', () => files.unlink(`${inside}/none`)],
    ['a link’s target of a file', 'EINVAL', () => files.readlink(`${inside}/file`)],
    ['an empty path', 'ENOENT', () => contents('')],
  ])('%s: %s', (_what, code, action) => expect(code_of(action)).toBe(code));

  test('a directory with something in it is not removed', () => {
    linkSync(join(inside, 'file'), join(inside, 'dir/x'));
    expect(code_of(() => files.rmdir(`${inside}/dir`))).toBe('ENOTEMPTY');
  });
});

describe('clock, randomness, streams', () => {
  const host = node_host({ directories: [] });

  test('real time agrees with Date, monotonic time does not go back, sleeping takes its time', () => {
    expect(Math.abs(Number(host.clock.realtime_ns() / 1_000_000n) - Date.now())).toBeLessThan(50);
    const before = host.clock.monotonic_ns();
    host.clock.sleep_ns(5_000_000n);
    expect(host.clock.monotonic_ns() - before).toBeGreaterThanOrEqual(5_000_000n);
  });

  test('randomness fills large buffers', () => {
    const bytes = new Uint8Array(200_000);
    host.random(bytes);
    expect(bytes.subarray(-1000).some((byte) => byte !== 0)).toBe(true);
  });

  test('a pipe that somebody else made non-blocking is waited for; one that the guest did is not', () => {
    const fifo = join(inside, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const bytes = new Uint8Array(10);
    const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      expect(code_of(() => new Descriptor(fd, true, true).read(bytes, null))).toBe('EAGAIN');
      spawn('sh', ['-c', `sleep 0.2; printf hello > '${fifo}'`]);
      expect(new Descriptor(fd, true).read(bytes, null)).toBe(5);
      // Far more than a pipe holds: the writer waits for its reader.
      const reader = spawn('sh', ['-c', `head -c 300000 '${fifo}' > '${fifo}.out'`]);
      expect(new Descriptor(fd, true).write(new Uint8Array(300_000).fill(7), null)).toBe(300_000);
      reader.kill();
    } finally {
      closeSync(fd);
    }
  });

  test('a pipe that nobody reads fails with EPIPE', () => {
    const fifo = join(inside, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(fifo, constants.O_WRONLY);
    closeSync(reader);
    expect(code_of(() => new Descriptor(writer, true).write(new Uint8Array(1), null))).toBe('EPIPE');
    closeSync(writer);
  });

  test('streams in memory yield and keep bytes exactly', () => {
    const input = new InputStream('käse');
    const part = new Uint8Array(3);
    expect([input.read(part), input.read(part), input.read(part)]).toEqual([3, 2, 0]);
    const output = new OutputStream();
    output.write(Uint8Array.of(0, 255));
    output.write(new TextEncoder().encode('x'));
    expect([...output.bytes]).toEqual([0, 255, 120]);
  });
});
