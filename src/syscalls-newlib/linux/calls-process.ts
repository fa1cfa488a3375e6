// System calls on the process itself: identity, limits, threads that do not exist, names of the machine.

import { fail } from '../errno.js';
import { from_latin1, layout_of } from '../guest-data.js';
import { sleep } from './calls-wait.js';
import type { Calls, Process } from './process.js';

const own_id = (p: Process) => p.options.process_id;
const uid = (p: Process) => p.host.user.uid;
const gid = (p: Process) => p.host.user.gid;

function set_id(wanted: readonly number[], own: number): number {
  return wanted.every((id) => id === own || (id | 0) === -1 || id === 0xffff) ? 0 : fail('EPERM');
}

const STACK_LIMIT = 8 << 20;

function limit(p: Process, resource: number): [soft: number, hard: number] {
  const { nofile, infinity } = p.abi.rlimits;
  if (resource > 15) fail('EINVAL');
  if (resource === 3) return [STACK_LIMIT, infinity];
  if (resource === nofile) return [p.files.limit, 4096];
  return [infinity, infinity];
}

function getrlimit(p: Process, resource: number, address: number): number {
  const [soft, hard] = limit(p, resource);
  p.data.put_32(address, soft);
  p.data.put_32(address + 4, hard);
  return 0;
}

function setrlimit(p: Process, resource: number, soft: number): number {
  limit(p, resource);
  if (resource === p.abi.rlimits.nofile) p.files.limit = Math.min(soft, 4096);
  return 0;
}

function prlimit(p: Process, pid: number, resource: number, wanted: number, before: number): number {
  if (pid !== 0 && pid !== own_id(p)) fail('ESRCH');
  const values = limit(p, resource);
  if (before !== 0) {
    const wide = (value: number) => (value === p.abi.rlimits.infinity ? 0xffff_ffff_ffff_ffffn : BigInt(value));
    p.data.put_64(before, wide(values[0]));
    p.data.put_64(before + 8, wide(values[1]));
  }
  if (wanted !== 0) setrlimit(p, resource, Number(BigInt.asUintN(32, p.data.get_64(wanted))));
  return 0;
}

/** A futex is waited for by one thread and woken by another; there is no other. */
function futex(p: Process, address: number, operation: number, value: number, timeout: number, wide: boolean): number {
  const command = operation & 0x7f;
  const waits = command === 0 || command === 9;
  if (waits) {
    if (p.data.get_32(address) !== value) fail('EAGAIN');
    if (timeout === 0) p.deadlock('futex() wait');
    const wanted = p.get_timespec(timeout, wide);
    const { clock } = p.host;
    const now = command === 0 ? 0n : (operation & 0x100) !== 0 ? clock.realtime_ns() : clock.monotonic_ns();
    if (wanted > now) sleep(p, wanted - now);
    fail('ETIMEDOUT');
  }
  if (command === 1 || command === 10 || command === 3 || command === 4 || command === 5) {
    p.data.get_32(address);
    return 0;
  }
  return fail('ENOSYS');
}

function uname(p: Process, address: number): number {
  const fields = ['Linux', 'pydgin-ts', '6.1.0', '#1 SMP', p.abi.machine, '(none)'];
  const bytes = new Uint8Array(65 * 6);
  fields.forEach((text, n) => {
    bytes.set(from_latin1(text), 65 * n);
  });
  p.data.put_bytes(address, bytes);
  return 0;
}

function sysinfo(p: Process, address: number): number {
  const layout = layout_of(
    'uptime:4 load1:4 load5:4 load15:4 totalram:4 freeram:4 sharedram:4 bufferram:4 totalswap:4 freeswap:4 procs:2 ' +
      'pad:2 totalhigh:4 freehigh:4 mem_unit:4 pad:8',
    4,
  );
  const uptime = p.host.clock.monotonic_ns() / 1_000_000_000n;
  const memory = { totalram: 0x8000_0000, freeram: 0x4000_0000, mem_unit: 1 };
  p.data.put_struct(address, layout, { uptime, procs: 1, ...memory });
  return 0;
}

const PR_SET_NAME = 15;
const PR_GET_NAME = 16;

function prctl(p: Process, option: number, argument: number): number {
  if (option === PR_SET_NAME) {
    p.name = p.data.c_string(argument).slice(0, 15);
    return 0;
  }
  if (option === PR_GET_NAME) {
    p.data.put_bytes(argument, from_latin1(p.name.padEnd(16, '\0')));
    return 0;
  }
  return fail('EINVAL');
}

const no_child = () => fail('ECHILD');
const nothing = () => 0;
const get_uid = ['', uid] as const;
const get_gid = ['', gid] as const;
const set_uids = ['int int int', (p: Process, a: number) => set_id([a], uid(p))] as const;
const set_gids = ['int int int', (p: Process, a: number) => set_id([a], gid(p))] as const;

function put_three(p: Process, addresses: readonly number[], id: number, wide: boolean): number {
  for (const address of addresses) {
    if (wide) p.data.put_32(address, id);
    else p.data.put_bytes(address, p.data.little ? Uint8Array.of(id, id >>> 8) : Uint8Array.of(id >>> 8, id));
  }
  return 0;
}

export const process_calls: Calls = {
  getpid: ['', own_id],
  gettid: ['', own_id],
  getppid: ['', () => 1],
  getpgrp: ['', own_id],
  getpgid: ['int', (p, pid) => (pid === 0 || pid === own_id(p) ? own_id(p) : fail('ESRCH'))],
  getsid: ['int', (p, pid) => (pid === 0 || pid === own_id(p) ? own_id(p) : fail('ESRCH'))],
  setpgid: ['int int', nothing],
  setsid: ['', () => fail('EPERM')],
  getuid: get_uid,
  geteuid: get_uid,
  getuid32: get_uid,
  geteuid32: get_uid,
  getgid: get_gid,
  getegid: get_gid,
  getgid32: get_gid,
  getegid32: get_gid,
  setuid: set_uids,
  setuid32: set_uids,
  setgid: set_gids,
  setgid32: set_gids,
  setreuid: ['int int', (p, a, b) => set_id([a, b], uid(p))],
  setreuid32: ['int int', (p, a, b) => set_id([a, b], uid(p))],
  setregid: ['int int', (p, a, b) => set_id([a, b], gid(p))],
  setregid32: ['int int', (p, a, b) => set_id([a, b], gid(p))],
  setresuid: ['int int int', (p, a, b, c) => set_id([a, b, c], uid(p))],
  setresuid32: ['int int int', (p, a, b, c) => set_id([a, b, c], uid(p))],
  setresgid: ['int int int', (p, a, b, c) => set_id([a, b, c], gid(p))],
  setresgid32: ['int int int', (p, a, b, c) => set_id([a, b, c], gid(p))],
  getresuid: ['hex hex hex', (p, a, b, c) => put_three(p, [a, b, c], uid(p), p.abi.base !== 0)],
  getresuid32: ['hex hex hex', (p, a, b, c) => put_three(p, [a, b, c], uid(p), true)],
  getresgid: ['hex hex hex', (p, a, b, c) => put_three(p, [a, b, c], gid(p), p.abi.base !== 0)],
  getresgid32: ['hex hex hex', (p, a, b, c) => put_three(p, [a, b, c], gid(p), true)],
  getgroups: ['int hex', nothing],
  getgroups32: ['int hex', nothing],
  setgroups: ['int hex', () => fail('EPERM')],
  setgroups32: ['int hex', () => fail('EPERM')],
  wait4: ['int hex hex hex', no_child],
  waitpid: ['int hex hex', no_child],
  waitid: ['int int hex hex', no_child],
  set_tid_address: ['hex', own_id], // what is stored there when a thread ends, nobody waits for
  set_robust_list: ['hex uint', nothing],
  futex: ['hex hex int hex', (p, a, op, value, timeout) => futex(p, a, op, value, timeout, false)],
  futex_time64: ['hex hex int hex', (p, a, op, value, timeout) => futex(p, a, op, value, timeout, true)],
  sched_yield: ['', nothing],
  sched_getaffinity: [
    'int uint hex',
    (p, _pid, size, mask) => {
      if (size < 4) fail('EINVAL');
      p.data.put_32(mask, 1);
      return 4;
    },
  ],
  sched_setaffinity: ['int uint hex', nothing],
  sched_getscheduler: ['int', nothing],
  sched_setscheduler: ['int int hex', nothing],
  sched_getparam: [
    'int hex',
    (p, _pid, parameters) => {
      p.data.put_32(parameters, 0);
      return 0;
    },
  ],
  sched_get_priority_max: ['int', (_p, policy) => (policy === 1 || policy === 2 ? 99 : 0)],
  sched_get_priority_min: ['int', (_p, policy) => (policy === 1 || policy === 2 ? 1 : 0)],
  getcpu: [
    'hex hex hex',
    (p, cpu, node) => {
      if (cpu !== 0) p.data.put_32(cpu, 0);
      if (node !== 0) p.data.put_32(node, 0);
      return 0;
    },
  ],
  getpriority: ['int int', () => 20],
  setpriority: ['int int int', nothing],
  nice: ['int', nothing],
  personality: ['hex', nothing],
  prctl: ['int hex hex hex hex', prctl],
  uname: ['hex', uname],
  sysinfo: ['hex', sysinfo],
  getrlimit: ['int hex', getrlimit],
  ugetrlimit: ['int hex', getrlimit],
  setrlimit: ['int hex', (p, resource, address) => setrlimit(p, resource, p.data.get_32(address))],
  prlimit64: ['int int hex hex', prlimit],
  set_tls: [
    'hex',
    (p, value) => {
      p.machine.set_thread_pointer(value);
      return 0;
    },
  ],
  get_tls: ['', (p) => p.machine.thread_pointer()],
  set_thread_area: [
    'hex',
    (p, value) => {
      p.machine.set_thread_pointer(value);
      return 0;
    },
  ],
};
