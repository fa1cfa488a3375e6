// Which compiled code has to go when there is too much of it. Compiled code enters other compiled code through the table
// without telling anybody; so what has been there longest is first taken out of the table, on probation: whoever enters it
// then comes by the dispatcher, which puts it back. What is not entered until room is needed has to go.

/** A piece of compiled code. */
export interface Cached {
  /** Guest instructions. */
  readonly size: number;
  /** Out of the table, to see whether anybody enters it. */
  on_probation: boolean;
}

export class CodeCache<T extends Cached> {
  /** Guest instructions in all. */
  size = 0;
  /** In the order in which they came, or were last put on probation. */
  private readonly pieces = new Set<T>();
  private probation_at: number;

  constructor(
    private readonly limit: number,
    /** Takes a piece out of the table. */
    private readonly take_out: (piece: T) => void,
    /** Forgets a piece for good; calls remove(). */
    private readonly drop: (piece: T) => void,
  ) {
    this.probation_at = limit * 0.75;
  }

  /** There is a new piece. Makes room for it. */
  add(piece: T): void {
    this.pieces.add(piece);
    this.size += piece.size;
    if (this.size > this.limit) this.make_room(piece);
    else if (this.size > this.probation_at) this.begin_probation();
  }
  remove(piece: T): void {
    if (this.pieces.delete(piece)) this.size -= piece.size;
  }

  /** The older half shows whether it is needed. */
  private begin_probation(): void {
    let size = 0;
    for (const piece of [...this.pieces]) {
      if ((size += piece.size) > this.size / 2) break;
      piece.on_probation = true;
      this.take_out(piece);
      this.pieces.delete(piece);
      this.pieces.add(piece);
    }
    this.probation_at = Infinity;
  }

  /** Drops what has not been entered on probation; if that is too little, what came first. */
  private make_room(newest: T): void {
    const enough = this.limit * 0.75;
    for (const unused of [true, false])
      for (const piece of [...this.pieces])
        if (this.size > enough && piece !== newest && (piece.on_probation || !unused)) this.drop(piece);
    this.probation_at = enough + (this.limit - enough) / 2;
  }
}
