// Statements of a block → WebAssembly: accesses to memory, decisions, guards.

import { CODE_MAP } from '../../machine/layout.js';
import { GUEST_BASE } from '../../machine/memory.js';
import type { StateChange, Statement } from '../ir/block.js';
import type { Transfer } from '../ir/region.js';
import type { Value } from '../ir/value.js';
import { op, VOID } from './bytes.js';
import { Expressions } from './expressions.js';
import { FUEL, FunctionCode } from './function-code.js';
import { type Place, place_of } from './places.js';

export abstract class StatementEmitter extends FunctionCode {
  /** Of the block being emitted. */
  protected expressions = this.new_expressions();
  /** State at the end of that block. */
  protected changes: readonly StateChange[] = [];

  /** `floor`: the guest has no memory below this address. */
  constructor(private readonly floor: number) {
    super();
  }

  /** Leaves the region before an instruction in the middle of the block n, for the interpreter to execute it. */
  protected abstract leave_before(n: number, leave: Statement & { kind: 'leave' }): void;

  protected new_expressions(): Expressions {
    return new Expressions(this.code, this.locals, (slot) => this.slot_local(slot));
  }

  /** A statement of the block n. */
  protected statement(n: number, s: Statement): void {
    const { code, expressions } = this;
    switch (s.kind) {
      case 'load': {
        const offset = this.address(s.address);
        const signed = expressions.sign_extension(s.result, s.size);
        if (signed) this.memory(s.size === 2 ? op.i32_load16_s : op.i32_load8_s, 0, offset);
        else this.memory(s.size === 4 ? op.i32_load : s.size === 2 ? op.i32_load16_u : op.i32_load8_u, 0, offset);
        code.byte(op.local_set);
        code.u32(signed ? expressions.remember(signed) : expressions.temp(s.result));
        break;
      }
      case 'store': {
        const offset = this.address(s.address);
        expressions.word(s.value);
        this.memory(s.size === 4 ? op.i32_store : s.size === 2 ? op.i32_store16 : op.i32_store8, 0, offset);
        break;
      }
      case 'load_64': {
        const offset = this.address(s.address);
        if (s.high_first) {
          this.memory(op.i64_load, 0, offset);
          code.bytes([op.i64_const, 32, op.i64_rotl, op.f64_reinterpret_i64]);
        } else this.memory(op.f64_load, 0, offset);
        code.byte(op.local_set);
        code.u32(expressions.temp(s.double));
        break;
      }
      case 'store_64': {
        const offset = this.address(s.address);
        expressions.float(s.double);
        if (s.high_first) {
          code.bytes([op.i64_reinterpret_f64, op.i64_const, 32, op.i64_rotl]);
          this.memory(op.i64_store, 0, offset);
        } else this.memory(op.f64_store, 0, offset);
        break;
      }
      case 'skip':
        this.unpaid -= s.count;
        break;
      case 'skip_if':
        this.get(FUEL);
        expressions.word(s.condition);
        this.i32(s.count);
        code.bytes([op.i32_mul, op.i32_add, op.local_set]);
        code.u32(FUEL);
        break;
      case 'guard': {
        const mark = expressions.enter_arm();
        for (const _ of ['passed', 'failed']) {
          code.bytes([op.block, VOID]);
          this.labels.push({ kind: 'if' });
        }
        for (const condition of s.conditions) expressions.unless(condition);
        code.bytes([op.br, 1, op.end]);
        this.labels.pop();
        expressions.without(mark, () => this.statement(n, s.leave));
        this.labels.pop();
        code.byte(op.end);
        break;
      }
      case 'code_map':
        expressions.word(s.index);
        this.memory(op.i32_load8_u, 0, CODE_MAP);
        code.byte(op.local_set);
        code.u32(expressions.temp(s.result));
        break;
      case 'if':
        expressions.word(s.condition);
        code.bytes([op.if, VOID]);
        this.labels.push({ kind: 'if' });
        for (const arm of ['yes', 'no'] as const) {
          if (arm === 'no') {
            if (s.no.length === 0 && s.phis.length === 0) break;
            code.byte(op.else);
          }
          const mark = expressions.enter_arm();
          this.on_a_way_of_its_own(() => {
            const before = this.unpaid;
            for (const inner of s[arm]) this.statement(n, inner);
            if (s[`${arm}_ends`]) return;
            this.set_phis(s.phis, arm);
            this.pay(this.unpaid - before);
          });
          expressions.leave_arm(mark);
        }
        this.labels.pop();
        code.byte(op.end);
        break;
      case 'leave':
        this.on_a_way_of_its_own(() => this.leave_before(n, s));
        break;
    }
  }

  private place(address: Value): Place {
    return place_of(address, this.changes, this.floor);
  }
  /** Emits the word, and returns the offset of the access. */
  private address(address: Value): number {
    const { base, offset } = this.place(address);
    this.expressions.word(base);
    return GUEST_BASE + offset;
  }

  /** Phis of an `if` take their arm's values, all at once. */
  protected set_phis(phis: readonly { result: Value; yes: Value; no: Value }[], arm: 'yes' | 'no'): void {
    const { code, expressions } = this;
    const used = phis.filter(({ result }) => expressions.needs(result));
    for (const phi of used) expressions.word(phi[arm]);
    for (let k = used.length - 1; k >= 0; k--) {
      code.byte(op.local_set);
      code.u32(expressions.temp(used[k].result));
    }
  }

  /** Slots take their new values, all at once. */
  protected apply(changes: readonly StateChange[]): void {
    const { code, expressions } = this;
    for (const { value } of changes) expressions.word(value);
    for (let k = changes.length - 1; k >= 0; k--) {
      code.byte(op.local_set);
      code.u32(this.slot_local(changes[k].slot));
    }
  }

  protected count_statements(list: readonly Statement[]): void {
    const { expressions } = this;
    // From the last to the first: a phi counts only if it is used behind its statement.
    for (let k = list.length - 1; k >= 0; k--) {
      const s = list[k];
      if (s.kind === 'load') expressions.count(this.place(s.address).base);
      else if (s.kind === 'store') {
        expressions.count(this.place(s.address).base);
        expressions.count(s.value);
      } else if (s.kind === 'load_64' || s.kind === 'store_64') {
        expressions.count(this.place(s.address).base);
        if (s.kind === 'store_64') expressions.count(s.double);
      } else if (s.kind === 'code_map') expressions.count(s.index);
      else if (s.kind === 'skip') continue;
      else if (s.kind === 'skip_if') expressions.count(s.condition);
      else if (s.kind === 'leave') for (const { value } of s.state) expressions.count(value);
      else if (s.kind === 'guard') {
        for (const condition of s.conditions) expressions.count(condition);
        this.count_statements([s.leave]);
      } else {
        for (const phi of s.phis)
          if (expressions.needs(phi.result)) {
            expressions.count(phi.yes);
            expressions.count(phi.no);
          }
        this.count_statements(s.yes);
        this.count_statements(s.no);
        expressions.count(s.condition);
      }
    }
  }

  protected count_transfer(t: Transfer): void {
    const { expressions } = this;
    if (t.kind === 'branch') expressions.count(t.condition);
    if (t.kind === 'branch' || t.kind === 'split') {
      this.count_transfer(t.yes);
      this.count_transfer(t.no);
    }
    if (t.kind === 'indirect' || t.kind === 'call' || t.kind === 'table') expressions.count(t.key);
    if (t.kind === 'table') expressions.count(t.index);
  }
}
