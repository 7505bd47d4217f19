import type { CallExpression, Node } from '@babel/types';
import { modelEdit } from '../edit';
import { asMethod, isCall, isName } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { type Gpt, gptOf } from './gpt';
import {
  addInitialAfter,
  initialOf,
  isParam,
  paramKey,
  paramText,
  removeInitial,
  siblingKey,
} from './parameters';

/** Activations by what they are called, and what is good about them. */
const ACTIVATIONS = {
  relu: 'passes what is positive and blocks the rest, at almost no cost',
  'relu squared': 'blocks what is negative like ReLU and stresses what is large (So et al., 2021)',
  gelu: 'lets a little of what is slightly negative through, so that no unit is ever quite dead',
  silu: 'is smooth, and lets a little of what is slightly negative through',
} as const;
type Activation = keyof typeof ACTIVATIONS;

/** An activation in forward: the whole expression, the call within it, and the argument. */
interface Site {
  readonly whole: Node;
  readonly call: CallExpression;
  readonly input: Node;
  readonly activation: Activation;
}

export const ACTIVATION = [
  modelEdit('activation', 'architecture', 'Another activation', (source, random) => {
    const gpt = gptOf(source);
    const sites = gpt ? sitesOf(source, gpt) : [];
    const present = sites[0]?.activation;
    if (!present) return null;
    const names = Object.keys(ACTIVATIONS) as Activation[];
    const next = random.pick(names.filter((name) => name !== present))!;
    const changed = sites.filter((site) => site.activation === present);
    for (const { whole, call } of changed) {
      const name = next === 'relu squared' ? 'relu' : next;
      source.replace(call.callee, name);
      if (present === 'relu squared' && whole !== call) source.unwrap(whole, call);
      if (next === 'relu squared') source.append(whole, '.square()');
      source.need(name);
    }
    return {
      title: `${present} → ${next}`,
      hypothesis: `In ${changed.length} ${changed.length === 1 ? 'place' : 'places'}, ${next} instead of ${present}: it ${ACTIVATIONS[next]}.`,
    };
  }),

  modelEdit('gated-mlp', 'architecture', 'An MLP with a gate (SwiGLU)', (source) => {
    const gpt = gptOf(source);
    if (!gpt) return null;
    for (const { whole, input } of sitesOf(source, gpt)) {
      const [from, matrix] = isCall(input, 'linear') ? input.arguments : [];
      const statement = source.statementOf(whole);
      if (!from || !isParam(matrix, gpt.params) || source.mentions('gate') || !statement) continue;
      const key = paramKey(source, matrix);
      const initial = initialOf(source, gpt, key);
      if (!initial) continue;
      const added = siblingKey(key, 'mlp_gate');
      addInitialAfter(source, initial, added, source.textOf(initial.value));
      source.insertBefore(
        statement,
        `const gate = silu(linear(${source.textOf(from)}, ${paramText(gpt.params, added)}));`,
      );
      source.replace(whole, `gate.mul(${source.textOf(input)})`);
      source.need('silu', 'linear');
      return {
        title: 'SwiGLU: a gate in the MLP',
        hypothesis:
          'With 2 matrices into the MLP instead of 1, the first, through SiLU, decides how much of the second passes (Shazeer, 2020). Products of two views of a token are hard for a plain MLP to learn.',
      };
    }
    return null;
  }),

  modelEdit('remove-gate', 'architecture', 'A plain MLP again', (source) => {
    const gpt = gptOf(source);
    if (!gpt) return null;
    for (const { id, init } of source.all('VariableDeclarator', gpt.code)) {
      const [input] = isName(id, 'gate') && init?.type === 'CallExpression' ? init.arguments : [];
      const [, matrix] = isCall(input, 'linear') ? input.arguments : [];
      const product = source
        .all('CallExpression', gpt.code)
        .map((call) => asMethod(call, 'mul'))
        .find((call) => isName(call?.on, 'gate'));
      const gated = product?.args[0];
      if (!product || !gated || !isParam(matrix, gpt.params)) continue;
      const initial = initialOf(source, gpt, paramKey(source, matrix));
      if (!initial) continue;
      removeInitial(source, initial);
      source.replace(product.call, `relu(${source.textOf(gated)}).square()`);
      source.need('relu');
      return {
        title: 'relu squared instead of a gate',
        hypothesis:
          'Squaring is also a product of two views of a token, both of them the same: 1 matrix instead of 2 makes steps cheaper and the code shorter.',
      };
    }
    return null;
  }),
];

function sitesOf(source: Source, { code }: Gpt): Site[] {
  return source.all('CallExpression', code).flatMap((call): Site | [] => {
    const [input] = call.arguments;
    if (!isCall(call, 'relu', 'gelu', 'silu') || !input) return [];
    const outer = source.parent(source.parent(call)!);
    const squared = isCall(call, 'relu') && asMethod(outer, 'square')?.on === call;
    const whole = squared && outer ? outer : call;
    const name = call.callee.type === 'Identifier' ? (call.callee.name as Activation) : 'relu';
    return { whole, call, input, activation: squared ? 'relu squared' : name };
  });
}
