import type { Expression, Node, VariableDeclarator } from '@babel/types';
import { asMethod, descend, isCall, isName, keyOf, numberOf } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import type { NumberSpot } from '../syntax/tree';
import { type Anatomy, anatomyOf, directionOf, momentsOf, stepOf } from './adam';
import { type Gpt, gptOf } from './gpt';
import { initialOf, isParam, paramKey } from './parameters';

/**
 * Numbers by the part they play, whatever they are called: the learning rate is what scales the step, the
 * width is how long a row of the embedding is. Where the code takes a form that is not known here, the
 * names of the presets are the last resort.
 */

/** A number, and how the code says it: `learningRate`, or the number itself. */
export interface Role extends NumberSpot {
  readonly text: string;
}

/** The number that an expression stands for: written there, a constant of the file, or a setting. */
export function resolved(source: Source, node: Node | null | undefined): Role | null {
  if (!node) return null;
  const text = source.textOf(node);
  const value = numberOf(node);
  if (value !== null) return { node, value, text };
  const spot = isName(node) ? namedSpot(source, node.name) : settingOf(source, node);
  return spot && { ...spot, text };
}

function namedSpot(source: Source, name: string): NumberSpot | null {
  for (const pattern of source.all('ObjectPattern')) {
    const from = source.parent(pattern);
    if (from?.type !== 'VariableDeclarator' || !isName(from.init, 'config')) continue;
    const property = pattern.properties.find(
      (each) => each.type === 'ObjectProperty' && isName(each.value, name),
    );
    const key = property && keyOf(property);
    if (key) return source.setting(key);
  }
  return source.constant(name);
}

function settingOf(source: Source, node: Node): NumberSpot | null {
  if (node.type !== 'MemberExpression' || !isName(node.object, 'config')) return null;
  const key = keyOf(node);
  return key === null ? null : source.setting(key);
}

function preset(source: Source, name: string): Role | null {
  const spot = source.constant(name) ?? source.setting(name);
  return spot && { ...spot, text: name };
}

// The optimizer.

/** The variable of `update` that scales every step. */
export function rateVariable(source: Source, anatomy: Anatomy): VariableDeclarator | null {
  const step = stepOf(source, anatomy);
  const direction = step && directionOf(source, step);
  const taken = asMethod(step?.returned.value, 'sub');
  const rate = direction?.rate ?? factorOf(taken?.args[0]);
  const found = source
    .all('VariableDeclarator', anatomy.update)
    .find(({ id }) => isName(rate) && isName(id, rate.name));
  return found?.init ? found : null;
}

/** The first factor of a chain of products and quotients: `lr` of `lr.mul(m).div(n)`. */
function factorOf(node: Node | undefined): Node | null {
  let at: Node | undefined = node;
  while (at?.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    at = at.callee.object;
  }
  return at ?? null;
}

/** The number among what makes the rate which is a factor of it, and no share of the budget. */
export function learningRateOf(source: Source): Role | null {
  const anatomy = anatomyOf(source);
  const rate = anatomy && rateVariable(source, anatomy);
  return (rate?.init && factorIn(source, rate.init)) || preset(source, 'learningRate');
}

function factorIn(source: Source, node: Node, depth = 0): Role | null {
  for (const inner of descend(node)) {
    if (inner.type !== 'CallExpression') continue;
    const factors = isCall(inner, 'scalar')
      ? inner.arguments
      : (asMethod(inner, 'mul')?.args ?? []);
    for (const factor of factors) {
      const role = isName(factor) ? resolved(source, factor) : null;
      if (role) return role;
    }
    if (!isName(inner.callee) || depth > 4) continue;
    const called = source.functionNamed(inner.callee.name);
    const role = called && factorIn(source, called.body, depth + 1);
    if (role) return role;
  }
  return null;
}

/** The share that a running average keeps at each step: of gradients, or of their squares. */
export function betaOf(source: Source, squared: boolean): Role | null {
  const anatomy = anatomyOf(source);
  const moment = anatomy && momentsOf(source, anatomy).find((each) => each.squared === squared);
  return resolved(source, moment?.betaNode) ?? preset(source, squared ? 'beta2' : 'beta1');
}

/** What is added to the size of a gradient before it divides. */
export function epsilonOf(source: Source): Role | null {
  const anatomy = anatomyOf(source);
  const step = anatomy && stepOf(source, anatomy);
  const direction = step && directionOf(source, step);
  return resolved(source, direction?.epsilon) ?? preset(source, 'epsilon');
}

/** How much weights shrink: W of `p.mul(scalar(1).sub(lr.mul(W)))`. */
export function weightDecayOf(source: Source): Role | null {
  const anatomy = anatomyOf(source);
  const step = anatomy && stepOf(source, anatomy);
  for (const node of step ? descend(step.callback) : []) {
    const shrunk = asMethod(node, 'mul');
    if (!step || !isName(shrunk?.on, step.p)) continue;
    const share = asMethod(asMethod(shrunk.args[0], 'sub')?.args[0], 'mul');
    const role = resolved(source, share?.args[0]);
    if (role) return role;
  }
  return preset(source, 'weightDecay');
}

/** The share of the budget over which the rate rises, or the one over which it falls. */
export function shareOf(source: Source, way: 'up' | 'down'): Role | null {
  for (const call of source.all('CallExpression')) {
    const division = asMethod(call, 'div');
    const fall = asMethod(division?.on, 'sub');
    const over = way === 'up' ? division?.on : (fall?.args[0] ?? null);
    const share = division?.args[0];
    const role = isProgress(source, over) && isName(share) ? resolved(source, share) : null;
    if (role) return role;
  }
  return preset(source, way === 'up' ? 'warmup' : 'decay');
}

/** Whether code stands for the share of the budget used: `t.progress`, or a name that was given it. */
export function isProgress(source: Source, node: Node | null | undefined): boolean {
  if (node?.type === 'MemberExpression') return keyOf(node) === 'progress';
  return isName(node) && progressNames(source).has(node.name);
}

/** Variables made from `t.progress`, and arguments of functions that are called with it. */
function progressNames(source: Source): Set<string> {
  const isMember = (node: Node | null | undefined) =>
    node?.type === 'MemberExpression' && keyOf(node) === 'progress';
  const names = new Set<string>();
  for (const { id, init } of source.all('VariableDeclarator')) {
    if (isName(id) && isMember(init)) names.add(id.name);
  }
  for (const { callee, arguments: given } of source.all('CallExpression')) {
    const called = isName(callee) ? source.functionNamed(callee.name) : null;
    called?.params.forEach((param, i) => {
      if (isName(param) && isMember(given[i])) names.add(param.name);
    });
  }
  return names;
}

// The model.

/** How many numbers stand for a token: the length of a row of the embedding. */
export function widthOf(source: Source): Role | null {
  const gpt = gptOf(source);
  const shape = gpt && embeddingShape(source, gpt);
  return resolved(source, shape?.[1]) ?? preset(source, 'width');
}

function embeddingShape(source: Source, gpt: Gpt): Expression[] | null {
  for (const call of source.calls('embedding', gpt.code)) {
    const [table] = call.arguments;
    const initial = isParam(table, gpt.params)
      ? initialOf(source, gpt, paramKey(source, table))
      : null;
    if (initial?.value.type !== 'CallExpression') continue;
    const [first] = initial.value.arguments;
    const sizes = first?.type === 'ArrayExpression' ? first.elements : initial.value.arguments;
    return sizes as Expression[];
  }
  return null;
}

/** How many times forward goes round its layers. */
export function layersOf(source: Source): Role | null {
  const test = gptOf(source)?.layers?.test;
  const most = test?.type === 'BinaryExpression' && test.operator === '<' ? test.right : null;
  return resolved(source, most) ?? preset(source, 'layers');
}

/** Into how many heads queries are split: the third axis of `x.reshape([B, T, heads, width / heads])`. */
export function headsOf(source: Source): Role | null {
  for (const call of source.all('CallExpression')) {
    const [shape] = asMethod(call, 'reshape')?.args ?? [];
    if (shape?.type !== 'ArrayExpression' || shape.elements.length !== 4) continue;
    const role = resolved(source, shape.elements[2]);
    if (role) return role;
  }
  return preset(source, 'heads');
}

/** How much wider the MLP is: what the width is multiplied by where parameters begin. */
export function expansionOf(source: Source): Role | null {
  const gpt = gptOf(source);
  const width = widthOf(source);
  for (const product of gpt && width ? source.all('BinaryExpression', gpt.init) : []) {
    if (product.operator !== '*') continue;
    const sides = [product.left, product.right].map((side) => resolved(source, side));
    if (!sides.some((side) => side?.node === width?.node)) continue;
    const other = sides.find((side) => side && side.node !== width?.node);
    if (other) return other;
  }
  return preset(source, 'mlp');
}

/** The base of RoPE's angles. */
export function ropeBaseOf(source: Source): Role | null {
  for (const call of source.calls('rope')) {
    const options = call.arguments[1];
    const property =
      options?.type === 'ObjectExpression'
        ? options.properties.find((each) => keyOf(each) === 'base')
        : null;
    const role = property?.type === 'ObjectProperty' ? resolved(source, property.value) : null;
    if (role) return role;
  }
  return preset(source, 'ropeBase');
}

/** How `init` can write the model's width, as it does for the embedding; null without one. */
export function widthName(source: Source): string | null {
  const gpt = gptOf(source);
  const width = gpt && embeddingShape(source, gpt)?.[1];
  return width && resolved(source, width) ? source.textOf(width) : null;
}
