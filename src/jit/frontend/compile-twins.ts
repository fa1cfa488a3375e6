// From the generated text of an ISA's twins (twins.ts) to functions. Apart from the generator, since running needs no parser.

/** A twin is called with the symbolic state and a concrete instruction. */
export type Twin = (s: object, inst: unknown) => void;

/** The twins of a module's functions, found by the function itself. */
export interface Twins {
  /** The twin of an execute_ function; undefined if it is not a top-level function of the text. */
  of(execute: (...args: never[]) => unknown): Twin | undefined;
}

/** The text that generate_twins() has made, or the function of `$` whose body it is. */
export type TwinsCode = string | ((operators: object) => Record<string, [original: unknown, twin: Twin]>);

/** Makes twins; `operators` is what they call as `$`. */
export function compile_twins(code: TwinsCode, operators: object): Twins {
  const make = typeof code === 'string' ? (new Function('$', code) as Exclude<TwinsCode, string>) : code;
  const pairs = make(operators);
  const by_source = new Map(Object.values(pairs).map(([original, twin]) => [String(original), twin]));
  return { of: (execute) => by_source.get(String(execute)) };
}
