// Path resolution in the guest's namespace: which host path, if any, does a guest path mean? Each component is looked at
// in turn, symbolic links are followed here and not by the host's kernel, and their targets are read in the guest's
// namespace, as in a chroot: so neither '..' nor an absolute or relative link can lead out of what was granted.
// The namespace holds the granted directories and, as directories that cannot be changed, the way down to them.

import { HostError } from './types.js';

/** A host directory and where the guest sees it; both absolute, without '.', '..' or links. '/' is the empty string. */
export interface Grant {
  guest: string;
  host: string;
}

/** How the walk looks at the host. Paths come from `Grant.host`; links are never followed. */
export interface Probe {
  kind(host_path: string): 'directory' | 'link' | 'other' | 'absent';
  readlink(host_path: string): string;
}

export interface Resolved {
  /** Canonical guest path; '/' is the empty string. */
  guest: string;
  /** The same on the host; undefined for a directory on the way to a grant. */
  host: string | undefined;
  kind: 'directory' | 'link' | 'other' | 'absent';
  /** Is it a granted directory itself? */
  root: boolean;
  /** Was the last component written as '.' or '..'? */
  dotted: boolean;
}

const MAX_LINKS = 40;
/** PATH_MAX of Linux. */
const MAX_PATH = 4096;

/** Finds what an absolute guest path means. The last component may be absent; a link there is followed on request. */
export function resolve(path: string, follow: boolean, grants: readonly Grant[], probe: Probe): Resolved {
  if (path === '') throw new HostError('ENOENT');
  if (path.length >= MAX_PATH) throw new HostError('ENAMETOOLONG');
  const pending = path.split('/').reverse();
  const last = pending[0];
  const must_be_directory = last === '' || last === '.' || last === '..';
  let links = 0;
  let at = look('', grants, probe);
  while (pending.length > 0) {
    const name = pending.pop()!;
    if (name === '' || name === '.') continue;
    if (at.kind === 'absent') throw new HostError('ENOENT');
    if (at.kind !== 'directory') throw new HostError('ENOTDIR');
    if (name === '..') {
      at = look(at.guest.slice(0, Math.max(0, at.guest.lastIndexOf('/'))), grants, probe);
      continue;
    }
    if (name.length > 255) throw new HostError('ENAMETOOLONG');
    const next = look(`${at.guest}/${name}`, grants, probe);
    const is_last = pending.every((rest) => rest === '');
    if (next.kind === 'link' && (!is_last || follow || pending.length > 0)) {
      if (++links > MAX_LINKS) throw new HostError('ELOOP');
      const target = probe.readlink(next.host!);
      if (target === '') throw new HostError('ENOENT');
      if (target.length >= MAX_PATH) throw new HostError('ENAMETOOLONG');
      pending.push(...target.split('/').reverse());
      if (target.startsWith('/')) at = look('', grants, probe);
      continue;
    }
    at = next;
  }
  if (must_be_directory && at.kind !== 'directory' && at.kind !== 'absent') throw new HostError('ENOTDIR');
  return { ...at, dotted: last === '.' || last === '..' };
}

function look(guest: string, grants: readonly Grant[], probe: Probe): Resolved {
  let best: Grant | undefined;
  let above = guest === '';
  for (const grant of grants) {
    if (
      (guest === grant.guest || guest.startsWith(`${grant.guest}/`)) &&
      grant.guest.length >= (best?.guest.length ?? 0)
    )
      best = grant;
    if (grant.guest.startsWith(`${guest}/`)) above = true;
  }
  if (best) {
    const host = best.host + guest.slice(best.guest.length);
    const kind = probe.kind(host === '' ? '/' : host);
    if (kind !== 'absent' || !above)
      return { guest, host: host === '' ? '/' : host, kind, root: guest === best.guest, dotted: false };
  }
  return { guest, host: undefined, kind: above ? 'directory' : 'absent', root: false, dotted: false };
}

/** Names in a directory that exist only as the way down to a grant. */
export function names_towards_grants(guest: string, grants: readonly Grant[]): string[] {
  const names = grants
    .filter((grant) => grant.guest.startsWith(`${guest}/`))
    .map((grant) => grant.guest.slice(guest.length + 1).split('/')[0]);
  return [...new Set(names)];
}
