#!/usr/bin/env node
// Starts the command line of dist/, which `npm run build` makes from src/.

import { main } from '../dist/bin/main.js';

process.exit(await main(process.argv.slice(2)));
