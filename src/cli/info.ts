// `pydgin-ts info`: what a file is.

import { describe_elf, parse_elf } from '../loader/index.js';
import { about_file, read_program } from './files.js';
import { write_out } from './terminal.js';

export function info(path: string): number {
  const elf = read_program(path);
  write_out(about_file(path, () => describe_elf(parse_elf(elf))).replaceAll(' FILE', ` ${path}`));
  return 0;
}
