// A command as typed into one option → its words, as a shell would split it, without any expansion.

import { BenchError } from './errors.js';

/** Words are separated by blanks; quotes and backslashes keep them together. BenchError if a quote is left open. */
export function split_words(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'" || char === '"') {
      const end = text.indexOf(char, i + 1);
      if (end < 0) throw new BenchError(`${text}: the quote ${char} is not closed`);
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else {
      if (char === '\\' && i + 1 < text.length) i++;
      word = (word ?? '') + text[i];
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
