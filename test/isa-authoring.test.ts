// README.md is tested as it stands: its files are put together and its commands run in an empty folder, and they must print
// what is written there. (isa/README.md has a test of its own, isa-guide.test.ts.)
//   ```ts name.ts      this goes to the end of the file name.ts
//   ```console         lines with $ are commands, the others what they print; … stands for any lines; [status 1] for an exit
//                      status other than 0

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Command {
  text: string;
  output: string[];
}

function blocks(document: string): { kind: string; file: string; text: string }[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(([, kind, file, body]) => ({
    kind,
    file,
    text: body,
  }));
}

function files_of(document: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, text } of blocks(document)) if (file) files.set(file, (files.get(file) ?? '') + text);
  return files;
}

function commands_of(document: string): Command[] {
  const commands: Command[] = [];
  for (const { kind, text } of blocks(document))
    if (kind === 'console')
      for (const line of text.trimEnd().split('\n'))
        if (line.startsWith('$ ')) commands.push({ text: line.slice(2), output: [] });
        else commands.at(-1)?.output.push(line);
  return commands;
}

/** What a command prints, on standard output and then on standard error, with its status. */
function execute(command: string, cwd: string): string {
  const [program, ...args] = command.replace(/^npx pydgin-ts/, `node ${join(root, 'bin/pydgin-ts.js')}`).split(' ');
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return `${stdout}${stderr}${status === 0 ? '' : `[status ${status}]\n`}`;
}

/** Is the text what the lines say? */
function agrees(text: string, lines: readonly string[]): boolean {
  const escaped = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*?\\n`,
  );
  return new RegExp(`^${escaped.join('')}$`).test(text);
}

describe.each(['README.md'])('%s', (document) => {
  const folder = mkdtempSync(join(tmpdir(), 'pydgin-ts-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of files_of(document)) writeFileSync(join(folder, name), text);
  const commands = commands_of(document);

  test('has examples', () => {
    expect(commands.length).toBeGreaterThan(2);
  });

  test.each(commands)('$text', ({ text, output }) => {
    const cwd = text.includes('test-binaries/') ? root : folder;
    const printed = execute(text, cwd);
    if (!agrees(printed, output)) expect(printed).toBe(`${output.join('\n')}\n`);
  });
});
