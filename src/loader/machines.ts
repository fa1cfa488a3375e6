// The ELF format's numbers and their names: machines, file types, segment and section types, processor flags.
// Sources: System V gABI chapter 4, ELF for the Arm Architecture (IHI 0044), MIPS psABI supplement.

/** e_machine of the ISAs that come with pydgin-ts. */
export const EM_MIPS = 8;
export const EM_ARM = 40;

const MACHINES: Readonly<Record<number, string>> = {
  0: 'no machine',
  2: 'SPARC',
  3: 'Intel 80386',
  4: 'Motorola 68000',
  [EM_MIPS]: 'MIPS',
  15: 'HP PA-RISC',
  18: 'SPARC v8+',
  20: 'PowerPC',
  21: 'PowerPC64',
  22: 'IBM S/390',
  [EM_ARM]: 'ARM',
  41: 'Alpha',
  42: 'SuperH',
  43: 'SPARC v9',
  50: 'Intel IA-64',
  62: 'x86-64',
  75: 'VAX',
  76: 'CRIS',
  83: 'AVR',
  87: 'V850',
  88: 'M32R',
  92: 'OpenRISC',
  93: 'ARCompact',
  94: 'Xtensa',
  105: 'MSP430',
  106: 'Blackfin',
  113: 'Nios II',
  164: 'Hexagon',
  183: 'AArch64',
  189: 'MicroBlaze',
  195: 'ARCv2',
  243: 'RISC-V',
  244: 'Lanai',
  247: 'BPF',
  252: 'C-SKY',
  258: 'LoongArch',
};

export type Endianness = 'little' | 'big';

/** 'ARM', 'RISC-V', …; `machine 4711` for a number that has no name here. */
export function machine_name(machine: number): string {
  return MACHINES[machine] ?? `machine ${machine}`;
}

/** The name to give to `pydgin-ts run` for a program of this kind; undefined if no built-in ISA runs it. */
export function built_in_isa(wide: boolean, machine: number, endianness: Endianness): string | undefined {
  if (wide) return undefined;
  if (machine === EM_ARM && endianness === 'little') return 'arm';
  if (machine === EM_MIPS) return endianness === 'little' ? 'mipsel' : 'mips';
  return undefined;
}

export const TYPES: Readonly<Record<number, string>> = {
  1: 'relocatable object',
  2: 'executable',
  3: 'shared object or position-independent executable',
  4: 'core dump',
};
export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;
export const ET_CORE = 4;

const SEGMENT_TYPES: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'LOAD',
  2: 'DYNAMIC',
  3: 'INTERP',
  4: 'NOTE',
  5: 'SHLIB',
  6: 'PHDR',
  7: 'TLS',
  1685382480: 'GNU_EH_FRAME',
  1685382481: 'GNU_STACK',
  1685382482: 'GNU_RELRO',
  1685382483: 'GNU_PROPERTY',
};
const PROCESSOR_SEGMENT_TYPES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [EM_ARM]: { 1879048192: 'ARM_ARCHEXT', 1879048193: 'ARM_EXIDX' },
  [EM_MIPS]: {
    1879048192: 'MIPS_REGINFO',
    1879048193: 'MIPS_RTPROC',
    1879048194: 'MIPS_OPTIONS',
    1879048195: 'MIPS_ABIFLAGS',
  },
};

/** A segment type by its name without `PT_`; 0x-number if it has none here. */
export function segment_type(type: number, machine: number): string {
  return SEGMENT_TYPES[type] ?? PROCESSOR_SEGMENT_TYPES[machine]?.[type] ?? `0x${type.toString(16)}`;
}

const SECTION_TYPES: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'PROGBITS',
  2: 'SYMTAB',
  3: 'STRTAB',
  4: 'RELA',
  5: 'HASH',
  6: 'DYNAMIC',
  7: 'NOTE',
  8: 'NOBITS',
  9: 'REL',
  11: 'DYNSYM',
  14: 'INIT_ARRAY',
  15: 'FINI_ARRAY',
  16: 'PREINIT_ARRAY',
  17: 'GROUP',
  18: 'SYMTAB_SHNDX',
  1879048181: 'GNU_ATTRIBUTES',
  1879048182: 'GNU_HASH',
  1879048189: 'GNU_verdef',
  1879048190: 'GNU_verneed',
  1879048191: 'GNU_versym',
};
const PROCESSOR_SECTION_TYPES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [EM_ARM]: { 1879048193: 'ARM_EXIDX', 1879048195: 'ARM_ATTRIBUTES' },
  [EM_MIPS]: {
    1879048197: 'MIPS_DEBUG',
    1879048198: 'MIPS_REGINFO',
    1879048222: 'MIPS_DWARF',
    1879048234: 'MIPS_ABIFLAGS',
  },
};
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_NOBITS = 8;

/** A section type by its name without `SHT_`; 0x-number if it has none here. */
export function section_type(type: number, machine: number): string {
  return SECTION_TYPES[type] ?? PROCESSOR_SECTION_TYPES[machine]?.[type] ?? `0x${type.toString(16)}`;
}

/** What e_flags says in words, as far as it matters to someone who wonders why a program does not run. */
export function describe_flags(machine: number, flags: number): string[] {
  const words: string[] = [];
  if (machine === EM_ARM) {
    const eabi = flags >>> 24;
    words.push(eabi === 0 ? 'GNU EABI or old ABI' : `EABI version ${eabi}`);
    if (eabi === 5 && flags & 0x200) words.push('soft-float');
    if (eabi === 5 && flags & 0x400) words.push('hard-float');
    if (flags & 0x00800000) words.push('BE8');
  } else if (machine === EM_MIPS) {
    const levels = [
      'mips1',
      'mips2',
      'mips3',
      'mips4',
      'mips5',
      'mips32',
      'mips64',
      'mips32r2',
      'mips64r2',
      'mips32r6',
      'mips64r6',
    ];
    words.push(levels[flags >>> 28] ?? `architecture ${flags >>> 28}`);
    const abi = (flags >>> 12) & 0xf;
    if (abi !== 0) words.push(['', 'o32', 'o64', 'eabi32', 'eabi64'][abi] ?? `ABI ${abi}`);
    if (flags & 0x20) words.push('n32');
    if (flags & 0x400) words.push('nan2008');
    if (flags & 0x200) words.push('fp64');
    if (flags & 0x02000000) words.push('microMIPS');
    if (flags & 0x04000000) words.push('MIPS16');
  }
  return words;
}
