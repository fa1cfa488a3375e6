// The guest's address space as brk and mmap change it. brk grows one region upwards from the program's end; mappings are
// placed downwards from the top of the same range, as Linux does, so that their addresses are below 2 GiB where possible:
// programs that take a negative result for an error exist. What is mapped with which rights is the page map's to say;
// kept here is what is taken, since a region without rights (PROT_NONE) looks unmapped there.

import { GUEST_END, type GuestMemory, PAGE_SIZE, R, W, X } from '../machine/memory.js';
import { fail } from './errno.js';
import { may_hold_code } from './guest-data.js';

interface Region {
  start: number;
  end: number;
  /** Had rights at some time, so that there may be something to clear. */
  used: boolean;
}

export interface Range {
  start: number;
  /** One past the last address. */
  end: number;
}

export interface Places {
  /** The initial break: first address after the program's data. */
  brk: number;
  /** For brk, but its last quarter for mappings. */
  heap: Range;
  /** More room for mappings, if that is full. */
  mmap: Range;
}

const page_up = (address: number) => Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;

export class AddressSpace {
  brk: number;
  /** Mappings made by mmap, ascending, disjoint. */
  private regions: Region[] = [];

  constructor(
    private readonly memory: GuestMemory,
    private readonly places: Places,
    /** Told of each range with executable pages whose contents or rights have changed. */
    private readonly code_written: (start: number, end: number) => void,
  ) {
    this.brk = places.brk;
  }

  get brk_start(): number {
    return this.places.brk;
  }
  get brk_limit(): number {
    const { start, end } = this.places.heap;
    return page_up(end - (end - start) / 4);
  }

  /** Moves the end of the data segment; returns where it is afterwards: unchanged if it cannot be moved there. */
  set_brk(wanted: number): number {
    const { brk_start } = this;
    if (wanted < brk_start || wanted > this.brk_limit) return this.brk;
    const [from, to] = [page_up(this.brk), page_up(wanted)];
    if (to > from) {
      if (this.overlaps(from, to)) return this.brk;
      this.memory.map(from, to - from, R | W);
    } else if (to < from) {
      const code = may_hold_code(this.memory, to, from - to);
      this.memory.unmap(to, from - to);
      if (code) this.code_written(to, from);
    }
    this.brk = wanted;
    return wanted;
  }

  /**
   * Reserves whole pages and gives them `rights`; their contents are zero. `hint` is taken if it is free, and always if
   * `fixed`: what was there is unmapped. ENOMEM if there is no room.
   */
  map(hint: number, size: number, rights: number, fixed: boolean, replace = true): number {
    const length = page_up(size);
    if (length === 0) fail('EINVAL');
    let start: number;
    if (fixed) {
      if (hint % PAGE_SIZE !== 0) fail('EINVAL');
      if (hint + length > GUEST_END) fail('ENOMEM');
      // As Linux, whose mmap_min_addr is higher: what is compiled relies on there being nothing.
      if (hint < PAGE_SIZE) fail('EPERM');
      start = hint;
      if (!replace && !this.is_free(start, start + length)) fail('EEXIST');
      this.unmap(start, length);
    } else {
      const wanted = page_up(hint);
      start = wanted > 0 && this.is_free(wanted, wanted + length) ? wanted : this.find_room(length);
    }
    this.insert({ start, end: start + length, used: rights !== 0 });
    if (rights !== 0) this.memory.protect(start, length, rights);
    return start;
  }

  /** Removes whatever pages of [address, address + size) are mapped. */
  unmap(address: number, size: number): void {
    const end = address + page_up(size);
    if (address % PAGE_SIZE !== 0 || end > GUEST_END || size === 0) fail('EINVAL');
    const code = may_hold_code(this.memory, address, size);
    const kept: Region[] = [];
    // Pages outside of our regions (program, stack) are cleared by their rights; reserved ones that never had any are
    // not touched, or clearing a large reservation would make all of it resident.
    let cursor = address;
    const clear_mapped = (from: number, to: number) => {
      for (let page = from; page < to; page += PAGE_SIZE)
        if (this.memory.pages[page / PAGE_SIZE] !== 0) this.memory.unmap(page, PAGE_SIZE);
    };
    for (const region of this.regions) {
      if (region.end <= address || region.start >= end) {
        kept.push(region);
        continue;
      }
      const [from, to] = [Math.max(region.start, address), Math.min(region.end, end)];
      clear_mapped(cursor, from);
      if (region.used) this.memory.unmap(from, to - from);
      cursor = to;
      if (region.start < from) kept.push({ ...region, end: from });
      if (region.end > to) kept.push({ ...region, start: to });
    }
    clear_mapped(cursor, end);
    this.regions = kept;
    if (code) this.code_written(address, end);
  }

  /** Changes rights; ENOMEM if part of the range is not mapped. */
  protect(address: number, size: number, rights: number): void {
    const end = address + page_up(size);
    if (address % PAGE_SIZE !== 0) fail('EINVAL');
    if (end > GUEST_END) fail('ENOMEM');
    for (let page = address; page < end; page += PAGE_SIZE)
      if (this.memory.pages[page / PAGE_SIZE] === 0 && !this.region_at(page)) fail('ENOMEM');
    if (end === address) return;
    for (const region of this.regions)
      if (region.start < end && region.end > address && rights !== 0) region.used = true;
    const code = may_hold_code(this.memory, address, size) || (rights & X) !== 0;
    this.memory.protect(address, end - address, rights);
    if (code) this.code_written(address, end);
  }

  /** Grows, shrinks or moves a mapping; returns its address. */
  remap(address: number, old_size: number, new_size: number, may_move: boolean): number {
    const [old_length, length] = [page_up(old_size), page_up(new_size)];
    if (address % PAGE_SIZE !== 0 || length === 0) fail('EINVAL');
    const region = this.region_at(address);
    if (region === undefined || address + old_length > region.end) fail('EFAULT');
    if (length <= old_length) {
      if (length < old_length) this.unmap(address + length, old_length - length);
      return address;
    }
    const rights = this.memory.pages[address / PAGE_SIZE];
    const end = address + old_length;
    if (end === region!.end && this.is_free(end, address + length)) {
      this.insert({ start: end, end: address + length, used: rights !== 0 });
      if (rights !== 0) this.memory.protect(end, length - old_length, rights);
      return address;
    }
    if (!may_move) fail('ENOMEM');
    const start = this.map(0, length, rights, false);
    this.memory.write_bytes(start, this.memory.read_bytes(address, old_length));
    this.unmap(address, old_length);
    if ((rights & X) !== 0) this.code_written(start, start + length);
    return start;
  }

  /** Is every page of the range mapped or reserved? */
  covers(address: number, size: number): boolean {
    for (let page = Math.floor(address / PAGE_SIZE) * PAGE_SIZE; page < address + size; page += PAGE_SIZE)
      if (page >= GUEST_END || (this.memory.pages[page / PAGE_SIZE] === 0 && !this.region_at(page))) return false;
    return true;
  }

  private region_at(address: number): Region | undefined {
    return this.regions.find(({ start, end }) => start <= address && address < end);
  }
  private overlaps(start: number, end: number): boolean {
    return this.regions.some((region) => region.start < end && region.end > start);
  }
  private is_free(start: number, end: number): boolean {
    if (start < PAGE_SIZE || end > GUEST_END || this.overlaps(start, end)) return false;
    return this.memory.pages.subarray(start / PAGE_SIZE, end / PAGE_SIZE).every((rights) => rights === 0);
  }
  private find_room(length: number): number {
    const { heap, mmap } = this.places;
    const rooms = [{ start: this.brk_limit, end: heap.end }, mmap, { start: page_up(this.brk), end: heap.end }];
    for (const room of rooms) {
      const start = this.find_room_in(room, length);
      if (start !== undefined) return start;
    }
    return fail('ENOMEM');
  }
  private find_room_in({ start: floor, end: high }: Range, length: number): number | undefined {
    let end = high;
    for (let n = this.regions.length - 1; n >= -1 && end - length >= floor; n--) {
      const below = n >= 0 ? this.regions[n] : undefined;
      if (below && below.start >= high) continue;
      const bottom = Math.max(floor, below?.end ?? 0);
      if (end - length >= bottom && this.is_free(end - length, end)) return end - length;
      end = Math.min(end, below?.start ?? 0);
    }
    return undefined;
  }
  private insert(region: Region): void {
    const index = this.regions.findIndex(({ start }) => start > region.start);
    const at = index < 0 ? this.regions.length : index;
    const before = this.regions[at - 1];
    if (before && before.end === region.start && before.used === region.used) before.end = region.end;
    else this.regions.splice(at, 0, region);
  }
}
