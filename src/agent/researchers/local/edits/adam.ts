import type {
  ArrowFunctionExpression,
  CallExpression,
  Expression,
  FunctionDeclaration,
  Node,
  VariableDeclarator,
} from '@babel/types';
import { asMethod, descend, isCall, isName, keyOf } from '../syntax/nodes';
import type { Source } from '../syntax/source';

/** Where the parts of an Adam-like `update(params, grads, state, t)` are written. */
export interface Anatomy {
  readonly update: FunctionDeclaration;
  /** What the four arguments are called. */
  readonly names: { params: string; grads: string; state: string; t: string };
}

export function anatomyOf(source: Source): Anatomy | null {
  const update = source.functionNamed('update');
  const names = update?.params.map((param) => (isName(param) ? param.name : null)) ?? [];
  const [params, grads, state, t] = names;
  return update && params && grads && state && t
    ? { update, names: { params, grads, state, t } }
    : null;
}

/** A running average kept in the state: `m = map(grads, (g, name) => state.m[name].mul(beta1).add(...))`. */
export interface Moment {
  readonly declarator: VariableDeclarator;
  /** The variable that holds the new average. */
  readonly variable: string;
  /** Its name in the state. */
  readonly key: string;
  /** What is averaged over: `grads`, or what stands for it. */
  readonly over: string;
  /** The share that stays at each step. */
  readonly beta: string;
  readonly betaNode: Node;
  readonly squared: boolean;
}

export function momentsOf(source: Source, { update, names }: Anatomy): Moment[] {
  return source.all('VariableDeclarator', update).flatMap((declarator): Moment | [] => {
    const { id, init } = declarator;
    if (!isName(id) || !isCall(init, 'map')) return [];
    const [over, callback] = init.arguments;
    const sum = asMethod(bodyOf(callback), 'add');
    const kept = asMethod(sum?.on, 'mul');
    const beta = kept?.args[0];
    if (!isName(over) || !sum?.args[0] || !kept || !beta) return [];
    const old = kept.on;
    if (old.type !== 'MemberExpression' || old.object.type !== 'MemberExpression') return [];
    const key = keyOf(old.object);
    if (!isName(old.object.object, names.state) || key === null) return [];
    const squared = [...descend(sum.args[0])].some((node) => asMethod(node, 'square') !== null);
    const variable = id.name;
    return {
      declarator,
      variable,
      key,
      over: over.name,
      beta: source.textOf(beta),
      betaNode: beta,
      squared,
    };
  });
}

/** The call that makes the new parameters, `map(params, (p, name) => { ...; return p.sub(...) })`. */
export interface Step {
  readonly callback: ArrowFunctionExpression;
  /** What the callback calls the parameter and its name. */
  readonly p: string;
  readonly index: string;
  readonly returned: { readonly statement: Node; readonly value: Expression };
}

export function stepOf(source: Source, { update, names }: Anatomy): Step | null {
  for (const call of source.calls('map', update)) {
    const [over, callback] = call.arguments;
    if (!isName(over, names.params) || callback?.type !== 'ArrowFunctionExpression') continue;
    const [p, index] = callback.params;
    const last = callback.body.type === 'BlockStatement' ? callback.body.body.at(-1) : null;
    if (!isName(p) || !isName(index) || last?.type !== 'ReturnStatement' || !last.argument)
      continue;
    const returned = { statement: last, value: last.argument };
    return { callback, p: p.name, index: index.name, returned };
  }
  return null;
}

/** Adam's own step: `rate.mul(mean).div(size.sqrt().add(epsilon))`. */
export function directionOf(
  source: Source,
  { callback }: Step,
): { whole: CallExpression; rate: Node; mean: Node; epsilon: Node | undefined } | null {
  for (const call of source.all('CallExpression', callback)) {
    const division = asMethod(call, 'div');
    const size = asMethod(division?.args[0], 'add');
    const root = asMethod(size?.on, 'sqrt');
    const product = asMethod(division?.on, 'mul');
    const mean = product?.args[0];
    if (root && product && mean)
      return { whole: call, rate: product.on, mean, epsilon: size?.args[0] };
  }
  return null;
}

/** The objects that `state` and `update` return the state in: `{ m: ..., v: ... }` and `{ m, v }`. */
export function stateObjects(source: Source, { update }: Anatomy) {
  const begun = lastObject(source.functionNamed('state'));
  const returned = lastObject(update);
  const kept = returned?.properties.find((property) => keyOf(property) === 'state');
  const next = kept?.type === 'ObjectProperty' ? kept.value : null;
  return begun && returned && next?.type === 'ObjectExpression' ? { begun, returned, next } : null;
}

function lastObject(declaration: FunctionDeclaration | null) {
  const last = declaration?.body.body.at(-1);
  const value = last?.type === 'ReturnStatement' ? last.argument : null;
  return value?.type === 'ObjectExpression' ? value : null;
}

function bodyOf(callback: Node | undefined): Node | null {
  return callback?.type === 'ArrowFunctionExpression' ? callback.body : null;
}
