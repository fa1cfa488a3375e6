// Where something stands in the files of a user's description, which was bundled into one text: the place of an exception,
// of a row of an encoding table, of what the bundler could not read. Paths are relative to the current directory.

import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative } from 'node:path';
import type { Diagnostic, EncodingRow } from '../adl/index.js';
import { locate_rows } from '../decoder-gen/locate.js';

/** A frame of a stack trace in the text, which was imported from its `data:` URL. */
const FRAME = /^\s*at (?:(.*?) \()?data:text\/javascript;base64,[^:]*:(\d+):(\d+)\)?$/;

export class Places {
  private readonly map: SourceMap;

  constructor(
    map: SourceMapPayload,
    /** Paths of the description's own files. */
    private readonly files: readonly string[],
  ) {
    this.map = new SourceMap(map);
  }

  /** The description's functions that an exception came through, the innermost first. */
  trace(error: unknown): { name: string; path: string; line: number; column: number }[] {
    const frames = String((error as Error)?.stack).split('\n');
    return frames.flatMap((frame) => {
      const [, name = '', line, column] = FRAME.exec(frame) ?? [];
      if (line === undefined) return [];
      const entry = this.map.findEntry(Number(line) - 1, Number(column) - 1);
      if (!('originalSource' in entry)) return [];
      const path = this.files.find((file) => file.endsWith(entry.originalSource.replace(/^(\.\.?\/)+/, '')));
      return path ? [{ name, path: shown(path), line: entry.originalLine + 1, column: entry.originalColumn + 1 }] : [];
    });
  }

  /** An exception's message, with the line that it comes from. */
  diagnose(error: unknown): Diagnostic {
    const [frame] = this.trace(error);
    const { message } = error as Error;
    return frame ? diagnostic_at(frame.path, frame.line, frame.column, message) : { message };
  }

  /** `file:line` of the first line that has this text. */
  find(text?: string): string | undefined {
    if (text === undefined) return undefined;
    for (const file of this.files) {
      const at = readFileSync(file, 'utf8').indexOf(text);
      if (at >= 0) return `${shown(file)}:${readFileSync(file, 'utf8').slice(0, at).split('\n').length}`;
    }
    return undefined;
  }

  /** `file:line` of each row, where it is written out. */
  rows(rows: readonly EncodingRow[]): (string | undefined)[] {
    const found = this.files.map((file) => locate_rows(readFileSync(file, 'utf8'), shown(file), rows));
    return rows.map((_, n) => found.map((sources) => sources[n]).find((source) => source !== undefined));
  }
}

/** A complaint about a place in a file; line and column count from 1. */
export function diagnostic_at(path: string, line: number, column: number, message: string): Diagnostic {
  const text = readFileSync(path, 'utf8').split('\n')[line - 1] ?? '';
  const indent = text.length - text.trimStart().length;
  const at = Math.max(column - 1 - indent, 0);
  return { message, source: `${shown(path)}:${line}:${column}`, text: text.trim(), span: [at, at + 1] };
}

/** A path as its user would type it. */
export function shown(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short;
}
