// Regions → WebAssembly functions. Control flow becomes structured by the dominator tree (N. Ramsey, "Beyond Relooper", ICFP
// 2022). Slots live in locals; they are loaded at the entry and after calls, and stored at exits, each exactly as the data
// flows of ir/region.ts say. What only one side of a branch needs is computed on that side.
//
// Every function has the type (fuel, depth, key, back, dead) → (key, fuel): when it returns to the key `back`, nobody misses
// the slots of the mask `dead`. It is called with its own key, or with one of its other entries; called with another, or with its
// fuel or the host's stack used up, it returns that key at once. It returns the key where execution goes on, with all
// state in memory. A caller compares it with the address it expects back; anything else it passes on to its own caller.

import { CALLER, EXIT_REASON, FIRST_SLOT, LEFT, MISSED, OUT_OF_FUEL } from '../../machine/layout.js';
import type { StateChange, Statement } from '../ir/block.js';
import { decided, type Fact } from '../ir/knowledge.js';
import { callee, DataFlow, type Region, SlotSet, slots_of, type Target, type Transfer, targets } from '../ir/region.js';
import { is_back_edge, type Shape, shape } from '../ir/shape.js';
import { I32, op, VOID } from './bytes.js';
import { type Call, type Link, link_call, MAX_DEPTH, type RegionFunction } from './calls.js';
import { BACK, DEAD, DEPTH, type Exit, FUEL, KEY, name_of, PARAMETERS } from './function-code.js';
import { StatementEmitter } from './statements.js';

/** Words of a frame beside its locals (MAX_DEPTH). */
const FRAME_WORDS = 40;

/** Emits a region's function, for a guest that has no memory below `floor`. */
export function emit_region(region: Region, slots: number, floor: number): RegionFunction {
  return new RegionEmitter(region, slots, floor).function();
}

/** Blocks that are gone to by returns and entries only. */
function loading_blocks({ blocks }: Region): boolean[] {
  const jumped = blocks.map((_, n) => n === 0);
  const returned = blocks.map(() => false);
  for (const { transfer } of blocks)
    for (const { to, call } of targets(transfer)) if (to.block >= 0) (call ? returned : jumped)[to.block] = true;
  return returned.map((is, n) => is && !jumped[n]);
}

class RegionEmitter extends StatementEmitter {
  private readonly shape: Shape;
  private readonly flow: DataFlow;
  /** Merges that each block dominates immediately. */
  private readonly children: number[][];
  /** All blocks in reverse postorder. */
  private readonly blocks: number[];
  private readonly calls: Call[] = [];
  /** Where the code has the size of its frame: known when all locals are. */
  private readonly frame_sizes: number[] = [];
  /** Is a block gone to only by returns and entries? Then it loads what it needs itself. */
  private readonly loads: boolean[];
  /** Local that holds the ticket of a jump on its detour (ir/shape.ts), else 0. */
  private ticket = -1;

  constructor(
    private readonly region: Region,
    private readonly slots: number,
    floor: number,
  ) {
    super(floor);
    this.shape = shape(region);
    this.blocks = this.shape.order;
    this.flow = new DataFlow(region, this.blocks, (from, to) => is_back_edge(this.shape, from, to), slots);
    this.loads = loading_blocks(region);
    this.children = this.shape.is_merge.map(() => []);
    // Later blocks first: they become the outer labels.
    for (const block of [...this.blocks].reverse())
      if (this.shape.is_merge[block]) this.children[this.shape.dominator[block]].push(block);
  }

  function(): RegionFunction {
    const { code, calls } = this;
    if (this.shape.routes.some((list) => list.length > 0)) this.ticket = this.locals.reserve(I32);
    this.guard_entry();
    const exits = this.collect_exits();
    for (const exit of exits) {
      code.bytes([op.block, VOID]);
      this.labels.push(exit);
    }
    this.load_slots(this.flow.live[0]);
    this.tree(0);
    code.byte(op.unreachable);
    for (let n = exits.length - 1; n >= 0; n--) {
      code.byte(op.end);
      this.labels.pop();
      this.epilogue(exits[n]);
    }
    for (const at of this.frame_sizes) code.buffer.set(padded(FRAME_WORDS + this.locals.types.length), at);
    const { body, begin } = this.function_body();
    return { body, calls: calls.map((call) => ({ ...call, start: call.start + begin, end: call.end + begin })) };
  }

  /** Passes on a key that is another's; goes back at once if fuel or the host's stack are used up. */
  private guard_entry(): void {
    const { code } = this;
    const compare = (key: number, how: number) => {
      this.get(KEY);
      this.i32(key);
      code.byte(how);
    };
    compare(this.region.key, op.i32_xor);
    const room = () => {
      this.i32(MAX_DEPTH);
      this.get(DEPTH);
      code.byte(op.i32_sub);
    };
    this.get(FUEL);
    room();
    code.byte(op.i32_or);
    this.i32(31);
    code.bytes([op.i32_shr_u, op.i32_or, op.if, VOID]);
    compare(this.region.key, op.i32_ne);
    for (const key of this.region.entries) {
      compare(key, op.i32_ne);
      code.byte(op.i32_and);
    }
    code.bytes([op.if, VOID]);
    this.get(DEAD);
    this.i32(0);
    code.bytes([op.i32_ge_s, op.if, VOID]);
    for (let parameter = 0; parameter < PARAMETERS; parameter++) this.get(parameter);
    this.link(op.return_call_indirect, 'go_2');
    code.byte(op.end);
    this.note(EXIT_REASON, MISSED);
    this.get(KEY);
    this.get(FUEL);
    code.bytes([op.return, op.end]);
    const several = this.region.entries.length > 0;
    if (several) {
      this.get(FUEL);
      room();
      code.byte(op.i32_or);
      this.i32(0);
      code.bytes([op.i32_lt_s, op.if, VOID]);
    }
    this.note(OUT_OF_FUEL, this.region.key);
    this.i32(0);
    this.get(BACK);
    this.memory(op.i32_store, 2, CALLER * 4);
    this.get(KEY);
    this.get(FUEL);
    code.byte(op.return);
    if (several) code.byte(op.end);
    code.byte(op.end);
  }

  private epilogue({ how, dirty }: Exit): void {
    const { code } = this;
    for (const slot of dirty) this.store_slot(slot);
    if (how === 'jump') {
      for (let parameter = 0; parameter < PARAMETERS; parameter++) this.get(parameter);
      this.call_region(undefined, true);
      return;
    }
    this.get(KEY);
    this.get(FUEL);
    code.byte(op.return);
  }

  /** All ways out of the region; those that store the same slots share their code. */
  private collect_exits(): Exit[] {
    const exits = new Map<string, Exit>();
    const note = (how: Exit['how'], dirty: SlotSet) => {
      const name = name_of(how, dirty);
      if (!exits.has(name)) exits.set(name, { kind: 'exit', name, how, dirty });
    };
    for (const n of this.blocks) {
      const { statements, transfer } = this.region.blocks[n];
      const visit = (list: readonly Statement[]): void => {
        for (const s of list) {
          const leave = s.kind === 'guard' ? s.leave : s;
          if (leave.kind === 'leave') note('return', with_changes(this.flow.dirty[n], leave.state, this.slots));
          if (s.kind === 'if') {
            visit(s.yes);
            visit(s.no);
          }
        }
      };
      visit(statements);
      for (const leaf of leaves_of(transfer)) {
        if (leaf.kind === 'indirect') note('return', this.returned(n, leaf));
        else if (leaf.kind === 'table' || leaf.kind === 'leave') note('return', this.flow.after(n));
        for (const { to, call } of targets(leaf)) {
          if (call) {
            // Everything was stored before the call.
            if (to.block < 0 || is_back_edge(this.shape, n, to.block)) note('return', SlotSet.empty(this.slots));
          } else if (to.block < 0) note('jump', this.flow.stored(n, to.key));
          else if (is_back_edge(this.shape, n, to.block)) note('return', this.flow.stored(n, to.key));
        }
      }
    }
    return [...exits.values()];
  }

  /** What a computed jump out of the region stores whoever is at the other end. */
  private returned(n: number, transfer: Transfer & { kind: 'indirect' }): SlotSet {
    return this.flow.after(n).without(this.flow.flags_on_return(n, transfer));
  }

  private tree(n: number): void {
    const { code } = this;
    if (this.shape.is_loop[n]) {
      this.pay();
      code.bytes([op.loop, VOID]);
      this.labels.push({ kind: 'loop', block: n });
      this.within(n, this.children[n]);
      this.labels.pop();
      code.byte(op.end);
      code.byte(op.unreachable);
    } else this.within(n, this.children[n]);
  }
  private within(n: number, merges: readonly number[]): void {
    if (merges.length === 0) return this.block(n);
    const { code } = this;
    code.bytes([op.block, VOID]);
    this.labels.push({ kind: 'block', block: merges[0] });
    this.within(n, merges.slice(1));
    this.labels.pop();
    code.byte(op.end);
    // Whoever comes here has paid.
    this.unpaid = 0;
    this.tree(merges[0]);
  }

  /** Passes on jumps that make a detour through this block. */
  private route(n: number): void {
    const { code } = this;
    const routes = this.shape.routes[n];
    if (routes.length === 0) return;
    this.get(this.ticket);
    code.bytes([op.if, VOID]);
    this.labels.push({ kind: 'if' });
    for (const { ticket, to, arrives } of routes) {
      this.get(this.ticket);
      this.i32(ticket);
      code.bytes([op.i32_eq, op.if, VOID]);
      this.labels.push({ kind: 'if' });
      this.on_a_way_of_its_own(() => {
        if (arrives) this.set_ticket(0);
        this.forward(to);
      });
      this.labels.pop();
      code.byte(op.end);
    }
    this.labels.pop();
    code.byte(op.end);
  }
  private set_ticket(ticket: number): void {
    this.i32(ticket);
    this.code.byte(op.local_set);
    this.code.u32(this.ticket);
  }

  private block(n: number): void {
    this.route(n);
    if (this.loads[n]) this.load_slots(this.flow.live[n]);
    const block = this.region.blocks[n];
    const outer = this.expressions;
    const expressions = this.new_expressions();
    this.expressions = expressions;
    const outer_changes = this.changes;
    this.changes = block.changes;
    const needed = this.flow.needed(n, block.transfer);
    for (const { value } of block.changes.filter(({ slot }) => needed.has(slot))) expressions.count(value);
    this.count_transfer(block.transfer);
    this.count_statements(block.statements);
    const last = block.transfer.kind === 'split' ? block.statements.length - 1 : block.statements.length;
    for (let k = 0; k < last; k++) this.statement(n, block.statements[k]);
    this.end(n, block.transfer);
    this.expressions = outer;
    this.changes = outer_changes;
  }

  /** The end of a block: state changes, fuel, transfer. */
  private end(n: number, transfer: Transfer): void {
    const { code, expressions } = this;
    const block = this.region.blocks[n];
    if (transfer.kind === 'split') {
      const decision = block.statements[block.statements.length - 1] as Statement & { kind: 'if' };
      expressions.word(decision.condition);
      this.arms(block.count, (arm) => {
        for (const statement of decision[arm]) this.statement(n, statement);
        if (decision[`${arm}_ends`]) return undefined;
        this.set_phis(decision.phis, arm);
        return this.finish(n, transfer[arm], [{ condition: decision.condition, holds: arm === 'yes' }]);
      });
    } else if (transfer.kind === 'branch') {
      const { condition } = transfer;
      // What both sides need is computed before they part.
      const both = this.flow.needed(n, transfer.yes).common(this.flow.needed(n, transfer.no));
      for (const { slot, value } of block.changes)
        if (both.has(slot) && decided(value, [{ condition, holds: true }]) === undefined) expressions.keep(value);
      expressions.word(condition);
      this.arms(block.count, (arm) => this.finish(n, transfer[arm], [{ condition, holds: arm === 'yes' }]));
    } else {
      this.unpaid += block.count;
      const go = this.finish(n, transfer);
      expressions.end_block();
      go();
      return;
    }
    code.byte(op.unreachable);
  }

  /**
   * Both sides of a decision whose condition is on the stack. `prepare` emits what a side computes of this block and returns
   * what it does then, which may be the code of other blocks: these may use the block's temporaries.
   */
  private arms(instructions: number, prepare: (arm: 'yes' | 'no') => (() => void) | undefined): void {
    const { code, expressions } = this;
    code.bytes([op.if, VOID]);
    this.labels.push({ kind: 'if' });
    for (const arm of ['yes', 'no'] as const)
      this.on_a_way_of_its_own(() => {
        if (arm === 'no') code.byte(op.else);
        const mark = expressions.enter_arm();
        const go = prepare(arm);
        expressions.leave_arm(mark);
        if (go === undefined) return;
        this.unpaid += instructions;
        if (arm === 'yes') expressions.lend(go);
        else {
          expressions.end_block();
          go();
        }
      });
    expressions.end_block();
    this.labels.pop();
    code.byte(op.end);
  }

  /**
   * State changes that a transfer needs, and what it is computed of: KEY. Returns the transfer itself. What a decision was made by is a
   * constant behind it: V8 joins a comparison and a jump only if nobody else looks at the comparison.
   */
  private finish(n: number, transfer: Transfer, facts: readonly Fact[] = []): () => void {
    const { code, expressions } = this;
    const needed = this.flow.needed(n, transfer);
    const changes = this.region.blocks[n].changes
      .filter(({ slot }) => needed.has(slot))
      .map((change) => ({ ...change, value: decided(change.value, facts) ?? change.value }));
    switch (transfer.kind) {
      case 'goto':
      case 'leave':
      case 'entries':
        this.apply(changes);
        return () => this.go(n, transfer);
      case 'indirect':
        expressions.word(transfer.key);
        code.byte(op.local_set);
        code.u32(KEY);
        this.return_flags(n, transfer);
        this.apply(changes.filter(({ slot }) => !this.flow.flags_on_return(n, transfer).has(slot)));
        return () => this.go(n, transfer);
      case 'call':
        // What the transfer needs goes on the stack before registers change under it.
        expressions.word(transfer.key);
        this.apply(changes);
        code.byte(op.local_set);
        code.u32(KEY);
        return () => this.go(n, transfer);
      case 'table': {
        expressions.word(transfer.key);
        expressions.word(transfer.index);
        this.apply(changes);
        const index = this.locals.take(I32);
        code.byte(op.local_set);
        code.u32(index);
        code.byte(op.local_set);
        code.u32(KEY);
        return () => {
          this.jump_table(n, transfer, index);
          this.locals.give(I32, index);
        };
      }
      default:
        throw new Error(`transfer ${transfer.kind} inside a branch`);
    }
  }

  /** Stores flags, computing those that this block changes, unless whoever is returned to does not miss them. */
  private return_flags(n: number, transfer: Transfer & { kind: 'indirect' }): void {
    const { code, expressions } = this;
    const flags = this.flow.flags_on_return(n, transfer);
    if (flags.is_empty) return;
    const mask = mask_of(flags);
    // (key ^ back) | (dead & mask ^ mask)
    this.get(KEY);
    this.get(BACK);
    code.byte(op.i32_xor);
    this.get(DEAD);
    this.i32(mask);
    code.byte(op.i32_and);
    this.i32(mask);
    code.bytes([op.i32_xor, op.i32_or, op.if, VOID]);
    const mark = expressions.enter_arm();
    for (const slot of flags) {
      const change = this.region.blocks[n].changes.find((one) => one.slot === slot);
      if (change === undefined) this.store_slot(slot);
      else {
        this.i32(0);
        expressions.word(change.value);
        this.memory(op.i32_store, 2, slot * 4);
      }
    }
    expressions.leave_arm(mark);
    code.byte(op.end);
  }

  /** The transfer itself; KEY holds a computed one's target. */
  private go(n: number, transfer: Transfer): void {
    switch (transfer.kind) {
      case 'goto':
        return this.go_to(n, transfer.to);
      case 'leave':
        return this.leave(n, transfer);
      case 'entries':
        return this.dispatch(n, transfer.to);
      case 'indirect':
        this.go_to_seen(n, transfer.seen);
        return this.exit('return', this.returned(n, transfer));
      case 'call':
        return this.call(n, transfer);
      default:
        throw new Error(`transfer ${transfer.kind} inside a branch`);
    }
  }

  /** Goes to the first target that is the computed one. */
  private go_to_seen(n: number, seen: readonly Target[]): void {
    for (const to of seen) this.if_asked_for(to, () => this.go_to(n, to));
  }
  /** What happens if KEY is a target's. */
  private if_asked_for({ key }: Target, go: () => void): void {
    const { code } = this;
    this.get(KEY);
    this.i32(key);
    code.bytes([op.i32_eq, op.if, VOID]);
    this.labels.push({ kind: 'if' });
    this.on_a_way_of_its_own(go);
    this.labels.pop();
    code.byte(op.end);
  }

  /** Goes to the entry that KEY asks for: the first, if it is none of the others. */
  private dispatch(n: number, [first, ...others]: readonly Target[]): void {
    for (const to of others) this.if_asked_for(to, () => this.go_back(n, to));
    this.go_back(n, first);
  }

  /** Goes to a target, with these slots to be stored if that leaves the region. */
  private go_to(n: number, to: Target, stored = this.flow.stored(n, to.key)): void {
    const { code } = this;
    if (to.block < 0) {
      this.set_key(to.key);
      return this.exit('jump', stored);
    }
    const detour = this.shape.detour(n, to.block);
    if (detour) {
      this.set_ticket(detour.ticket);
      return this.forward(detour.first);
    }
    if (is_back_edge(this.shape, n, to.block)) {
      this.pay();
      this.get(FUEL);
      this.i32(0);
      code.byte(op.i32_ge_s);
      code.byte(op.br_if);
      code.u32(this.depth_of((label) => label.kind === 'loop' && label.block === to.block));
      this.note(OUT_OF_FUEL, this.region.key);
      this.set_key(to.key);
      return this.exit('return', stored);
    }
    this.forward(to.block);
  }

  /** Goes to a block further on. */
  private forward(to: number): void {
    if (this.shape.is_merge[to]) {
      this.pay();
      this.code.byte(op.br);
      this.code.u32(this.depth_of((label) => label.kind === 'block' && label.block === to));
    } else this.tree(to);
  }

  private jump_table(n: number, transfer: Transfer & { kind: 'table' }, index: number): void {
    const { code } = this;
    const distinct = [...new Set(transfer.targets.map(({ key }) => key))];
    for (let k = 0; k <= distinct.length; k++) {
      code.bytes([op.block, VOID]);
      this.labels.push({ kind: 'if' });
    }
    this.get(index);
    code.byte(op.br_table);
    code.u32(transfer.targets.length);
    for (const { key } of transfer.targets) code.u32(distinct.indexOf(key));
    code.u32(distinct.length);
    for (const key of distinct) {
      this.labels.pop();
      code.byte(op.end);
      this.on_a_way_of_its_own(() => this.go_to(n, transfer.targets.find((to) => to.key === key)!));
    }
    this.labels.pop();
    code.byte(op.end);
    this.exit('return', this.flow.after(n));
  }

  private call(n: number, transfer: Transfer & { kind: 'call' }): void {
    const { code } = this;
    this.go_to_seen(n, transfer.seen);
    this.pay();
    const known_callee = callee(transfer);
    for (const slot of this.flow.stored(n, known_callee)) this.store_slot(slot);
    const invoke = (key: number | undefined) => {
      this.get(FUEL);
      if (transfer.back.block >= 0) this.deeper();
      else this.get(DEPTH);
      this.get(KEY);
      this.i32(transfer.back.key);
      this.i32(mask_of(this.region.dead(transfer.back.key).common(this.region.flags)));
      this.call_region(key, transfer.back.block < 0);
    };
    invoke(known_callee);
    if (transfer.back.block < 0) return;
    code.byte(op.local_set);
    code.u32(FUEL);
    code.byte(op.local_tee);
    code.u32(KEY);
    this.i32(transfer.back.key);
    code.bytes([op.i32_ne, op.if, VOID]);
    this.again(transfer.back);
    code.byte(op.end);
    this.go_back(n, transfer.back);
  }
  /** The interpreter executes an instruction. */
  private leave(n: number, { key, back }: Transfer & { kind: 'leave' }): void {
    this.note(EXIT_REASON, LEFT);
    this.set_key(key);
    if (back.block < 0) return this.exit('return', this.flow.after(n));
    for (const slot of this.flow.after(n)) this.store_slot(slot);
    this.pay();
    this.again(back);
    this.go_back(n, back);
  }
  protected leave_before(n: number, { state, index, pc }: Statement & { kind: 'leave' }): void {
    this.apply(state);
    this.unpaid += index;
    this.note(EXIT_REASON, LEFT);
    this.set_key((pc | this.region.blocks[n].set) >>> 0);
    this.exit('return', with_changes(this.flow.dirty[n], state, this.slots));
  }

  /** Execution is at KEY, not at `back`: perhaps the engine gets it there. If not, the region ends. */
  private again(back: Target): void {
    const { code } = this;
    this.get(FUEL);
    this.deeper();
    this.get(KEY);
    this.i32(back.key);
    this.link(op.call_indirect, 'again');
    code.byte(op.local_set);
    code.u32(FUEL);
    code.byte(op.local_tee);
    code.u32(KEY);
    this.i32(back.key);
    code.bytes([op.i32_ne, op.if, VOID]);
    this.get(KEY);
    this.get(FUEL);
    code.bytes([op.return, op.end]);
  }
  /** Goes to a block for which all is in memory. */
  private go_back(n: number, back: Target): void {
    if (!this.loads[back.block]) this.load_slots(this.flow.live[back.block]);
    this.go_to(n, back, SlotSet.empty(this.slots));
  }
  /** Calls the region of a key, or of the one that KEY holds. */
  private call_region(key: number | undefined, last: boolean): void {
    const { length } = this.code;
    this.calls.push({ start: length, end: length, key, last });
  }
  /** Calls a function of the driver. */
  private link(how: number, name: Link): void {
    this.code.bytes(link_call(how, name));
  }
  /** What a called function has for its depth. */
  private deeper(): void {
    const { code } = this;
    this.get(DEPTH);
    code.byte(op.i32_const);
    this.frame_sizes.push(code.length);
    code.bytes(padded(0));
    code.byte(op.i32_add);
  }

  private exit(how: Exit['how'], dirty: SlotSet): void {
    const name = name_of(how, dirty);
    this.pay();
    this.code.byte(op.br);
    this.code.u32(this.depth_of((label) => label.kind === 'exit' && label.name === name));
  }
}

/** A bit for each of the first 31 slots of the state. */
function mask_of(slots: SlotSet): number {
  let mask = 0;
  for (const slot of slots) mask |= 1 << (slot - FIRST_SLOT);
  return mask;
}

/** Signed LEB128 of a small positive number in three bytes. */
function padded(value: number): number[] {
  return [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, (value >> 14) & 0x3f];
}

function with_changes(dirty: SlotSet, changes: readonly StateChange[], slots: number): SlotSet {
  const set = slots_of(changes, slots);
  set.join(dirty);
  return set;
}

function leaves_of(transfer: Transfer): Transfer[] {
  return transfer.kind === 'branch' || transfer.kind === 'split'
    ? [...leaves_of(transfer.yes), ...leaves_of(transfer.no)]
    : [transfer];
}
