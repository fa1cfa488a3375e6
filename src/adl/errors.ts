// Errors for the author of an ISA description: what is wrong, in which row or line, and what to do.
// Raised by the description language, the decoder generator and the JIT frontend; printed with a caret.

/** One complaint about an ISA description. `text` is the offending line or pattern, `span` the columns [from, to) in it. */
export interface Diagnostic {
  message: string;
  /** Where the text stands, as `file:line` or `file:line:column`. */
  source?: string;
  text?: string;
  span?: [from: number, to: number];
}

/** Prints a diagnostic the way compilers do: place, message, the text and a caret line below it. */
export function print_diagnostic(diagnostic: Diagnostic): string {
  const { message, source, text, span } = diagnostic;
  const lines = [source === undefined ? message : `${source}: ${message}`];
  if (text !== undefined) {
    lines.push(`    ${text}`);
    if (span) lines.push(`    ${' '.repeat(span[0])}${'^'.repeat(Math.max(1, span[1] - span[0]))}`);
  }
  return lines.join('\n');
}

/** The ISA's author made a mistake. All that were found are listed, not only the first. */
export class IsaError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: Diagnostic | readonly Diagnostic[]) {
    const list = Array.isArray(diagnostics) ? (diagnostics as readonly Diagnostic[]) : [diagnostics as Diagnostic];
    super(list.map(print_diagnostic).join('\n'));
    this.name = 'IsaError';
    this.diagnostics = list;
  }
}
