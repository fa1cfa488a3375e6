// One execution of a simulator with a program, measured: processor time, wall time and peak memory of the whole process,
// threads and children included. It happens in a scratch directory of its own, as another user if started by root,
// without core dumps, with a limit on time and on the size of files.
//
// Node tells nothing of the time that one child took. The shell does: bash's `time` reads rusage of the child and prints
// milliseconds; any other shell's `times` has hundredths. The shell's own start is not part of either. Peak memory is
// Linux's VmHWM, looked at while the child runs.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { BenchError } from './errors.js';
import type { Invocation } from './suite.js';

/** What one run, or a sum of runs, took. Seconds of the processor and of the clock; peak resident memory in MiB. */
export interface Cost {
  cpu: number;
  wall: number;
  /** 0 if it could not be seen. */
  memory: number;
}

export interface Completed extends Cost {
  exit: number;
  timed_out: boolean;
  stdout: Buffer;
  stderr: Buffer;
  /** Content of the files asked for; undefined of one that does not exist. */
  outputs: Record<string, Buffer | undefined>;
  /** Why some of the output was not read. */
  unread?: string;
  /** What the simulator wrote about the run, if asked to. */
  statistics?: string;
}

export interface Limits {
  seconds: number;
  /** Keep scratch directories, for a look at what went wrong. */
  keep?: boolean;
  /** Told of each that is kept. */
  kept?(path: string): void;
}

/** A user to run as, when this process is root's. */
export interface Account {
  uid: number;
  gid: number;
}

/** In a simulator's command, stands for a file to write JSON statistics to. */
export const STATISTICS = '{stats}';

const NOBODY = 65534;
const FILE_LIMIT_KIB = 4 << 20;
/** What is compared of a file, at most. */
const COMPARED_BYTES = 2 ** 30;
/** The longest that a timer can wait. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Copying does not share the page cache's state, but on some file systems it is instant. */
const COPY = constants.COPYFILE_FICLONE;

/**
 * The account that guests get: this process's own unless it is root's; then that of the user who called sudo, or nobody.
 */
export function guest_account(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { SUDO_UID, SUDO_GID } = process.env;
  if (Number(SUDO_UID) > 0) return { uid: Number(SUDO_UID), gid: Number(SUDO_GID ?? SUDO_UID) };
  return { uid: NOBODY, gid: NOBODY };
}

/** What children see of the environment: nothing that differs from one user or machine to the next. */
const environment = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: home,
  TMPDIR: home,
  LC_ALL: 'C',
});

/** Where scratch directories are made. BenchError if the account cannot get there. */
export function scratch_root(account: Account | undefined): string {
  const root = tmpdir();
  const why = !existsSync(root)
    ? 'does not exist'
    : account && spawnSync('test', ['-x', root], { cwd: '/', ...account }).status !== 0
      ? `is closed to user ${account.uid}, as whom guests run`
      : undefined;
  if (why) throw new BenchError(`${root}, the folder for temporary files (TMPDIR), ${why}; set TMPDIR to another`);
  return root;
}

/**
 * First line that `command --version` prints as that account; undefined if it prints none, an Error if there is no such
 * command or it may not be read.
 */
export function version_of(command: readonly string[], account: Account | undefined): string | undefined | Error {
  const asked = spawnSync(command[0], [...command.slice(1), '--version'], {
    cwd: scratch_root(account),
    env: environment(tmpdir()),
    encoding: 'utf8',
    timeout: 20_000,
    ...account,
  });
  if (asked.error) return asked.error;
  if (asked.status !== 0) return new Error(asked.stderr.trim().split('\n')[0] || `exit status ${asked.status}`);
  return asked.stdout.split('\n')[0].trim() || undefined;
}

// fd 3 goes to the harness, 4 is the program's stderr. The subshell becomes the program, so that its number is the
// program's; the inner braces are needed since a timed subshell would have to print the time itself.
const BASH = `
ulimit -c 0 2>&-; ulimit -f ${FILE_LIMIT_KIB} 2>&-
TIMEFORMAT='time %R %U %S'
{ time { ( echo "pid $BASHPID" >&3; exec "$@" 2>&4 3>&- 4>&- ); }; } 4>&2 2>&3
echo "exit $?" >&3`;
const OTHER_SHELL = `
ulimit -c 0 2>/dev/null
"$@" 3>&-
status=$?
times >&3
echo "exit $status" >&3`;

export type Shell = 'bash' | 'sh';

/** The more exact of the shells that there are. */
export function find_shell(): Shell {
  const tried = spawnSync('bash', ['-c', 'echo $BASH_VERSION'], { encoding: 'utf8' });
  return tried.status === 0 && tried.stdout.trim() !== '' ? 'bash' : 'sh';
}

let running: ChildProcess | undefined;

/** Ends the run that is going on, if any: the user has no patience any more. */
export function kill_running(): void {
  if (running?.pid !== undefined) kill_group(running.pid);
}

function kill_group(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Runs `command` with the program and its arguments. A BenchError if the shell cannot be started. */
export async function execute(
  command: readonly string[],
  elf: string,
  invocation: Invocation,
  account: Account | undefined,
  limits: Limits,
  shell: Shell,
): Promise<Completed> {
  const scratch = mkdtempSync(join(tmpdir(), 'pydgin-ts-bench-'));
  try {
    return await execute_in(scratch, command, elf, invocation, account, limits, shell);
  } finally {
    if (limits.keep) limits.kept?.(scratch);
    else rmSync(scratch, { recursive: true, force: true });
  }
}

async function execute_in(
  scratch: string,
  command: readonly string[],
  elf: string,
  invocation: Invocation,
  account: Account | undefined,
  limits: Limits,
  shell: Shell,
): Promise<Completed> {
  // The program sees its directory alone; captured output and statistics lie beside it.
  const directory = join(scratch, 'run');
  const report = join(scratch, 'report');
  for (const path of [directory, report]) mkdirSync(path);
  copyFileSync(elf, join(directory, 'program'), COPY);
  chmodSync(join(directory, 'program'), 0o755);
  for (const [name, from] of Object.entries(invocation.files)) {
    const to = join(directory, name);
    mkdirSync(dirname(to), { recursive: true });
    if (statSync(from).isDirectory()) cpSync(from, to, { recursive: true, mode: COPY });
    else copyFileSync(from, to, COPY);
  }
  chmodSync(scratch, 0o755);
  if (account) give(directory, report, account);

  const statistics = join(report, 'statistics.json');
  const words = command.map((word) => word.replaceAll(STATISTICS, statistics));
  const stdin = openSync(invocation.stdin ?? '/dev/null', 'r');
  const stdout = openSync(join(scratch, 'stdout'), 'w+');
  const stderr = openSync(join(scratch, 'stderr'), 'w+');
  let pulse: ReturnType<typeof setInterval> | undefined;
  let alarm: ReturnType<typeof setTimeout> | undefined;
  try {
    const began = performance.now();
    const script = shell === 'bash' ? BASH : OTHER_SHELL;
    const child = spawn(shell, ['-c', script, shell, ...words, './program', ...invocation.args], {
      cwd: directory,
      env: environment(directory),
      stdio: [stdin, stdout, stderr, 'pipe'],
      // A group of its own, to be killed as one.
      detached: true,
      ...account,
    });
    running = child;
    let told = '';
    let memory = 0;
    let timed_out = false;
    const channel = child.stdio[3] as Writable | null;
    channel?.on('data', (bytes: Buffer) => (told += bytes));
    pulse = setInterval(() => (memory = Math.max(memory, peak_memory(/^pid (\d+)$/m.exec(told)?.[1]))), 10);
    alarm = setTimeout(
      () => {
        timed_out = true;
        if (child.pid !== undefined) kill_group(child.pid);
      },
      Math.min(limits.seconds * 1000, LONGEST_TIMER),
    );
    await new Promise<void>((resolve, reject) => {
      child.on('error', (error) => reject(new BenchError(`${shell} cannot be started: ${error.message}`)));
      child.on('close', () => resolve());
    });
    const seconds = (performance.now() - began) / 1000;
    const written: [what: string, path: string][] = [
      ['stdout', join(scratch, 'stdout')],
      ['stderr', join(scratch, 'stderr')],
      ...Object.keys(invocation.expect.outputs).map((name): [string, string] => [name, join(directory, name)]),
    ];
    const too_long = written.find(([, path]) => size_of(path) > COMPARED_BYTES);
    if (too_long) {
      const unread = `${too_long[0]} has ${size_of(too_long[1])} bytes; ${COMPARED_BYTES} are compared at most`;
      const nothing = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), outputs: {} };
      return { ...measured(told, seconds, shell), memory, timed_out, ...nothing, unread };
    }
    return {
      ...measured(told, seconds, shell),
      memory,
      timed_out,
      stdout: readFileSync(join(scratch, 'stdout')),
      stderr: readFileSync(join(scratch, 'stderr')),
      outputs: Object.fromEntries(
        Object.keys(invocation.expect.outputs).map((name) => [name, read(join(directory, name))]),
      ),
      statistics: read(statistics)?.toString(),
    };
  } finally {
    running = undefined;
    clearInterval(pulse);
    clearTimeout(alarm);
    for (const fd of [stdin, stdout, stderr]) closeSync(fd);
  }
}

/** Everything in the program's directory becomes the account's own, as it would be had the user made it. */
function give(directory: string, report: string, { uid, gid }: Account): void {
  const tree = spawnSync('chown', ['-R', `${uid}:${gid}`, directory]);
  if (tree.status !== 0) throw new BenchError(`${directory} cannot be given to user ${uid}: ${tree.stderr}`);
  chownSync(report, uid, gid);
}

/** The shell's report → times and exit status. A shell that was killed has none to tell. */
function measured(told: string, seconds: number, shell: Shell): { cpu: number; wall: number; exit: number } {
  const exit = Number(/^exit (\d+)$/m.exec(told)?.[1] ?? 137);
  if (shell === 'bash') {
    const [, wall, user, system] = /^time (\S+) (\S+) (\S+)$/m.exec(told) ?? [];
    if (wall === undefined) return { cpu: Number.NaN, wall: seconds, exit };
    return { cpu: Number(user) + Number(system), wall: Number(wall), exit };
  }
  // The second line has user and system time of the shell's children, as 0m1.23s.
  const times = [...told.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return { cpu: times.length === 4 ? times[2] + times[3] : Number.NaN, wall: seconds, exit };
}

/** VmHWM of a process, MiB; 0 if there is no such process or no such file. */
function peak_memory(pid: string | undefined): number {
  if (pid === undefined) return 0;
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function size_of(path: string): number {
  try {
    return lstatSync(path).size;
  } catch {
    return 0;
  }
}

/** A regular file's content: a link could lead to what the program may not see, a pipe would never end. */
function read(path: string): Buffer | undefined {
  try {
    return lstatSync(path).isFile() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
