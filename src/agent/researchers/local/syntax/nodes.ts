import type { CallExpression, Identifier, Node } from '@babel/types';

/** Keys of a syntax node that lead to other nodes of the program. */
function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'loc' || key === 'extra' || key.endsWith('omments')) return [];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.filter(isNode);
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Every node under one, itself first, in the order of the text. */
export function* descend(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* descend(child);
}

/** From each node to the one that holds it. */
export function parentsOf(root: Node): Map<Node, Node> {
  const parents = new Map<Node, Node>();
  for (const node of descend(root)) {
    for (const child of childrenOf(node)) parents.set(child, node);
  }
  return parents;
}

/** `name(...)`, where the function is called by its plain name. */
export function isCall(node: Node | null | undefined, ...names: string[]): node is CallExpression {
  return (
    node?.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    names.includes(node.callee.name)
  );
}

/** A call of a method of that name, `on.name(...)`: gives `on` and the arguments, or null. */
export function asMethod(
  node: Node | null | undefined,
  name: string,
): { on: Node; args: Node[]; call: CallExpression } | null {
  if (node?.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return null;
  const { object, property, computed } = node.callee;
  if (computed || property.type !== 'Identifier' || property.name !== name) return null;
  return { on: object, args: node.arguments, call: node };
}

export function isName(node: Node | null | undefined, name?: string): node is Identifier {
  return node?.type === 'Identifier' && (name === undefined || node.name === name);
}

/** The value of a number as written, with its sign; null for anything else. */
export function numberOf(node: Node | null | undefined): number | null {
  if (node?.type === 'NumericLiteral') return node.value;
  if (node?.type === 'UnaryExpression' && node.operator === '-') {
    const value = numberOf(node.argument);
    return value === null ? null : -value;
  }
  return null;
}

/** The name of a property that is written plainly: `x.name`, `x['name']` or `{ name: ... }`. */
export function keyOf(node: Node): string | null {
  if (node.type === 'MemberExpression') {
    if (!node.computed) return isName(node.property) ? node.property.name : null;
    return node.property.type === 'StringLiteral' ? node.property.value : null;
  }
  if (node.type === 'ObjectProperty') {
    if (!node.computed && isName(node.key)) return node.key.name;
    return node.key.type === 'StringLiteral' ? node.key.value : null;
  }
  return null;
}
