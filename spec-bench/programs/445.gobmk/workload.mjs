// Input of 445.gobmk: games GNU Go plays against itself, as commands of the Go Text Protocol.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const game = (size, moves) =>
  [
    `boardsize ${size}`,
    'clear_board',
    ...Array.from({ length: moves }, (_, i) => `genmove ${i % 2 ? 'white' : 'black'}`),
    'showboard',
    'estimate_score',
  ].join('\n');

const directory = process.argv[2];
writeFileSync(join(directory, 'test.gtp'), `${game(9, 2)}\nquit\n`);
writeFileSync(join(directory, 'ref.gtp'), `${game(9, 14)}\n${game(13, 6)}\nquit\n`);
