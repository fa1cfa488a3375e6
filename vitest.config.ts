import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: 'pydgin-ts/adl', replacement: source('./src/adl/index.ts') },
      { find: /^pydgin-ts$/, replacement: source('./src/index.ts') },
    ],
  },
  test: {
    include: ['src/**/*.test.ts', 'isa/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    // Vitest leaves one processor free: of two that would be half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Bundled ISAs are imported as they are: the JIT finds the twin of a function by its text.
    server: { deps: { external: [/\/dist\/isa\//] } },
  },
});
