// Input of 458.sjeng: Phalanx plays itself. `go` makes it move for whichever side is to move; `post` prints its search.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const game = (depth, moves) => `new\npost\ndepth ${depth}\n${'go\n'.repeat(moves)}bd\n`;

const directory = process.argv[2];
writeFileSync(join(directory, 'test.in'), `${game(5, 10)}quit\n`);
writeFileSync(join(directory, 'ref.in'), `${game(7, 24)}quit\n`);
