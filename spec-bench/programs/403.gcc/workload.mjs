// Input of 403.gcc: C source made of random but well-typed functions, in the C89 that cc65 takes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../lib/generate.mjs';

function program(seed, functions) {
  const rng = random(seed);
  const oneOf = (list) => list[rng.below(list.length)];
  let out = 'struct item { int key; unsigned char tag; unsigned size; struct item *next; };\n';
  out += 'static unsigned char bytes[200];\nstatic int words[100];\nstatic struct item items[10];\nstatic long sum;\n';
  const known = [];
  for (let f = 0; f < functions; f++) {
    const scalars = ['a', 'b', 'c', 'i', 'n'];
    const leaf = () =>
      oneOf([
        () => oneOf(scalars),
        () => oneOf(scalars),
        () => String(rng.below(300)),
        () => `bytes[${oneOf(scalars)} & 127]`,
        () => `words[${rng.below(100)}]`,
        () => `items[${rng.below(10)}].${oneOf(['key', 'tag', 'size'])}`,
        () => `p->${oneOf(['key', 'tag', 'size'])}`,
      ])();
    const expression = (depth) => {
      if (depth === 0) return leaf();
      const x = () => expression(depth - 1);
      return oneOf([
        () => `(${x()} ${oneOf(['+', '-', '*', '&', '|', '^'])} ${x()})`,
        () => `(${x()} ${oneOf(['+', '-'])} ${leaf()})`,
        () => `(${leaf()} ${oneOf(['<<', '>>'])} ${1 + rng.below(7)})`,
        () => `(${x()} ${oneOf(['<', '>', '==', '!=', '<=', '>='])} ${leaf()} ? ${x()} : ${leaf()})`,
        () => `(${x()} ${oneOf(['/', '%'])} ${1 + rng.below(60)})`,
        () => `(${oneOf(['-', '~', '!'])}${leaf()})`,
        () => (known.length ? `${oneOf(known)}(${leaf()}, ${leaf()})` : leaf()),
      ])();
    };
    const lvalue = () =>
      oneOf([
        () => oneOf(['a', 'b', 'c']),
        () => `words[${oneOf(scalars)} & 63]`,
        () => 'bytes[a & 127]',
        () => 'p->key',
      ])();
    const block = (depth, indent) => {
      let text = '';
      for (let n = 1 + rng.below(3); n > 0; n--) text += statement(depth, indent);
      return text;
    };
    const statement = (depth, indent) => {
      const kind = rng.below(depth > 0 ? 10 : 5);
      if (kind < 3)
        return `${indent}${lvalue()} ${oneOf(['=', '+=', '-=', '^=', '='])} ${expression(1 + rng.below(3))};\n`;
      if (kind === 3) return `${indent}sum += ${leaf()};\n`;
      if (kind === 4) return `${indent}${oneOf(['++', '--'])}${oneOf(['a', 'b', 'c', 'p->size', 'words[3]'])};\n`;
      const inner = `${indent}  `;
      if (kind < 7) {
        const or = rng.below(2) ? `${indent}} else {\n${block(depth - 1, inner)}` : '';
        return `${indent}if (${expression(2)} ${oneOf(['&&', '||'])} ${leaf()}) {\n${block(depth - 1, inner)}${or}${indent}}\n`;
      }
      if (kind === 7)
        return `${indent}for (i = 0; i < ${2 + rng.below(90)}; ++i) {\n${block(depth - 1, inner)}${indent}}\n`;
      if (kind === 8)
        return `${indent}while (n-- > ${rng.below(9)}) {\n${block(depth - 1, inner)}${inner}if (${leaf()} == 7) break;\n${indent}}\n`;
      let cases = '';
      for (let k = 0; k < 3 + rng.below(5); k++)
        cases += `${indent}case ${k * 3 + rng.below(3)}:\n${block(depth - 1, inner)}${inner}break;\n`;
      return `${indent}switch (${leaf()} & 31) {\n${cases}${indent}default:\n${inner}c = a;\n${indent}}\n`;
    };
    const name = `f${f}`;
    out += `\n/* number ${f} */\nint ${name}(int a, int b) {\n  int c = ${rng.below(50)};\n  int i = 0;\n  unsigned char n = ${1 + rng.below(90)};\n`;
    out += `  struct item *p = &items[${rng.below(10)}];\n${block(2, '  ')}${block(1, '  ')}  return ${expression(2)};\n}\n`;
    known.push(name);
    if (known.length > 12) known.shift();
  }
  return `${out}\nint main(void) {\n  return f${functions - 1}(1, 2);\n}\n`;
}

const directory = process.argv[2];
writeFileSync(join(directory, 'test.c'), program(403, 3));
writeFileSync(join(directory, 'ref.c'), program(4030, 140));
