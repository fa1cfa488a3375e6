// ElfImage and file → guest memory: the LOAD segments' bytes and page rights, and where everything else goes.
// Refuses what cannot run here, another machine's or a dynamically linked program, and says what to do instead.

import { GUEST_END, type GuestMemory, PAGE_SIZE, R, W, X } from '../machine/memory.js';
import { type AddressSpace, plan_address_space, STACK_SIZE } from './address-space.js';
import { ElfError } from './errors.js';
import { built_in_isa, type Endianness, ET_CORE, ET_DYN, ET_REL, machine_name } from './machines.js';
import { type ElfImage, type ElfSegment, PT_LOAD } from './parse.js';
import type { Symbols } from './symbols.js';

const PT_INTERP = 3;
const PT_PHDR = 6;
const PT_GNU_STACK = 0x6474e551;

/** Where a position-independent executable goes, as far as its own addresses do not say. */
const PIE_BASE = 0x0040_0000;

/** What the machine that is to run the program expects of it; `Abi` of src/adl has these. */
export interface LoadOptions {
  /** e_machine */
  elf_machine: number;
  endianness: Endianness;
  refuses?(flags: number): string | undefined;
  /** Name of the ISA for messages, and what it is. */
  isa: string;
  title?: string;
  /** Bytes; the default is STACK_SIZE. */
  stack_size?: number;
}

/** A program in memory. */
export interface LoadedProgram {
  /** Where execution begins; bit 0 set means Thumb on ARM. */
  entry: number;
  /** Added to all addresses of the file: not 0 only for position-independent executables. */
  bias: number;
  /** The initial break: the first page after the program. */
  brk: number;
  /** Where stack, heap and mappings belong. */
  address_space: AddressSpace;
  /** May code lie on the stack? GCC's nested functions put some there, and its linker notes it in PT_GNU_STACK. */
  executable_stack: boolean;
  /** The stack's end; build_stack (stack.ts) maps it and makes the initial stack pointer. */
  stack_top: number;
  /** The program headers, and where they are in memory; undefined if no segment contains them. */
  program_headers: { address: number | undefined; bytes: Uint8Array; count: number; size: number };
  endianness: Endianness;
  symbols: Symbols;
}

/** Throws an ElfError unless the file is a statically linked program for this machine. */
export function check_runnable(image: ElfImage, options: LoadOptions): void {
  const { machine, endianness } = image;
  if (machine !== options.elf_machine || image.class !== 32 || endianness !== options.endianness) {
    const found = describe_machine(image.class, machine, endianness);
    const right = built_in_isa(image.class === 64, machine, endianness);
    const advice =
      right !== undefined && right !== options.isa
        ? `use: pydgin-ts run ${right}`
        : machine === options.elf_machine
          ? `build it for ${describe_machine(32, options.elf_machine, options.endianness)}`
          : `no built-in ISA runs it: build it for ${machine_name(options.elf_machine)}, or give the path of a description of its ISA`;
    throw new ElfError(
      `this is a program for ${found}, ${options.isa} runs ${describe_machine(32, options.elf_machine, options.endianness)}; ${advice}`,
      machine !== options.elf_machine ? 18 : image.class !== 32 ? 4 : 5,
    );
  }
  const refused = options.refuses?.(image.flags);
  if (refused !== undefined)
    throw new ElfError(
      `this is a program for ${refused}, which ${options.isa} does not run; build it for ${options.title ?? options.isa}`,
      36,
    );
  if (is_dynamically_linked(image))
    throw new ElfError('this program is dynamically linked, and there is no dynamic linker here; link it with -static');
  if (image.type === ET_REL) throw new ElfError('this is an object file, not a program; link it (leave out -c)', 16);
  if (image.type === ET_CORE) throw new ElfError('this is a core dump, not a program; give the program itself', 16);
  if (image.type === ET_DYN && image.entry === 0)
    throw new ElfError('this is a shared library, not a program; give the program, linked with -static', 16);
  if (!image.segments.some(is_loaded))
    throw new ElfError('this file has no segment to load; link it as an executable', 16);
}

/**
 * Copies a program into memory and says where it is. `memory` must be fresh: what is not mapped reads zero, so bss costs
 * nothing. `bytes` is the file that `image` was parsed from. An ElfError if the program cannot run on this machine.
 */
export function load_elf(image: ElfImage, bytes: Uint8Array, memory: GuestMemory, options: LoadOptions): LoadedProgram {
  check_runnable(image, options);
  const loads = image.segments.filter(is_loaded);
  const lowest = loads.reduce((low, segment) => Math.min(low, segment.address), loads[0].address);
  const bias = image.type === ET_DYN && lowest < PIE_BASE ? PIE_BASE : 0;
  for (const segment of loads)
    if (segment.address + bias + segment.memory_size > GUEST_END)
      throw new ElfError(
        `the segment of ${segment.memory_size} bytes at 0x${segment.address.toString(16)} goes beyond ` +
          `0x${GUEST_END.toString(16)}, the end of guest memory; link the program at a lower address`,
        segment.offset,
      );
  const entry = image.entry + bias;
  // Bit 0 of an entry point selects Thumb on ARM; the instruction is at the even address.
  const first = entry - (entry % 2);
  if (!loads.some(({ address, memory_size }) => first >= address + bias && first < address + bias + memory_size))
    throw new ElfError(
      `the entry point 0x${image.entry.toString(16)} lies in no loaded segment; was _start linked?`,
      24,
    );
  const extents = loads.map((segment) => ({ address: segment.address + bias, size: segment.memory_size }));
  const address_space = plan_address_space(extents, options.stack_size ?? STACK_SIZE);
  if (address_space.stack.end - address_space.stack.start < 16 * PAGE_SIZE)
    throw new ElfError('the program leaves no room for a stack; link its segments closer together');

  for (const segment of loads) {
    const at = segment.address + bias;
    clear_mapped(memory, at + segment.file_size, segment.memory_size - segment.file_size);
    memory.write_bytes(at, bytes.subarray(segment.offset, segment.offset + segment.file_size));
  }
  for (const segment of loads) memory.map(segment.address + bias, segment.memory_size, page_rights(segment.flags));

  return {
    entry,
    bias,
    brk: address_space.heap.start,
    address_space,
    executable_stack: ((image.segments.find(is_stack)?.flags ?? X) & X) !== 0,
    stack_top: address_space.stack.end,
    program_headers: program_headers(image, bytes, bias),
    endianness: image.endianness,
    get symbols() {
      return image.symbols.moved(bias);
    },
  };
}

const is_loaded = (segment: ElfSegment): boolean => segment.type_number === PT_LOAD && segment.memory_size > 0;

const is_stack = (segment: ElfSegment): boolean => segment.type_number === PT_GNU_STACK;

/** No processor of this kind can write or execute a page without reading it. */
function page_rights(flags: number): number {
  return flags & (W | X) ? flags | R : flags;
}

/** Clears bss where memory was mapped before; elsewhere it is zero, and a large bss stays untouched. */
function clear_mapped(memory: GuestMemory, address: number, size: number): void {
  const end = address + size;
  for (let at = address; at < end; ) {
    const next = Math.min((Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE, end);
    if (memory.pages[Math.floor(at / PAGE_SIZE)] !== 0) memory.clear(at, next - at);
    at = next;
  }
}

function program_headers(image: ElfImage, bytes: Uint8Array, bias: number): LoadedProgram['program_headers'] {
  const { offset, count, size } = image.program_headers;
  const end = offset + count * size;
  const holder = image.segments.find(
    (segment) => is_loaded(segment) && offset >= segment.offset && end <= segment.offset + segment.file_size,
  );
  const own = image.segments.find((segment) => segment.type_number === PT_PHDR);
  let address: number | undefined;
  if (holder) address = holder.address + bias + offset - holder.offset;
  else if (own && image.segments.some((load) => covers(load, own))) address = own.address + bias;
  return { address, bytes: bytes.subarray(offset, end), count, size };
}

const covers = (load: ElfSegment, part: ElfSegment): boolean =>
  is_loaded(load) && part.address >= load.address && part.address + part.memory_size <= load.address + load.memory_size;

/** 'ARM, 32 bit, little-endian' */
export function describe_machine(file_class: 32 | 64, machine: number, endianness: Endianness): string {
  return `${machine_name(machine)}, ${file_class} bit, ${endianness}-endian`;
}

/** Does the file ask for a dynamic linker? A static position-independent program has PT_DYNAMIC, but relocates itself. */
export function is_dynamically_linked(image: ElfImage): boolean {
  return image.segments.some(({ type_number }) => type_number === PT_INTERP);
}
