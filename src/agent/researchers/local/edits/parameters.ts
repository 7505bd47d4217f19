import type { Expression, MemberExpression, Node, ObjectExpression, Statement } from '@babel/types';
import { isName, keyOf } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import type { Gpt } from './gpt';

/** `params.name` or `params[...]`. */
export function isParam(node: Node | null | undefined, params: string): node is MemberExpression {
  return node?.type === 'MemberExpression' && isName(node.object, params);
}

/** What names a parameter, as a piece of code: `'wte'` or `` `layer${i}.attn_wq` ``. */
export function paramKey(source: Source, member: MemberExpression): string {
  return member.computed ? source.textOf(member.property) : `'${keyOf(member) ?? ''}'`;
}

/** A name beside another one: `` `layer${i}.mlp_fc1` `` and `gate` give `` `layer${i}.gate` ``. */
export function siblingKey(key: string, name: string): string {
  return key.replace(/[^.`'"]*([`'"])$/, `${name}$1`);
}

/** `params.name` where that can be written, else `params[key]`. */
export function paramText(params: string, key: string): string {
  const plain = /^'([A-Za-z_]\w*)'$/.exec(key)?.[1];
  return plain ? `${params}.${plain}` : `${params}[${key}]`;
}

/** Where a parameter gets its initialiser: `params[key] = value` or `{ key: value }`. */
export interface Initial {
  readonly value: Expression;
  /** The assignment, or the property with its object. */
  readonly statement: Statement | null;
  readonly object: ObjectExpression | null;
  readonly node: Node;
}

export function initialOf(source: Source, { init }: Gpt, key: string): Initial | null {
  for (const statement of source.all('ExpressionStatement', init)) {
    const { expression } = statement;
    if (expression.type !== 'AssignmentExpression') continue;
    const { left, right } = expression;
    if (left.type === 'MemberExpression' && paramKey(source, left) === key) {
      return { value: right, statement, object: null, node: statement };
    }
  }
  for (const property of source.all('ObjectProperty', init)) {
    const object = source.parent(property);
    if (object?.type !== 'ObjectExpression' || `'${keyOf(property)}'` !== key) continue;
    const value = property.value as Expression;
    return { value, statement: null, object, node: property };
  }
  return null;
}

/** Takes out a parameter's initialiser. */
export function removeInitial(source: Source, initial: Initial): void {
  if (initial.object) source.removeItem(initial.node, initial.object.properties);
  else source.remove(initial.node);
}

/** Writes an initialiser after another one, in the same form. */
export function addInitialAfter(
  source: Source,
  initial: Initial,
  key: string,
  value: string,
): void {
  if (initial.statement?.type === 'ExpressionStatement') {
    const { expression } = initial.statement;
    const left = expression.type === 'AssignmentExpression' ? expression.left : null;
    const object = left?.type === 'MemberExpression' ? source.textOf(left.object) : 'params';
    source.insertAfter(initial.statement, `${paramText(object, key)} = ${value};`);
  } else {
    source.append(initial.node, `,\n    ${key.replace(/^'(\w+)'$/, '$1')}: ${value}`);
  }
}
