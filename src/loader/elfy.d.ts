// The part of elfy 1.0.0 that src/loader/header.ts uses; the package brings no types of its own.

declare module 'elfy' {
  /** What elfy needs of a Buffer. */
  export interface ElfyBuffer {
    readonly length: number;
    readonly [index: number]: number;
    readUInt16LE(offset: number): number;
    readUInt16BE(offset: number): number;
    readUInt32LE(offset: number): number;
    readUInt32BE(offset: number): number;
    slice(start: number, end: number): ElfyBuffer;
  }
  export interface ElfyHeader {
    class: '32' | '64';
    endian: 'lsb' | 'msb';
    entry: number;
    phoff: number;
    shoff: number;
    flags: number;
    phentsize: number;
    phnum: number;
    shentsize: number;
    shnum: number;
    shstrndx: number;
  }
  export interface ElfyProgram {
    offset: number;
    vaddr: number;
    filesz: number;
    memsz: number;
    align: number;
  }
  const elfy: {
    Parser: new () => {
      parseHeader(buffer: ElfyBuffer): ElfyHeader;
      parsePrograms(buffer: ElfyBuffer, header: ElfyHeader): ElfyProgram[];
    };
  };
  export default elfy;
}
