// What of an ISA's text is known before a program runs: fields of the instruction, constants, and whatever is computed of these
// alone. Twins (twins.ts) compute it as it stands; for the rest they ask the symbolic machine. This is the binding-time analysis
// of partial evaluators (N. Jones, C. Gomard, P. Sestoft: Partial Evaluation, 1993, chapter 4): everything is taken for known
// until something shows that it may not be.
// A twin is called by other twins, or by the machine with the state, which is not known, and an instruction, which is.

import type { CallExpression, Identifier, Program } from 'acorn';
import { type AnyNode, bound_by, type FunctionNode, has_return, intrinsic_of, walk, walk_all } from './syntax.js';

/** Of one function. */
interface Times {
  readonly params: readonly (string | undefined)[];
  /** All names that its parameters and variables have. */
  readonly own: ReadonlySet<string>;
  /** Names of parameters and variables that are known. */
  known: Set<string>;
  readonly known_params: boolean[];
  result: boolean;
  /** Calls in it of functions by their names, and names of those that call it. */
  readonly calls: CallExpression[];
  readonly callers: Set<string>;
}

export class BindingTimes {
  /** Names of constants of the text other than functions. */
  private readonly constants: ReadonlySet<string>;
  private readonly times = new Map<string, Times>();
  private readonly plain_functions = new Map<string, boolean>();

  constructor(
    private readonly functions: ReadonlyMap<string, FunctionNode>,
    program: Program,
  ) {
    this.constants = constants_of(program);
    for (const [name, node] of functions) {
      const { params, body } = node;
      this.times.set(name, {
        params: params.map((param) => (param.type === 'Identifier' ? param.name : undefined)),
        own: new Set([...params.flatMap(bound_by), ...declared(body)]),
        known: new Set(),
        known_params: params.map((param) => param.type === 'Identifier'),
        // An intrinsic's body does not run in a twin (see twins.ts).
        result: intrinsic_of(node) === undefined,
        calls: [],
        callers: new Set(),
      });
    }
    for (const [name, { body }] of functions)
      walk(body, (inner) => {
        const callee =
          inner.type === 'CallExpression' && inner.callee.type === 'Identifier'
            ? this.times.get(inner.callee.name)
            : undefined;
        if (callee === undefined) return;
        callee.callers.add(name);
        this.times.get(name)!.calls.push(inner as CallExpression);
      });
    // Whoever is not only called by name may be called by the machine.
    for (const name of used_as_values(program)) {
      const times = this.times.get(name);
      if (times && times.params.length > 0) times.known_params[0] = false;
    }
    const waiting = new Set<string>();
    for (const [name, node] of functions) if (intrinsic_of(node) === undefined) waiting.add(name);
    for (const name of waiting) {
      waiting.delete(name);
      for (const other of this.look_at(name)) if (intrinsic_of(functions.get(other)!) === undefined) waiting.add(other);
    }
  }

  /** Is an expression in a function's body known? */
  is_known(node: AnyNode, name: string): boolean {
    const all = (nodes: readonly (AnyNode | null | undefined)[]) =>
      nodes.every((one) => one != null && this.is_known(one, name));
    const { own, known } = this.times.get(name)!;
    switch (node.type) {
      case 'Literal':
        return true;
      case 'Identifier':
        return own.has(node.name) ? known.has(node.name) : this.constants.has(node.name);
      case 'ParenthesizedExpression':
        return this.is_known(node.expression, name);
      case 'BinaryExpression':
      case 'LogicalExpression':
        return node.left.type !== 'PrivateIdentifier' && all([node.left, node.right]);
      case 'UnaryExpression':
        return '-+~!'.includes(node.operator) && this.is_known(node.argument, name);
      case 'ConditionalExpression':
        return all([node.test, node.consequent, node.alternate]);
      case 'MemberExpression':
        return (
          node.object.type !== 'Super' &&
          this.is_known(node.object, name) &&
          (!node.computed || this.is_known(node.property as AnyNode, name))
        );
      case 'CallExpression':
        return this.calls_plainly(node, name) || this.has_known_result(node);
      default:
        return false;
    }
  }

  /** Does a call compute with known values alone, so that the function itself may be called and not its twin? */
  calls_plainly(node: AnyNode & { type: 'CallExpression' }, name: string): boolean {
    const { callee } = node;
    return (
      callee.type === 'Identifier' &&
      this.is_plain(callee.name) &&
      node.arguments.every((item) => item.type !== 'SpreadElement' && this.is_known(item, name))
    );
  }

  private has_known_result({ callee }: AnyNode & { type: 'CallExpression' }): boolean {
    return callee.type === 'Identifier' && this.times.get(callee.name)?.result === true;
  }

  /** Does a function only compute, as far as the text tells, and never throw? */
  private is_plain(name: string): boolean {
    const known = this.plain_functions.get(name);
    if (known !== undefined) return known;
    // While it is looked at: who calls himself is not.
    this.plain_functions.set(name, false);
    const node = this.functions.get(name);
    let plain = node !== undefined && !node.async && !node.generator;
    if (node)
      walk_all(node.body, (inner) => {
        if (/^(Throw|Try|New|This|Class)|Function/.test(inner.type)) plain = false;
        if (inner.type === 'AssignmentExpression' && inner.left.type === 'MemberExpression') plain = false;
        if (inner.type === 'CallExpression')
          plain &&= is_math(inner) || (inner.callee.type === 'Identifier' && this.is_plain(inner.callee.name));
      });
    this.plain_functions.set(name, plain);
    return plain;
  }

  /** Finds what is known in a function. Returns the functions for which something has turned out not to be. */
  private look_at(name: string): Set<string> {
    const node = this.functions.get(name)!;
    const times = this.times.get(name)!;
    times.known = new Set(times.params.filter((param, n) => param !== undefined && times.known_params[n]) as string[]);
    this.add_variables(name, node);
    const changed = new Set<string>();
    for (const call of times.calls) {
      const callee = (call.callee as Identifier).name;
      const { known_params } = this.times.get(callee)!;
      const spread = call.arguments.findIndex(({ type }) => type === 'SpreadElement');
      known_params.forEach((known, n) => {
        const argument = call.arguments[n];
        const stays = spread >= 0 && n >= spread ? false : argument === undefined || this.is_known(argument, name);
        if (!known || stays) return;
        known_params[n] = false;
        changed.add(callee);
      });
    }
    if (times.result && !this.returns_known(name, node)) {
      times.result = false;
      for (const caller of times.callers) changed.add(caller);
    }
    return changed;
  }

  /** Constants with known values, and counters of loops. */
  private add_variables(name: string, node: FunctionNode): void {
    const { known, params } = this.times.get(name)!;
    const assigned = assignments(node.body);
    const unknown = new Set<string>();
    const note = (variable: string, is_known: boolean) => {
      if (is_known && !unknown.has(variable) && !params.includes(variable)) known.add(variable);
      else {
        unknown.add(variable);
        known.delete(variable);
      }
    };
    for (const variable of assigned.keys()) known.delete(variable);
    const counters = new Set<AnyNode>();
    walk(node.body, (inner) => {
      if (inner.type === 'ForStatement' && inner.init?.type === 'VariableDeclaration')
        for (const declarator of inner.init.declarations) {
          const { id, init } = declarator;
          const update = inner.update
            ? (assignments(inner.update).get((id as { name?: string }).name ?? '') ?? [])
            : [];
          if (id.type !== 'Identifier' || update.length !== assigned.get(id.name)?.length) continue;
          counters.add(declarator);
          // It is known if it begins so; then, what is computed of it is, too.
          note(id.name, init != null && this.is_known(init, name));
          note(
            id.name,
            update.every((value) => value === undefined || this.is_known(value, name)),
          );
        }
      if (inner.type === 'ForOfStatement' && inner.left.type === 'VariableDeclaration')
        for (const declarator of inner.left.declarations) {
          if (declarator.id.type !== 'Identifier') continue;
          counters.add(declarator);
          note(declarator.id.name, inner.left.kind === 'const' && this.is_known(inner.right, name));
        }
      if (inner.type === 'VariableDeclaration')
        for (const declarator of inner.declarations) {
          if (counters.has(declarator)) continue;
          const { id, init } = declarator;
          for (const variable of declared(declarator))
            note(
              variable,
              id.type === 'Identifier' && inner.kind === 'const' && init != null && this.is_known(init, name),
            );
        }
    });
  }

  private returns_known(name: string, node: FunctionNode): boolean {
    if (node.body.type !== 'BlockStatement') return this.is_known(node.body, name);
    let known = true;
    walk(node.body, (inner) => {
      if (inner.type === 'ReturnStatement') known &&= !inner.argument || this.is_known(inner.argument, name);
      // Which of its returns is taken?
      if (inner.type === 'IfStatement' && has_return(inner)) known &&= this.is_known(inner.test, name);
    });
    return known && !node.async && !node.generator;
  }
}

/** Math.abs(…) and the like, of which nothing is expected but a value. */
function is_math({ callee }: AnyNode & { type: 'CallExpression' }): boolean {
  return callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Math';
}

/** Names that are declared anywhere in a node. */
function declared(node: AnyNode): string[] {
  const names: string[] = [];
  walk(node, (inner) => {
    if (inner.type === 'VariableDeclarator') names.push(...bound_by(inner.id));
  });
  return names;
}

/** What is assigned to variables in a node, by name; undefined for `++` and `--`. */
function assignments(node: AnyNode): Map<string, (AnyNode | undefined)[]> {
  const all = new Map<string, (AnyNode | undefined)[]>();
  const note = (name: string, value: AnyNode | undefined) => all.set(name, [...(all.get(name) ?? []), value]);
  walk(node, (inner) => {
    if (inner.type === 'UpdateExpression' && inner.argument.type === 'Identifier') note(inner.argument.name, undefined);
    if (inner.type === 'AssignmentExpression')
      for (const name of bound_by(inner.left)) note(name, inner.left.type === 'Identifier' ? inner.right : inner);
  });
  return all;
}

/** Names of functions that occur elsewhere than where they are called or declared. */
function used_as_values(program: AnyNode): Set<string> {
  const names = new Set<string>();
  const called = new Set<AnyNode>();
  walk_all(program, (node, parent) => {
    if (node.type === 'CallExpression') called.add(node.callee as AnyNode);
    if (node.type !== 'Identifier' || called.has(node)) return;
    const declares =
      (parent?.type === 'FunctionDeclaration' || parent?.type === 'VariableDeclarator') && parent.id === node;
    if (!declares) names.add(node.name);
  });
  return names;
}

/** Names of constants of a text that hold data and never anything else. */
function constants_of(program: Program): Set<string> {
  const constants = new Set(['undefined', 'NaN', 'Infinity']);
  for (const statement of program.body)
    if (statement.type === 'VariableDeclaration' && statement.kind === 'const')
      for (const { id, init } of statement.declarations)
        if (id.type === 'Identifier' && init && is_data(init)) constants.add(id.name);
  for (const name of changed_objects(program)) constants.delete(name);
  return constants;
}

/** Is a constant's initial value made of literals and other constants alone? */
function is_data(node: AnyNode): boolean {
  let data = true;
  walk_all(node, ({ type }) => {
    data &&=
      /^(Literal|Identifier|Property|SpreadElement|(Unary|Binary|Logical|Conditional|Member|Array|Object)Expression)$/.test(
        type,
      );
  });
  return data;
}

/** Names of what has elements or properties that are assigned to somewhere. */
function changed_objects(program: AnyNode): Set<string> {
  const names = new Set<string>();
  walk_all(program, (node) => {
    let place: AnyNode | undefined =
      node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' ? node.argument : undefined;
    if (place?.type !== 'MemberExpression') return;
    while (place.type === 'MemberExpression') place = place.object as AnyNode;
    if (place.type === 'Identifier') names.add(place.name);
  });
  return names;
}
