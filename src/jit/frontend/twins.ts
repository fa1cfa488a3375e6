// The symbolic twin of every function of an ISA: source text → syntax tree → the text of a module in which each function f
// has a second version that works on symbolic values. `a + b` becomes `$.add(a, b)`, a decision that may depend on run-time
// values becomes `$.branch(…)` with both sides as closures, calls go to twins; what is known of an instruction before that
// (binding-times.ts) stays as it stands. Running a twin on a concrete instruction is
// partial evaluation: what is known disappears, and the rest is IR (symbolic.ts).
// A construct without a translation makes the twin raise NotLowered when it is reached, with the place in the text.

import { type FunctionDeclaration, type Program, parse } from 'acorn';
import { BindingTimes } from './binding-times.js';
import { type AnyNode, bound_by, type FunctionNode, has_return, intrinsic_of, walk } from './syntax.js';

/**
 * Generates the module of twins of an ISA's ESM text: a function body with the parameter `$` that returns, for each function
 * of the text, itself and its twin.
 */
export function generate_twins(text: string): string {
  const program = parse(text, { ecmaVersion: 2022, sourceType: 'module', locations: true });
  return new Generator(text, program).module();
}

/** Names that a twin gets. */
const twin = (name: string): string => `${name}$twin`;

const BINARY: Record<string, string> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'rem',
  '**': 'pow',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'shl',
  '>>': 'shr_s',
  '>>>': 'shr_u',
  '===': 'eq',
  '==': 'eq',
  '!==': 'ne',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};
const UNARY: Record<string, string> = { '-': 'neg', '~': 'bnot', '!': 'lnot', '+': 'plus' };

class Generator {
  private readonly functions = new Map<string, FunctionNode>();
  private readonly times: BindingTimes;
  /** Name of the function whose twin is being made. */
  private current = '';
  private fresh = 0;

  constructor(
    private readonly text: string,
    private readonly program: Program,
  ) {
    for (const statement of program.body) {
      if (statement.type === 'FunctionDeclaration' && statement.id)
        this.functions.set(statement.id.name, statement as FunctionDeclaration);
      if (statement.type === 'VariableDeclaration' && statement.kind === 'const')
        for (const { id, init } of statement.declarations)
          if (
            id.type === 'Identifier' &&
            (init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression')
          )
            this.functions.set(id.name, init);
    }
    this.times = new BindingTimes(this.functions, program);
  }

  module(): string {
    let code = '';
    // The module's own text, for its constants and for calls on known values; its exports are of no use here.
    for (const statement of this.program.body)
      if (!statement.type.startsWith('Export')) code += `${this.source(statement)}\n`;
    for (const [name, node] of this.functions) code += this.twin_function(name, node);
    const pairs = [...this.functions.keys()].map((name) => `${name}: [${name}, ${twin(name)}]`);
    return `'use strict';\n${code}return { ${pairs.join(', ')} };\n`;
  }

  private source(node: AnyNode): string {
    return this.text.slice(node.start, node.end);
  }
  private unsupported(node: AnyNode, what: string): string {
    const line = node.loc ? ` (line ${node.loc.start.line})` : '';
    return `$.fail(${JSON.stringify(`${what}: ${this.source(node).slice(0, 60)}${line}`)})`;
  }

  private twin_function(name: string, node: FunctionNode): string {
    this.current = name;
    const params = node.params.map((param) => this.source(param));
    if (node.async || node.generator)
      return `function ${twin(name)}() { ${this.unsupported(node, 'an async function or generator')}; }\n`;
    const intrinsic = intrinsic_of(node);
    if (intrinsic)
      return `function ${twin(name)}(${params.join(', ')}) { return $.intrinsic('${intrinsic}', ${name}, [${params.join(', ')}]); }\n`;
    const body =
      node.body.type === 'BlockStatement'
        ? this.statements(node.body.body, false)
        : `return ${this.expression(node.body)};`;
    return `function ${twin(name)}(${params.join(', ')}) {\n${body}\n}\n`;
  }

  /**
   * A list of statements, and `tail`, the code that goes on after the last. `tied` inside a loop or switch of the host, which
   * returns and breaks may only leave natively.
   */
  private statements(list: readonly AnyNode[], tied: boolean, tail = ''): string {
    let code = '';
    for (let n = 0; n < list.length; n++) {
      const statement = list[n];
      if (!tied && has_return(statement)) {
        const rest = list.slice(n + 1);
        if (statement.type === 'IfStatement') return code + this.if_with_return(statement, rest, tail);
        if (statement.type === 'BlockStatement')
          return code + this.statements([...statement.body, ...rest], tied, tail);
      }
      code += this.statement(statement, tied);
    }
    return code + tail;
  }

  /** `if` one of whose sides returns: what follows it becomes a closure that the other side calls. */
  private if_with_return(node: AnyNode & { type: 'IfStatement' }, rest: readonly AnyNode[], tail: string): string {
    const sides = [node.consequent, ...(node.alternate ? [node.alternate] : [])];
    const known = this.is_known(node.test) ? this.known(node.test) : undefined;
    if (known !== undefined && !sides.some((side) => this.may_return(side)))
      return this.if_known(known, node, (arm) => this.statements(arm, false)) + this.statements(rest, false, tail);
    const id = this.fresh++;
    const assigned = [...assigned_variables([...sides, ...rest])];
    const declared = declared_variables(rest);
    const outer = assigned.filter((name) => !declared.has(name));
    const save = outer.length > 0 ? `const saved$${id} = [${outer.join(', ')}];` : '';
    const restore = outer.length > 0 ? `[${outer.join(', ')}] = saved$${id};` : '';
    const arm = (side: AnyNode | null | undefined) =>
      this.statements(side ? block_body(side) : [], false, side && always_returns(side) ? '' : ` return rest$${id}();`);
    const go_on = `const rest$${id} = () => { ${this.statements(rest, false, tail)} };\n`;
    if (known !== undefined)
      return `${go_on}if (${known}) { ${arm(node.consequent)} } else { ${arm(node.alternate)} }\n`;
    return `${go_on}const yes$${id} = () => { ${arm(node.consequent)} };
      const no$${id} = () => { ${restore} ${arm(node.alternate)} };
      const test$${id} = $.test(${this.expression(node.test)});
      ${save}
      if ($.is_known(test$${id})) return test$${id} ? yes$${id}() : no$${id}();
      return $.branch(test$${id}, yes$${id}, no$${id});\n`;
  }

  /** Is an expression known whenever the twin runs? */
  private is_known(node: AnyNode): boolean {
    return this.times.is_known(node, this.current);
  }
  /** A known expression, as it stands. */
  private known(node: AnyNode): string {
    switch (node.type) {
      case 'ParenthesizedExpression':
        return this.known(node.expression);
      case 'BinaryExpression':
      case 'LogicalExpression':
        return `(${this.known(node.left)} ${node.operator} ${this.known(node.right)})`;
      case 'UnaryExpression':
        return `(${node.operator} ${this.known(node.argument)})`;
      case 'ConditionalExpression':
        return `(${this.known(node.test)} ? ${this.known(node.consequent)} : ${this.known(node.alternate)})`;
      case 'MemberExpression': {
        const object = this.known(node.object as AnyNode);
        return node.computed
          ? `${object}[${this.known(node.property as AnyNode)}]`
          : `${object}.${this.source(node.property)}`;
      }
      case 'CallExpression':
        return this.times.calls_plainly(node, this.current)
          ? `${this.source(node.callee)}(${node.arguments.map((item) => this.known(item)).join(', ')})`
          : this.call(node);
      default:
        return this.source(node);
    }
  }
  /** A test on which code jumps that cannot be merged: it has to be known. */
  private known_test(node: AnyNode, otherwise: string): string {
    return this.is_known(node) ? this.known(node) : `$.must(${this.expression(node)}, '${otherwise}')`;
  }

  /** Does a return in a statement depend on something that may not be known? */
  private may_return(statement: AnyNode): boolean {
    let found = false;
    walk(statement, (inner) => {
      if (inner.type === 'IfStatement' && has_return(inner)) found ||= !this.is_known(inner.test);
    });
    return found;
  }

  private statement(node: AnyNode, tied: boolean): string {
    switch (node.type) {
      case 'VariableDeclaration':
        return `${node.kind} ${node.declarations
          .map(({ id, init }) => `${this.source(id)}${init ? ` = ${this.expression(init)}` : ''}`)
          .join(', ')};\n`;
      case 'ExpressionStatement':
        return node.expression.type === 'Literal' ? '' : `${this.expression(node.expression)};\n`;
      case 'BlockStatement':
        return `{ ${this.statements(node.body, tied)} }\n`;
      case 'ReturnStatement':
        return `return ${node.argument ? this.expression(node.argument) : ''};\n`;
      case 'EmptyStatement':
        return '';
      case 'BreakStatement':
      case 'ContinueStatement':
        return `${this.source(node).replace(/;?$/, ';')}\n`;
      case 'IfStatement':
        return this.if_statement(node, tied);
      case 'ForStatement': {
        const init = node.init
          ? node.init.type === 'VariableDeclaration'
            ? this.statement(node.init, true).trim()
            : `${this.expression(node.init)};`
          : ';';
        const test = node.test ? this.known_test(node.test, 'a loop that ends by a run-time value') : '';
        return `for (${init} ${test}; ${node.update ? this.expression(node.update) : ''}) { ${this.statements(block_body(node.body), true)} }\n`;
      }
      case 'WhileStatement':
        return `while (${this.known_test(node.test, 'a loop that ends by a run-time value')}) { ${this.statements(block_body(node.body), true)} }\n`;
      case 'ForOfStatement':
        return `for (${this.source(node.left)} of ${this.expression(node.right)}) { ${this.statements(block_body(node.body), true)} }\n`;
      case 'SwitchStatement': {
        const cases = node.cases.map(
          ({ test, consequent }) =>
            `${test ? `case ${this.expression(test)}` : 'default'}: { ${this.statements(consequent, true)} }\n`,
        );
        if (this.is_known(node.discriminant))
          return `switch (${this.known(node.discriminant)}) { ${cases.join('')} }\n`;
        const id = this.fresh++;
        return `const on$${id} = ${this.expression(node.discriminant)};
          if (!$.is_known(on$${id})) ${this.unsupported(node, 'a switch on a run-time value')};
          switch (on$${id}) { ${cases.join('')} }\n`;
      }
      case 'ThrowStatement':
        return `${this.unsupported(node, 'throw')};\n`;
      default:
        return `${this.unsupported(node, node.type)};\n`;
    }
  }

  /** `if` without a return inside, or where returns can be taken natively since the test has to be known. */
  private if_statement(node: AnyNode & { type: 'IfStatement' }, tied: boolean): string {
    if (has_jump(node) || (tied && has_return(node))) {
      const test = this.known_test(node.test, 'a jump out of a loop or switch decided by a run-time value');
      return this.if_known(test, node, (arm) => this.statements(arm, tied));
    }
    if (this.is_known(node.test))
      return this.if_known(this.known(node.test), node, (arm) => this.statements(arm, tied));
    const id = this.fresh++;
    const assigned = [...assigned_variables([node.consequent, ...(node.alternate ? [node.alternate] : [])])];
    const list = `[${assigned.join(', ')}]`;
    const yes = this.statements(block_body(node.consequent), false);
    const no = node.alternate ? this.statements(block_body(node.alternate), false) : '';
    const save = assigned.length > 0 ? `const saved$${id} = ${list};` : '';
    const merged = assigned.length > 0 ? `${list} = ` : '';
    const restore = assigned.length > 0 ? `${list} = saved$${id};` : '';
    const result = assigned.length > 0 ? `return ${list};` : '';
    return `{
      const yes$${id} = () => { ${yes} };
      const no$${id} = () => { ${no} };
      const test$${id} = $.test(${this.expression(node.test)});
      if ($.is_known(test$${id})) { if (test$${id}) yes$${id}(); else no$${id}(); }
      else { ${save}
        ${merged}$.branch(test$${id}, () => { yes$${id}(); ${result} }, () => { ${restore} no$${id}(); ${result} }); }
    }\n`;
  }

  private if_known(
    test: string,
    { consequent, alternate }: AnyNode & { type: 'IfStatement' },
    arm: (statements: readonly AnyNode[]) => string,
  ): string {
    const no = alternate ? arm(block_body(alternate)) : arm([]);
    return `if (${test}) { ${arm(block_body(consequent))} }${no === '' ? '' : ` else { ${no} }`}\n`;
  }

  private expression(node: AnyNode): string {
    if (this.is_known(node)) return this.known(node);
    switch (node.type) {
      case 'Literal':
      case 'Identifier':
        return this.source(node);
      case 'ParenthesizedExpression':
        return `(${this.expression(node.expression)})`;
      case 'BinaryExpression': {
        const operator = BINARY[node.operator];
        if (operator === undefined) return this.unsupported(node, `operator ${node.operator}`);
        return `$.${operator}(${this.expression(node.left)}, ${this.expression(node.right)})`;
      }
      case 'UnaryExpression': {
        if (node.argument.type === 'Literal') return this.source(node);
        const operator = UNARY[node.operator];
        return operator === undefined
          ? this.unsupported(node, `operator ${node.operator}`)
          : `$.${operator}(${this.expression(node.argument)})`;
      }
      case 'LogicalExpression':
        if (node.operator === '??' || this.is_known(node.left))
          return `(${this.expression(node.left)} ${node.operator} ${this.expression(node.right)})`;
        return `$.${node.operator === '&&' ? 'both' : 'either'}(${this.expression(node.left)}, () => ${this.expression(node.right)})`;
      case 'ConditionalExpression':
        if (this.is_known(node.test))
          return `(${this.known(node.test)} ? ${this.arm(node.consequent)} : ${this.arm(node.alternate)})`;
        return `$.conditional(${this.expression(node.test)}, () => ${this.arm(node.consequent)}, () => ${this.arm(node.alternate)})`;
      case 'AssignmentExpression':
        return this.assignment(node);
      case 'UpdateExpression': {
        if (node.argument.type !== 'Identifier') return this.unsupported(node, 'an update of a member');
        const name = node.argument.name;
        if (this.is_known(node.argument)) return this.source(node);
        const operator = node.operator === '++' ? 'add' : 'sub';
        const update = `(${name} = $.${operator}(${name}, 1))`;
        return node.prefix ? update : `$.${operator === 'add' ? 'sub' : 'add'}(${update}, 1)`;
      }
      case 'MemberExpression':
        if (!node.computed) return `${this.expression(node.object as AnyNode)}.${this.source(node.property)}`;
        return `$.get(${this.expression(node.object as AnyNode)}, ${this.expression(node.property as AnyNode)})`;
      case 'ArrayExpression':
        return `[${node.elements.map((item) => (item ? this.expression(item) : '')).join(', ')}]`;
      case 'ObjectExpression':
        return `({ ${node.properties
          .map((property) =>
            property.type === 'Property' && !property.computed && property.kind === 'init'
              ? `${this.source(property.key)}: ${this.expression(property.value)}`
              : `x: ${this.unsupported(property, 'such a property')}`,
          )
          .join(', ')} })`;
      case 'SequenceExpression':
        return `(${node.expressions.map((item) => this.expression(item)).join(', ')})`;
      case 'CallExpression':
        return this.call(node);
      default:
        return this.unsupported(node, node.type);
    }
  }

  /** An expression as an arrow function's body. */
  private arm(node: AnyNode): string {
    return assigned_variables([node]).size > 0
      ? this.unsupported(node, 'an assignment inside a conditional expression')
      : `(${this.expression(node)})`;
  }

  private assignment(node: AnyNode & { type: 'AssignmentExpression' }): string {
    const operator = node.operator === '=' ? undefined : BINARY[node.operator.slice(0, -1)];
    if (node.operator !== '=' && operator === undefined) return this.unsupported(node, `operator ${node.operator}`);
    const { left } = node;
    const right = this.expression(node.right);
    if (left.type === 'MemberExpression' && left.computed) {
      const object = this.expression(left.object as AnyNode);
      const index = this.expression(left.property as AnyNode);
      return `$.set(${object}, ${index}, ${operator ? `$.${operator}($.get(${object}, ${index}), ${right})` : right})`;
    }
    const place = this.source(left);
    return `(${place} = ${operator ? `$.${operator}(${place}, ${right})` : right})`;
  }

  private call(node: AnyNode & { type: 'CallExpression' }): string {
    const { callee } = node;
    const args = node.arguments.map((item) =>
      item.type === 'SpreadElement' ? `...${this.expression(item.argument)}` : this.expression(item),
    );
    const list = args.join(', ');
    if (callee.type === 'Identifier') {
      if (this.functions.has(callee.name)) return `${twin(callee.name)}(${list})`;
      return `$.known_call(${callee.name}, '${callee.name}', [${list}])`;
    }
    if (callee.type !== 'MemberExpression' || callee.computed) return this.unsupported(node, 'such a call');
    const name = this.source(callee.property);
    if (callee.object.type === 'Identifier' && ['Math', 'Number', 'BigInt'].includes(callee.object.name)) {
      if (callee.object.name === 'Math' && (name === 'imul' || name === 'clz32')) return `$.${name}(${list})`;
      const f = `${callee.object.name}.${name}`;
      return `$.known_call(${f}, '${f}', [${list}])`;
    }
    return `${this.expression(callee.object as AnyNode)}.${name}(${list})`;
  }
}

function block_body(node: AnyNode): readonly AnyNode[] {
  return node.type === 'BlockStatement' ? node.body : [node];
}

/** Does a statement hold a break or continue that leaves it? */
function has_jump(node: AnyNode): boolean {
  let found = false;
  walk(node, ({ type }, in_loop, in_switch) => {
    if (type === 'BreakStatement') found ||= !in_loop && !in_switch;
    else if (type === 'ContinueStatement') found ||= !in_loop;
  });
  return found;
}

function always_returns(node: AnyNode): boolean {
  if (node.type === 'ReturnStatement') return true;
  if (node.type === 'BlockStatement') return node.body.some(always_returns);
  return (
    node.type === 'IfStatement' && !!node.alternate && always_returns(node.consequent) && always_returns(node.alternate)
  );
}

/** Variables that statements assign to, other than those that they declare themselves. */
function assigned_variables(nodes: readonly AnyNode[]): Set<string> {
  const names = new Set<string>();
  const add = (pattern: AnyNode) => {
    for (const name of bound_by(pattern)) names.add(name);
  };
  for (const node of nodes)
    walk(node, (n) => {
      if (n.type === 'AssignmentExpression') add(n.left);
      if (n.type === 'UpdateExpression') add(n.argument);
    });
  for (const name of declared_variables(nodes, true)) names.delete(name);
  return names;
}

/** Variables that statements declare: at their own level, or anywhere in them. */
function declared_variables(nodes: readonly AnyNode[], deep = false): Set<string> {
  const names = new Set<string>();
  const declare = (node: AnyNode) => {
    if (node.type !== 'VariableDeclaration') return;
    for (const { id } of node.declarations) for (const name of bound_by(id)) names.add(name);
  };
  for (const node of nodes) {
    if (deep) walk(node, declare);
    else declare(node);
  }
  return names;
}
