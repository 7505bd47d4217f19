import type {
  CallExpression,
  Expression,
  ForStatement,
  FunctionDeclaration,
  MemberExpression,
  Node,
  ObjectExpression,
  Statement,
} from '@babel/types';
import { asMethod, isCall, isName, keyOf } from '../syntax/nodes';
import { lastReturn, type Source } from '../syntax/source';

/** The parts of a model file that reads like the lab's GPTs: `init`, `forward`, and a loop over layers. */
export interface Gpt {
  readonly init: FunctionDeclaration;
  readonly forward: FunctionDeclaration;
  /** What forward calls its parameters and its tokens. */
  readonly params: string;
  readonly tokens: string;
  /** The layers of forward: a `for` loop, and the variable that counts them. */
  readonly layers: ForStatement | null;
}

export function gptOf(source: Source): Gpt | null {
  const init = source.functionNamed('init');
  const forward = source.functionNamed('forward');
  const [params, tokens] = forward?.params ?? [];
  if (!init || !forward || !isName(params) || !isName(tokens)) return null;
  const layers = source.all('ForStatement', forward)[0] ?? null;
  return { init, forward, params: params.name, tokens: tokens.name, layers };
}

/** The statements of a loop's body. */
export function bodyOf(loop: ForStatement): Statement[] {
  return loop.body.type === 'BlockStatement' ? loop.body.body : [loop.body];
}

/** Where a branch comes back: `x = x.add(linear(inner, params[...]))`. */
export interface Branch {
  readonly statement: Statement;
  /** The stream that it is added to. */
  readonly stream: string;
  /** What is added. */
  readonly added: Expression;
  /** The product with the matrix that closes the branch, and that matrix. */
  readonly product: CallExpression;
  readonly matrix: MemberExpression;
}

export function branchesOf(source: Source, { forward, params }: Gpt): Branch[] {
  return source.all('ExpressionStatement', forward).flatMap((statement): Branch | [] => {
    const { expression } = statement;
    if (expression.type !== 'AssignmentExpression' || !isName(expression.left)) return [];
    const stream = expression.left.name;
    const sum = asMethod(expression.right, 'add');
    const added = sum?.args[0];
    if (!added || !isName(sum.on, stream)) return [];
    const product = source
      .calls('linear', added)
      .find((call) => isParam(call.arguments[1], params));
    const matrix = product?.arguments[1];
    if (!product || !isParam(matrix, params)) return [];
    return { statement, stream, added: added as Expression, product, matrix };
  });
}

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

/** The last product of forward, with the matrix that gives the logits: `linear(x, params.lm_head)`. */
export function headOf(source: Source, { forward, params }: Gpt): CallExpression | null {
  const returned = lastReturn(forward);
  const calls = returned ? source.calls('linear', returned.value) : [];
  return calls.find((call) => isParam(call.arguments[1], params)) ?? null;
}

/** Calls of attention, with the object of options where one is written. */
export function attentionsOf(
  source: Source,
  { forward }: Gpt,
): { call: CallExpression; options: ObjectExpression | null }[] {
  return source.calls('attention', forward).flatMap((call) => {
    const options = call.arguments[3];
    if (call.arguments.length < 3 || (options && options.type !== 'ObjectExpression')) return [];
    return { call, options: options ?? null };
  });
}

/** The value of an option, or null. */
export function optionOf(
  options: ObjectExpression | null | undefined,
  name: string,
): Expression | null {
  const property = options?.properties.find((p) => keyOf(p) === name);
  return property?.type === 'ObjectProperty' ? (property.value as Expression) : null;
}

/** Writes an option that is not there yet as the call's last argument. */
export function addOption(source: Source, call: CallExpression, name: string, value: string): void {
  const last = call.arguments.at(-1)!;
  if (last.type === 'ObjectExpression') source.addProperty(last, `${name}: ${value}`);
  else source.append(last, `, { ${name}: ${value} }`);
}

/** Takes out an option, and the whole object with its last one. */
export function removeOption(source: Source, call: CallExpression, name: string): void {
  const options = call.arguments.at(-1)!;
  if (options.type !== 'ObjectExpression') return;
  const property = options.properties.find((p) => keyOf(p) === name);
  if (!property) return;
  if (options.properties.length === 1) source.removeItem(options, call.arguments);
  else source.removeItem(property, options.properties);
}

/** Norms of the stream that branches are added to: `rmsNorm(x)`, with a gain or without. */
export function streamNorms(source: Source, within: Node, stream: string): CallExpression[] {
  return source
    .all('CallExpression', within)
    .filter((call) => isCall(call, 'rmsNorm', 'layerNorm') && isName(call.arguments[0], stream));
}

/** How `init` can write the model's width: its own name for it, or `config.width`; null without one. */
export function widthName(source: Source, { init }: Gpt): string | null {
  if (!source.setting('width')) return null;
  const named = source
    .all('ObjectPattern', init)
    .some(({ properties }) => properties.some((property) => keyOf(property) === 'width'));
  return named ? 'width' : 'config.width';
}

/** What forward calls the length of a sequence: T of `const [B, T] = tokens.shape`. */
export function lengthName(source: Source, { forward, tokens }: Gpt): string | null {
  for (const { id, init } of source.all('VariableDeclarator', forward)) {
    const shape =
      init?.type === 'MemberExpression' && keyOf(init) === 'shape' && isName(init.object, tokens);
    const second = shape && id.type === 'ArrayPattern' ? id.elements[1] : null;
    if (isName(second)) return second.name;
  }
  return null;
}
