// Inputs of 456.hmmer: a made-up profile in HMMER 2's text format, and sequences to search, some of them drawn from it.
// Scores in that format are 1000 * log2(probability / null probability), `*` for minus infinity (HMMER User's Guide,
// "HMMER 2 profile HMM file format").
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../lib/generate.mjs';

const residues = 'ACDEFGHIKLMNPQRSTVWY';
const background = [78, 18, 54, 63, 39, 74, 22, 57, 60, 90, 22, 44, 52, 41, 51, 71, 59, 65, 13, 32];
const total = background.reduce((a, b) => a + b);

const score = (p, nul) => (p <= 0 ? '*' : String(Math.round(1000 * Math.log2(p / nul)))).padStart(6);

function profile(rng, length) {
  return Array.from({ length }, () => {
    const weights = background.map((w) => w * (1 + rng.below(40)));
    weights[rng.below(20)] *= 60;
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((w) => w / sum);
  });
}

function hmmFile(rng, nodes) {
  const line = (...cells) => cells.join(' ');
  const insert = line('     -', ...background.map(() => score(1, 1)));
  const out = [
    'HMMER2.0  [2.3.2]',
    'NAME  made-up',
    `LENG  ${nodes.length}`,
    'ALPH  Amino',
    'RF    no',
    'CS    no',
    'MAP   no',
  ];
  out.push(
    'COM   none',
    'NSEQ  20',
    'DATE  Thu Jan  1 00:00:00 1970',
    'CKSUM 1',
    'XT      -8455     -4  -1000  -1000  -8455     -4  -8455     -4',
  );
  out.push('NULT      -4  -8455', line('NULE ', ...background.map((w) => score(w / total, 1 / 20))));
  out.push(
    'EVD   -40.0   0.25',
    'HMM        A      C  ...',
    '         m->m   m->i   m->d   i->m   i->i   d->m   d->d   b->m   m->e',
  );
  out.push(line('      ', score(0.9, 1), score(0, 1), score(0.1, 1)));
  nodes.forEach((node, k) => {
    const last = k === nodes.length - 1;
    const open = 0.005 + rng.below(40) / 1000;
    const begin = k === 0 ? 0.5 : 0.5 / (nodes.length - 1);
    const end = last ? 1 : 0.4 / nodes.length;
    const rest = 1 - end;
    const moves = last ? [0, 0, 0, 0, 0, 0, 0] : [rest * (1 - 2 * open), rest * open, rest * open, 0.6, 0.4, 0.7, 0.3];
    out.push(line(String(k + 1).padStart(6), ...node.map((p, i) => score(p, background[i] / total))));
    out.push(last ? line('     -', ...background.map(() => score(0, 1))) : insert);
    out.push(line('     -', ...moves.map((p) => score(p, 1)), score(begin, 1), score(end, 1)));
  });
  return `${out.join('\n')}\n//\n`;
}

function draw(rng, weights, sum) {
  let x = (rng.next() / 4294967296) * sum;
  let i = 0;
  while (i < 19 && x >= weights[i]) x -= weights[i++];
  return residues[i];
}

function sequences(rng, nodes, count, length) {
  let text = '';
  for (let n = 0; n < count; n++) {
    let s = '';
    const size = (length >> 1) + rng.below(length);
    while (s.length < size) {
      if (rng.below(400) !== 0) s += draw(rng, background, total);
      else for (const node of nodes) if (rng.below(20)) s += draw(rng, node, 1);
    }
    text += `>seq${n} made up\n${s.match(/.{1,60}/g).join('\n')}\n`;
  }
  return text;
}

const directory = process.argv[2];
for (const [size, length, count, seed] of [
  ['test', 60, 24, 456],
  ['ref', 180, 600, 4560],
]) {
  const rng = random(seed);
  const nodes = profile(rng, length);
  writeFileSync(join(directory, `${size}.hmm`), hmmFile(rng, nodes));
  writeFileSync(join(directory, `${size}.fa`), sequences(rng, nodes, count, 500));
}
