// Deterministic material for workloads: a seeded generator, and text whose word frequencies look like a language's.
// Goes in: a seed. Comes out: numbers, words, prose. Every workload.mjs builds its inputs from these, so that no input
// is anyone's text and two machines make the same bytes.

/** xorshift32: `next()` is a 32-bit unsigned integer, `below(n)` lies in 0..n-1. `seed` must not be 0. */
export function random(seed) {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  return { next, below: (n) => next() % n };
}

/** `count` distinct pronounceable words made of two to four syllables. */
export function vocabulary(rng, count) {
  const onsets = [
    'b',
    'br',
    'd',
    'f',
    'g',
    'gl',
    'k',
    'l',
    'm',
    'n',
    'p',
    'pr',
    'r',
    's',
    'st',
    't',
    'tr',
    'v',
    'z',
    'sh',
  ];
  const rhymes = ['a', 'e', 'i', 'o', 'u', 'an', 'el', 'in', 'or', 'us', 'ai', 'ent'];
  const words = new Set();
  while (words.size < count) {
    let word = '';
    for (let n = 2 + rng.below(3); n > 0; n--)
      word += onsets[rng.below(onsets.length)] + rhymes[rng.below(rhymes.length)];
    words.add(word);
  }
  return [...words];
}

/** A word drawn so that the first of `words` are by far the most frequent, as in prose. */
export function pick(rng, words) {
  const span = 1 + rng.below(words.length);
  return words[rng.below(1 + rng.below(span))];
}

/** At least `bytes` bytes of prose: sentences of 4 to 16 words, lines of about 72 columns, a blank line now and then. */
export function prose(rng, bytes, words = vocabulary(rng, 4000)) {
  const lines = [];
  let line = '';
  let size = 0;
  while (size < bytes) {
    const sentence = Array.from({ length: 4 + rng.below(13) }, () => pick(rng, words));
    sentence[0] = sentence[0][0].toUpperCase() + sentence[0].slice(1);
    sentence[sentence.length - 1] += '.';
    for (const word of sentence) {
      if (line.length + word.length > 72) {
        lines.push(line);
        size += line.length + 1;
        line = '';
      }
      line += (line && ' ') + word;
    }
    if (rng.below(6) === 0) {
      lines.push(line, '');
      size += line.length + 2;
      line = '';
    }
  }
  return `${lines.join('\n')}\n`;
}
