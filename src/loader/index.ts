// The loader: an ELF file becomes a program in guest memory with its initial stack.
//   parse_elf(bytes) → ElfImage → load_elf(image, bytes, memory, …) → LoadedProgram → build_stack(memory, program, …)

export { type AddressSpace, plan_address_space, type Range, STACK_SIZE } from './address-space.js';
export { describe_elf } from './describe.js';
export { ElfError, unreadable } from './errors.js';
export { check_runnable, is_dynamically_linked, type LoadedProgram, type LoadOptions, load_elf } from './load.js';
export { built_in_isa, type Endianness, machine_name } from './machines.js';
export { type ElfImage, type ElfSegment, parse_elf } from './parse.js';
export { type ElfSection, type Sections, SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE } from './sections.js';
export { AT, build_stack, type GuestString, type InitialStack, type StackOptions } from './stack.js';
export { type ElfSymbol, type MappingSymbol, STT_FUNC, STT_OBJECT, type Symbols } from './symbols.js';
