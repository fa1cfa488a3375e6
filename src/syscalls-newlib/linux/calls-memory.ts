// System calls on the address space: brk, mappings, rights, and the announcement of changed code.

import { PAGE_SIZE, R, W, X } from '../../machine/memory.js';
import { fail } from '../errno.js';
import type { Calls, Process } from './process.js';

const MAP_SHARED = 1;
const MAP_TYPE = 0xf;
const MAP_FIXED = 0x10;
const MAP_FIXED_NOREPLACE = 0x100000;

/** PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4 → rights of a page. Writable pages are readable, as on all these machines. */
function rights_of(protection: number): number {
  return ((protection & 3) !== 0 ? R : 0) | ((protection & 2) !== 0 ? W : 0) | ((protection & 4) !== 0 ? X | R : 0);
}

function mmap(p: Process, hint: number, size: number, protection: number, flags: number, fd: number, offset: number) {
  const type = flags & MAP_TYPE;
  if (size === 0 || (type !== 1 && type !== 2 && type !== 3)) fail('EINVAL');
  const fixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0;
  const replace = (flags & MAP_FIXED) !== 0;
  const rights = rights_of(protection);
  if ((flags & p.abi.map_anonymous) !== 0) {
    if (fixed && replace) p.write_back(hint, hint + size);
    return p.space.map(hint, size, rights, fixed, replace);
  }
  const file = p.files.get(fd);
  if (!file.flags.read) fail('EACCES');
  if (!file.host.seekable || file.is_directory) fail('ENODEV');
  if (offset % PAGE_SIZE !== 0 || offset < 0) fail('EINVAL');
  const shared = (type & MAP_SHARED) !== 0;
  if (shared && (protection & 2) !== 0 && !file.flags.write) fail('EACCES');
  if (fixed && replace) p.write_back(hint, hint + size);
  const start = p.space.map(hint, size, rights === 0 ? R : rights, fixed, replace);
  for (let done = 0; done < size; ) {
    const count = p.data.memory.receive_bytes(start + done, Math.min(size - done, 0x100_0000), (into) =>
      file.read_at(into, offset + done),
    );
    if (count === 0) break;
    done += count;
  }
  if (rights === 0) p.space.protect(start, size, 0);
  p.data.changed(start, size);
  if (shared && (protection & 2) !== 0) p.shared.push({ address: start, size, file: file.share(), offset });
  return start;
}

function munmap(p: Process, address: number, size: number): number {
  const end = address + Math.ceil(size / PAGE_SIZE) * PAGE_SIZE;
  p.write_back(address, end);
  p.space.unmap(address, size);
  for (let n = p.shared.length - 1; n >= 0; n--) {
    const mapping = p.shared[n];
    const last = mapping.address + mapping.size;
    if (mapping.address >= end || last <= address) continue;
    p.shared.splice(n, 1);
    if (mapping.address < address)
      p.shared.push({ ...mapping, size: address - mapping.address, file: mapping.file.share() });
    if (last > end) {
      const cut = end - mapping.address;
      p.shared.push({ address: end, size: last - end, file: mapping.file.share(), offset: mapping.offset + cut });
    }
    mapping.file.release();
  }
  return 0;
}

/** Only for a range that is mapped. */
function advice(p: Process, address: number, size: number): number {
  if (address % PAGE_SIZE !== 0) fail('EINVAL');
  return p.space.covers(address, size) ? 0 : fail('ENOMEM');
}

const MADV_DONTNEED = 4;
const MREMAP_MAYMOVE = 1;

export const memory_calls: Calls = {
  brk: ['hex', (p, address) => p.space.set_brk(address)],
  mmap: [
    'hex uint prot hex fd hex',
    (p, hint, size, protection, flags, fd, offset) => {
      if (!p.abi.packed_arguments && p.abi.errno !== 'newlib')
        return mmap(p, hint, size, protection, flags, fd, offset);
      const word = (n: number) => p.data.get_32(hint + 4 * n);
      return mmap(p, word(0), word(1), word(2), word(3), word(4), word(5));
    },
  ],
  mmap2: [
    'hex uint prot hex fd pages',
    (p, hint, size, protection, flags, fd, pages) => mmap(p, hint, size, protection, flags, fd, pages * PAGE_SIZE),
  ],
  munmap: ['hex uint', munmap],
  mprotect: [
    'hex uint prot',
    (p, address, size, protection) => {
      p.space.protect(address, size, rights_of(protection));
      return 0;
    },
  ],
  mremap: [
    'hex uint uint hex',
    (p, address, old_size, new_size, flags) =>
      p.space.remap(address, old_size, new_size, (flags & MREMAP_MAYMOVE) !== 0),
  ],
  msync: [
    'hex uint hex',
    (p, address, size) => {
      p.write_back(address, address + size);
      return advice(p, address, size);
    },
  ],
  madvise: [
    'hex uint int',
    (p, address, size, what) => {
      const result = advice(p, address, size);
      // Anonymous memory reads zero afterwards; malloc's trimming relies on it.
      if (what === MADV_DONTNEED && p.data.memory.allows(address, size, W)) {
        p.data.memory.clear(address, Math.ceil(size / PAGE_SIZE) * PAGE_SIZE);
        p.data.changed(address, size);
      }
      return result;
    },
  ],
  mincore: [
    'hex uint hex',
    (p, address, size, vector) => {
      const result = advice(p, address, size);
      p.data.put_bytes(vector, new Uint8Array(Math.ceil(size / PAGE_SIZE)).fill(1));
      return result;
    },
  ],
  mlock: ['hex uint', advice],
  munlock: ['hex uint', advice],
  mlockall: ['hex', () => 0],
  munlockall: ['', () => 0],
  cacheflush: [
    'hex hex hex',
    (p, start, end) => {
      // ARM passes start and end, MIPS start and size.
      const last = p.abi.name === 'linux-mips-o32' ? start + end : end;
      if (last < start) fail('EINVAL');
      p.machine.code_written(start, last);
      return 0;
    },
  ],
};
