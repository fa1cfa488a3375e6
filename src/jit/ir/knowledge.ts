// What is known where a block begins that one way alone leads to: flags, in terms of what registers hold there, and the outcome
// of the decision before. A comparison and those who look at its flags are often in different blocks; where they are seen together,
// they become one comparison (ir/value.ts), and the flags need not be computed.

import type { Block } from './block.js';
import { type RegionBlock, type SlotSet, type Target, type Transfer, targets } from './region.js';
import { alike, constant, is_u32, not, same, Value } from './value.js';

/** A condition, and whether it holds. */
export interface Fact {
  condition: Value;
  holds: boolean;
}

/** All in terms of what slots hold where the block begins. */
export interface Knowledge {
  readonly slots: ReadonlyMap<number, Value>;
  readonly facts: readonly Fact[];
}
export const NOTHING_KNOWN: Knowledge = { slots: new Map(), facts: [] };

/** A way out of a block, and what is known at its end of `flags`. */
export interface InformedWay {
  to: Target;
  knowledge(): Knowledge;
}

/** All ways out of a block at whose start something is known. */
export function informed_ways(block: RegionBlock, before: Knowledge, flags: SlotSet): InformedWay[] {
  const ways: InformedWay[] = [];
  const visit = (transfer: Transfer, facts: readonly Fact[]): void => {
    if (transfer.kind === 'branch') {
      const { condition } = transfer;
      visit(transfer.yes, [...facts, { condition, holds: true }]);
      visit(transfer.no, [...facts, { condition, holds: false }]);
    } else if (transfer.kind === 'split') {
      visit(transfer.yes, facts);
      visit(transfer.no, facts);
    } else
      for (const { to, call } of targets(transfer))
        ways.push({ to, knowledge: () => (call ? NOTHING_KNOWN : at_end(block, before, facts, flags)) });
  };
  visit(block.transfer, before.facts);
  return ways;
}

function at_end(block: Block, before: Knowledge, facts: readonly Fact[], flags: SlotSet): Knowledge {
  const terms = new TermsAtEnd(block, flags);
  const slots = new Map<number, Value>();
  for (const slot of flags) {
    const value = block.changes.find((change) => change.slot === slot)?.value ?? before.slots.get(slot);
    const known = value && (decided(value, facts) ?? terms.express(value));
    if (known) slots.set(slot, known);
  }
  const still = facts.flatMap(({ condition, holds }) => {
    const known = terms.express(condition);
    return known ? { condition: known, holds } : [];
  });
  return { slots, facts: still };
}

/** The outcome of a truth value as far as the last facts say it: equal words are not less, and so on. */
export function decided(value: Value, facts: readonly Fact[]): Value | undefined {
  for (const { condition, holds } of facts) {
    const fact = holds ? condition : not(condition);
    if (value.hi === 1 && alike(value, fact)) return constant(1);
    if (alike(value, not(fact))) return constant(0);
    if (value.a === undefined || value.b === undefined || fact.a === undefined || fact.b === undefined) continue;
    const crosswise = same(value.a, fact.b) && same(value.b, fact.a);
    if (!crosswise && !(same(value.a, fact.a) && same(value.b, fact.b))) continue;
    if (fact.op === 'lt' && value.op === 'eq') return constant(0);
    if (fact.op === 'eq' && value.op === 'le') return constant(1);
    if (fact.op === 'eq' && value.op === 'lt') return constant(0);
  }
  return undefined;
}

/** Values of a block in terms of what slots hold at its end. */
class TermsAtEnd {
  /** Slots that hold a value at the end. */
  private readonly holders = new Map<Value, number>();
  private readonly changed = new Set<number>();
  private readonly expressed = new Map<Value, Value | undefined>();

  constructor({ changes }: Block, flags: SlotSet) {
    for (const { slot, value } of changes) {
      this.changed.add(slot);
      if (value.op !== 'const' && is_u32(value) && !flags.has(slot)) this.holders.set(value, slot);
    }
  }

  /** Undefined if it depends on something that nobody holds any more. */
  express(value: Value): Value | undefined {
    if (value.op === 'const') return value;
    let known = this.expressed.get(value);
    if (known === undefined && !this.expressed.has(value)) {
      known = this.find(value);
      this.expressed.set(value, known);
    }
    return known;
  }
  private find(value: Value): Value | undefined {
    const { op, lo, hi, k, a, b, c } = value;
    const holder = this.holders.get(value);
    if (holder !== undefined) return new Value('reg', lo, hi, holder, undefined, undefined, undefined);
    if (op === 'reg')
      return this.changed.has(k) ? undefined : new Value(op, lo, hi, k, undefined, undefined, undefined);
    // A load's result, say.
    if (a === undefined) return undefined;
    const operands = [a, b, c].map((operand) => operand && this.express(operand));
    if (operands[0] === undefined || (b && operands[1] === undefined) || (c && operands[2] === undefined))
      return undefined;
    return new Value(op, lo, hi, k, operands[0], operands[1], operands[2]);
  }
}
