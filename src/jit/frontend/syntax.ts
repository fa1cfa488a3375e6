// Ways through syntax trees of an ISA's text, for whoever turns them into something else.

import type { AnyNode, ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from 'acorn';

export type { AnyNode } from 'acorn';
export type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

const LOOPS = new Set(['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement']);
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const known_children = new WeakMap<AnyNode, readonly AnyNode[]>();

/** Nodes right below a node. */
function children(node: AnyNode): readonly AnyNode[] {
  let found = known_children.get(node);
  if (found === undefined) {
    const nodes = Object.entries(node).flatMap(([key, child]) => (key === 'loc' ? [] : child));
    found = nodes.filter((child) => typeof child?.type === 'string') as AnyNode[];
    known_children.set(node, found);
  }
  return found;
}

/** Calls `visit` on a node and all below it that belong to the same function. */
export function walk(
  node: AnyNode,
  visit: (node: AnyNode, in_loop: boolean, in_switch: boolean) => void,
  in_loop = false,
  in_switch = false,
): void {
  visit(node, in_loop, in_switch);
  const loop = in_loop || LOOPS.has(node.type);
  const inside = in_switch || node.type === 'SwitchStatement';
  for (const child of children(node)) if (!FUNCTIONS.has(child.type)) walk(child, visit, loop, inside);
}

/** Calls `visit` on a node and all below it, with the node above. */
export function walk_all(
  node: AnyNode,
  visit: (node: AnyNode, parent: AnyNode | undefined) => void,
  parent?: AnyNode,
): void {
  visit(node, parent);
  for (const child of children(node)) walk_all(child, visit, node);
}

/** Does a statement hold a return that belongs to the same function? */
export function has_return(node: AnyNode): boolean {
  let found = false;
  walk(node, ({ type }) => {
    found ||= type === 'ReturnStatement';
  });
  return found;
}

/** Names that a pattern binds. */
export function bound_by(pattern: AnyNode | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ArrayPattern':
      return pattern.elements.flatMap(bound_by);
    case 'ObjectPattern':
      return pattern.properties.flatMap((item) => bound_by(item.type === 'Property' ? item.value : item.argument));
    case 'AssignmentPattern':
      return bound_by(pattern.left);
    case 'RestElement':
      return bound_by(pattern.argument);
    default:
      return [];
  }
}

/** The name after `use intrinsic` at a function's beginning. */
export function intrinsic_of({ body }: FunctionNode): string | undefined {
  const directive = body.type === 'BlockStatement' ? (body.body[0] as { directive?: string })?.directive : undefined;
  return /^use intrinsic (\w+)$/.exec(directive ?? '')?.[1];
}
