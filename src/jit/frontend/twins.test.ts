// What a twin computes as the text stands, and what it leaves to the symbolic machine.

import { describe, expect, it } from 'vitest';
import { generate_twins } from './twins.js';

/** The twin of a function `f`, without spaces that do not matter. */
function twin_of_f(text: string): string {
  const twins = generate_twins(text);
  const body = /function f\$twin\([^)]*\) \{\n([\s\S]*?)\n\}\n/.exec(twins);
  expect(body, twins).not.toBeNull();
  return body![1].replace(/\s+/g, ' ').replace(/ ;/g, ';').trim();
}
const exported = (text: string) => `${text}\nexport const semantics = { f };`;

describe('known', () => {
  it.each([
    ['fields of the instruction', 's.r[inst.rd] = inst.imm + 1;', '$.set(s.r, inst.rd, (inst.imm + 1));'],
    ['constants of the text', 's.x = TABLE[inst.n] << BITS;', '(s.x = (TABLE[inst.n] << BITS));'],
    ['constants of the function', 'const n = inst.n * 4; s.x = n - 1;', 'const n = (inst.n * 4); (s.x = (n - 1));'],
    ['calls with known values', 's.x = twice(inst.n);', '(s.x = twice(inst.n));'],
    ['results of functions of the state', 's.x = decide(s, inst) + 1;', '(s.x = (decide$twin(s, inst) + 1));'],
    ['decisions', 'if (inst.n === 0) s.x = 1; else s.y = 2;', 'if ((inst.n === 0)) { (s.x = 1); } else { (s.y = 2); }'],
    ['decisions to return', 'if (inst.n === 0) return; s.x = 1;', 'if ((inst.n === 0)) { return; } (s.x = 1);'],
    ['sides of a decision', 's.x = inst.n ? s.y : 1;', '(s.x = (inst.n ? (s.y) : (1)));'],
    [
      'counters of loops',
      'for (let n = 0; n < inst.n; n++) s.r[n] = 0;',
      'for (let n = 0; (n < inst.n); n++) { $.set(s.r, n, 0); }',
    ],
    ['elements', 'for (const n of [1, inst.n]) s.r[n] = 0;', 'for (const n of [1, inst.n]) { $.set(s.r, n, 0); }'],
  ])('%s', (_, body, twin) => {
    const helpers = `
      const BITS = 3; const TABLE = [1, 2];
      function twice(n) { return n * 2; }
      function decide(s, inst) { if (inst.n > 3) s.z = 0; return inst.n & 1; }`;
    expect(twin_of_f(exported(`${helpers} function f(s, inst) { ${body} }`))).toBe(twin);
  });

  it('parameters that are known in all calls', () => {
    const text = 'function f(s, n) { s.x = n + 1; } function g(s, inst) { f(s, inst.a); f(s, 3); }';
    expect(twin_of_f(`${text} export { g };`)).toBe('(s.x = (n + 1));');
  });
});

describe('not known', () => {
  it.each([
    ['state', 's.x = s.y + 1;', '(s.x = $.add(s.y, 1));'],
    ['what is computed of state', 'const n = s.y; s.x = n + 1;', 'const n = s.y; (s.x = $.add(n, 1));'],
    ['variables that are assigned', 'let n = inst.a; if (s.y) n = 2; s.x = n + 1;', /\(s\.x = \$\.add\(n, 1\)\)/],
    ['counters that a body changes', 'for (let n = 0; n < 9; n++) n = s.y;', /\$\.must\(\$\.lt\(n, 9\)/],
    ['loops that end by state', 'for (let n = 0; n < s.y; n++) s.x = n;', /\$\.must\(\$\.lt\(n, s\.y\)/],
    ['calls with state', 's.x = twice(s.y);', '(s.x = twice$twin(s.y));'],
    ['results that a test of state decides', 's.x = choose(s) + 1;', '(s.x = $.add(choose$twin(s), 1));'],
    [
      'results of what is called with state elsewhere',
      's.x = other(inst.n) + other(s.y);',
      /\$\.add\(other\(inst\.n\), other\$twin\(s\.y\)\)/,
    ],
    ['tables that change', 's.x = SCRATCH[0] + 1;', '(s.x = $.add($.get(SCRATCH, 0), 1));'],
    ['what else than data a constant may be', 's.x = VIEW[0] + 1;', '(s.x = $.add($.get(VIEW, 0), 1));'],
    ['names that hide constants', 'let BITS = s.y; s.x = BITS + 1;', 'let BITS = s.y; (s.x = $.add(BITS, 1));'],
    ['functions that throw', 's.x = picky(inst.n);', '(s.x = picky$twin(inst.n));'],
  ])('%s', (_, body, twin) => {
    const helpers = `
      const BITS = 3; const SCRATCH = [0]; const VIEW = new Uint32Array(1);
      function twice(n) { return n * 2; }
      function other(n) { return n + 1; }
      function choose(s) { if (s.y > 0) return 1; return 2; }
      function picky(n) { if (n > 3) throw new Error('no'); return n; }
      function g(s, inst) { SCRATCH[0] = s.y; }`;
    const text = exported(`${helpers} function f(s, inst) { ${body} }`);
    if (typeof twin === 'string') expect(twin_of_f(text)).toBe(twin);
    else expect(twin_of_f(text)).toMatch(twin);
  });

  it('parameters that are not known in one of the calls', () => {
    const text = 'function f(s, n) { s.x = n + 1; } function g(s, inst) { f(s, inst.a); f(s, s.y); }';
    expect(twin_of_f(`${text} export { g };`)).toBe('(s.x = $.add(n, 1));');
  });
  it('results of intrinsics, whatever their bodies say', () => {
    const text = "function one(n) { 'use intrinsic one'; return 1; } function f(s, inst) { s.x = one(s.y) + 1; }";
    expect(twin_of_f(exported(text))).toBe('(s.x = $.add(one$twin(s.y), 1));');
  });
});

it('a known decision one side of which returns by state goes on behind it on both sides', () => {
  const text = exported('function f(s, inst) { if (inst.a) { if (s.y) return; s.x = 1; } s.z = 2; }');
  const twins = generate_twins(text);
  /** Runs the twin with a machine of two registers that takes both sides of every decision on them. */
  const run = (a: number) => {
    const log: string[] = [];
    const Unknown = class {};
    const operators = {
      test: (x: unknown) => x,
      is_known: (x: unknown) => !(x instanceof Unknown),
      branch: (_: unknown, yes: () => unknown, no: () => unknown) => {
        for (const [name, side] of [
          ['yes', yes],
          ['no', no],
        ] as const) {
          log.push(name);
          side();
        }
      },
    };
    const s = {
      y: new Unknown(),
      set x(value: number) {
        log.push(`x=${value}`);
      },
      set z(value: number) {
        log.push(`z=${value}`);
      },
    };
    const pairs = new Function('$', twins)(operators) as Record<string, [unknown, (s: object, inst: object) => void]>;
    pairs.f[1](s, { a });
    return log.join(' ');
  };
  expect(run(1)).toBe('yes no x=1 z=2');
  expect(run(0)).toBe('z=2');
});
