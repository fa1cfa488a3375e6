// The decoder generator by examples: how patterns and field tables are read, real words of instruction sets of two widths,
// what the generated text looks like, and how instructions are printed.

import { describe, expect, test } from 'vitest';
import { compile_syntax, locate_rows, make_decoder, make_disassembler, parse_fields, parse_pattern } from './index.js';

/** Rows from lines of `name pattern`. */
function table(text: string) {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [, name, pattern] = /^\s*(\S+)\s+(.*)$/.exec(line)!;
      return { name, pattern };
    });
}

describe('patterns', () => {
  test('of bits alone, as Pydgin has them', () => {
    expect(parse_pattern('xxxx00x0101xxxxxxxxxxxxxxxxxxxxx')).toEqual({
      width: 32,
      mask: 0b0000_1101_1110_0000_0000_0000_0000_0000,
      value: 0b0000_0000_1010_0000_0000_0000_0000_0000,
      mask_high: 0,
      value_high: 0,
      fields: new Map(),
    });
  });

  test('with named fields give the same bits, and the fields', () => {
    const { mask, value, fields } = parse_pattern('cond:4 00 1 0101 S rn:4 rd:4 rotate:4 imm_8:8');
    expect([mask, value]).toEqual([0x0fe00000, 0x02a00000]);
    expect(Object.fromEntries(fields)).toEqual({
      cond: [{ high: 31, low: 28 }],
      S: [{ high: 20, low: 20 }],
      rn: [{ high: 19, low: 16 }],
      rd: [{ high: 15, low: 12 }],
      rotate: [{ high: 11, low: 8 }],
      imm_8: [{ high: 7, low: 0 }],
    });
  });

  test('may name a field in several places: its bits are joined, most significant first', () => {
    // RISC-V's SW: imm[11:5] and imm[4:0].
    const { fields } = parse_pattern('imm:7 rs2:5 rs1:5 010 imm:5 0100011');
    expect(fields.get('imm')).toEqual([
      { high: 31, low: 25 },
      { high: 11, low: 7 },
    ]);
  });

  test('set the sign bit as an unsigned number', () => {
    expect(parse_pattern(`1${'x'.repeat(31)}`)).toMatchObject({ mask: 0x80000000, value: 0x80000000 });
  });

  test('of more than 32 bits come as two words', () => {
    expect(parse_pattern('1010 imm:32 0011')).toMatchObject({
      width: 40,
      mask: 0xf,
      value: 0x3,
      mask_high: 0xf0,
      value_high: 0xa0,
      fields: new Map([['imm', [{ high: 35, low: 4 }]]]),
    });
  });
});

test('a field table gives every row its fields, and a row’s own field takes precedence', () => {
  expect(parse_fields({ rn: '19:16', S: '20', imm: '31:25 11:7' }, 32)).toEqual(
    new Map([
      ['rn', [{ high: 19, low: 16 }]],
      ['S', [{ high: 20, low: 20 }]],
      ['imm', [{ high: 31, low: 25 }, { high: 11, low: 7 }]], // biome-ignore format: one line
    ]),
  );
  const { rows } = make_decoder(
    [
      ['add', '00010000xxxxxxxx'],
      ['mul', '00100000 rm:2 xxxxxx'],
    ],
    { fields: { rm: '3:0' } },
  ).table;
  expect(rows.map((row) => row.fields.get('rm'))).toEqual([[{ high: 3, low: 0 }], [{ high: 7, low: 6 }]]);
});

test('the most specific of three nested rows wins, whatever their order', () => {
  const rows = table(`
    hint  1110 0011 0010 0000 1111 0000 xxxxxxxx
    nop   1110 0011 0010 0000 1111 0000 00000000
    msr   1110 0011 0010 mask:4 1111 imm:12`);
  for (const order of [rows, rows.toReversed()]) {
    const { decode } = make_decoder(order);
    const name = (word: number) => order[decode(word)]?.name;
    expect([0xe320f000, 0xe320f001, 0xe321f000, 0xe3200000].map(name)).toEqual(['nop', 'hint', 'msr', undefined]);
  }
});

describe('instructions of 16 and 32 bits', () => {
  test('RISC-V: the low half comes first and tells the width', () => {
    // Encodings of the RISC-V ISA manual, chapters RV32I and C.
    const rows = table(`
      c_nop    000 0 00000 00000 01
      c_addi   000 imm:1 rd:5 imm:5 01
      c_jr     100 0 rs1:5 00000 10
      c_mv     100 0 rd:5 rs2:5 10
      c_ebreak 100 1 00000 00000 10
      c_jalr   100 1 rs1:5 00000 10
      c_add    100 1 rd:5 rs2:5 10
      addi     imm:12 rs1:5 000 rd:5 0010011
      add      0000000 rs2:5 rs1:5 000 rd:5 0110011
      sub      0100000 rs2:5 rs1:5 000 rd:5 0110011`);
    const { decode, table: parsed } = make_decoder(rows, { parcel: 16, first: 'low' });
    const name = (word: number) => rows[decode(word)]?.name;
    // nop, add a0,a0,a1, sub a0,a0,a1; then c.nop, ret, c.ebreak, c.add a0,a1, each before another instruction or not.
    expect([0x00000013, 0x00b50533, 0x40b50533].map(name)).toEqual(['addi', 'add', 'sub']);
    for (const next of [0, 0xffff0000])
      expect([0x0001, 0x8082, 0x9002, 0x952e].map((half) => name(half | next))).toEqual(['c_nop', 'c_jr', 'c_ebreak', 'c_add']); // biome-ignore format: one line
    expect(parsed.rows[decode(0x00b50533)].width).toBe(32);
    expect(parsed.rows[decode(0x952e)].width).toBe(16);
  });

  test('Thumb-2: the high half comes first and tells the width', () => {
    // Encodings of ARM DDI 0406C, A6.2 and A6.3.
    const rows = table(`
      nop   1011 1111 0000 0000
      bx    010001110 rm:4 000
      push  1011 010 M list:8
      bl    11110 S imm10:10 11 J1 1 J2 imm11:11
      nop_w 1111 0011 1010 1111 1000 0000 0000 0000`);
    const { decode, text } = make_decoder(rows, { parcel: 16, first: 'high' });
    const name = (word: number) => rows[decode(word)]?.name;
    expect([0xf7fffffe, 0xf3af8000].map(name)).toEqual(['bl', 'nop_w']);
    for (const next of [0, 0xf7ff])
      expect([0xbf00, 0x4770, 0xb580].map((half) => name(((half << 16) | next) >>> 0))).toEqual(['nop', 'bx', 'push']);
    expect(text).toContain('1011111100000000');
  });
});

describe('the generated text', () => {
  const rows = [
    { name: 'add', pattern: '0000 rd:4 rn:4 rm:4', source: 'toy.ts:4' },
    { name: 'sub', pattern: '0001 rd:4 rn:4 rm:4', source: 'toy.ts:5' },
    { name: 'neg', pattern: '0001 rd:4 0000 rm:4', source: 'toy.ts:6' },
    { name: 'ldr', pattern: '001x rd:4 rn:4 imm:4', source: 'toy.ts:7' },
    { name: 'b', pattern: '1 offset:15', source: 'toy.ts:8' },
    { name: 'rte', pattern: '0111 1111 1111 1111', source: 'toy.ts:9' },
  ];

  test('is a readable function: every leaf shows bits, name and place of its row', () => {
    expect(`\n${make_decoder(rows).text}`).toBe(`
function decode(word) {
  switch ((word >>> 12) & 0xf) {
    case 0x0: return 0; // 0000xxxxxxxxxxxx  add  toy.ts:4
    case 0x1:
      if ((word & 0xf0) === 0) return 2; // 0001xxxx0000xxxx  neg  toy.ts:6
      return 1; // 0001xxxxxxxxxxxx  sub  toy.ts:5
    case 0x2: case 0x3: return 3; // 001xxxxxxxxxxxxx  ldr  toy.ts:7
    case 0x7: return (word & 0xfff) === 0xfff ? 5 : -1; // 0111111111111111  rte  toy.ts:9
    case 0x8: case 0x9: case 0xa: case 0xb: case 0xc: case 0xd: case 0xe: case 0xf: return 4; // 1xxxxxxxxxxxxxxx  b    toy.ts:8
    default: return -1;
  }
}
`);
  });

  test('can be written to a module and imported', async () => {
    const { text } = make_decoder(rows);
    const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(`export ${text}`)}`);
    expect([0x0123, 0x1204, 0x1234, 0x3000, 0x7fff, 0x7ffe, 0xffff].map(module.decode)).toEqual([0, 2, 1, 3, 5, -1, 4]);
  });

  test('takes signed and unsigned words alike', () => {
    const { decode } = make_decoder([{ name: 'top', pattern: `1011 ${'x'.repeat(28)}` }]);
    expect([decode(0xb1234567), decode(0xb1234567 | 0), decode(0xa1234567)]).toEqual([0, 0, -1]);
  });

  test('cannot be broken by what stands in a source place', () => {
    const { decode } = make_decoder([{ name: 'nop', pattern: '0000', source: 'a\nb.ts:1' }]);
    expect([decode(0), decode(1)]).toEqual([0, -1]);
  });
});

describe('the disassembler', () => {
  const at = { pc: 0x8000, symbol: (address: number) => `0x${address.toString(16)}` };
  const { rows } = make_decoder([
    ['add', 'cond:4 000 S rd:4 rn:4', 'add{cond}{S} {rd}, {rn}'],
    ['push', '0001 0001 list:8', 'push {{{list}}}'],
    ['b', '1111 1111 offset:8', 'b {target}'],
    ['odd', '0010 1000 imm:8'],
  ]).table;
  const operands = {
    cond: ({ cond }: { cond: number }) => ['eq', 'ne'][cond] ?? '',
    S: ({ S }: { S: number }) => (S ? 's' : ''),
    rd: ({ rd }: { rd: number }) => `r${rd}`,
    target: ({ offset }: { offset: number }, { pc, symbol }: typeof at) => symbol(pc + offset),
  };
  const print = make_disassembler(rows, operands);

  test('prints operands by the ISA’s formatters and other fields as numbers', () => {
    expect(print(0, { word: 0x1131, size: 2, cond: 1, S: 1, rd: 3, rn: 1 } as never, at)).toBe('addnes r3, 1');
  });

  test('prints literal braces', () => {
    expect(print(1, { word: 0x1103, size: 2, list: 3 } as never, at)).toBe('push {3}');
  });

  test('gives formatters the address and the symbols', () => {
    expect(print(2, { word: 0xff10, size: 2, offset: 16 } as never, at)).toBe('b 0x8010');
  });

  test('prints an instruction without syntax with all its fields', () => {
    expect(print(3, { word: 0x2805, size: 2, imm: 5 } as never, at)).toBe('odd imm=5');
  });

  test('prints what is no instruction as data of its size', () => {
    expect(print(-1, { word: 0xdead, size: 2 }, at)).toBe('.short 0xdead');
    expect(print(-1, { word: 0xef, size: 4 }, at)).toBe('.word 0x000000ef');
  });

  test('is not confused by operands named like properties of every object', () => {
    expect(() => compile_syntax({ ...rows[0], syntax: 'add {constructor}' })).toThrow('{constructor} is neither');
  });
});

test('rows are found in their file, each of two equal ones in its own line', () => {
  const text = ["export const rows = encodings([", "  ['nop', '0000'],", '  ["add", "0001" , "add"],', "  ['nop', '0000'],"].join('\n'); // biome-ignore format: lines
  const rows = [['nop', '0000'], ['add', '0001'], ['nop', '0000'], ['b', '1xxx']] as const; // biome-ignore format: a table
  expect(locate_rows(text, 'isa.ts', rows)).toEqual(['isa.ts:2', 'isa.ts:3', 'isa.ts:4', undefined]);
});
