// Encoding tables: their type, and the types that let an editor check `inst.rn` against them.
// A row is [name, pattern] or [name, pattern, assembly syntax]. A pattern is written most significant bit first:
// runs of `0 1 x` are bits, `rn:4` is a named field, `S` a one-bit field; spaces only separate.

/** `[name, pattern]` or `[name, pattern, syntax]`; several rows may share a name, and then an `execute_` function. */
export type EncodingRow = readonly [name: string, pattern: string, syntax?: string];

/** Bit ranges of fields that all rows of a table share: `{ rn: '19:16', S: '20', imm: '31:25 11:7' }`. */
export type FieldTable = Readonly<Record<string, string>>;

type Letters<T extends string> = T extends ''
  ? true
  : T extends `${'0' | '1' | 'x'}${infer Rest}`
    ? Letters<Rest>
    : false;
type FieldOfToken<T extends string> = T extends `${infer Name}:${string}` ? Name : Letters<T> extends true ? never : T;
type FieldsOfPattern<P extends string> = P extends `${infer Head} ${infer Rest}`
  ? FieldOfToken<Head> | FieldsOfPattern<Rest>
  : FieldOfToken<P>;

/** Names of all fields that occur in the rows' patterns. */
export type FieldNames<Rows extends readonly EncodingRow[]> = {
  [K in keyof Rows]: FieldsOfPattern<Rows[K][1]>;
}[number];

/** Names of all instructions of a table. */
export type RowNames<Rows extends readonly EncodingRow[]> = Rows[number][0];

/**
 * A decoded instruction: its word and every field as an unsigned number. A field that this encoding lacks reads 0.
 * Made from the table: `type Inst = Instruction<typeof encodings>`, or with a field table as second argument.
 */
export type Instruction<Rows extends readonly EncodingRow[], Fields extends FieldTable = Record<never, string>> = {
  readonly [F in FieldNames<Rows> | (keyof Fields & string)]: number;
} & {
  /** The instruction itself; of a 64-bit one, the low half. */
  readonly word: number;
  /** Its size in bytes. */
  readonly size: number;
};

/** Marks an encoding table; it only keeps the rows' literal types, so that `Instruction<typeof table>` knows its fields. */
export function encodings<const Rows extends readonly EncodingRow[]>(rows: Rows): Rows {
  return rows;
}
