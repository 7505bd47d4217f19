import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { differentiate } from '../../../src/kernels/graph/differentiate';
import { presetNamed } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import type { TracedProgram } from '../../../src/model/programs/traced';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';

const gpt = presetNamed('gpt')!.source;

/** The gpt preset with texts replaced, each of which must be there. */
function edited(edits: {
  model?: readonly (readonly [string, string])[];
  optimizer?: readonly (readonly [string, string])[];
  /** In place of the whole optimizer. */
  other?: string;
}): ProgramSource {
  const apply = (text: string, list: readonly (readonly [string, string])[] = []) =>
    list.reduce((now, [from, to]) => {
      if (!now.includes(from)) throw new Error(`the preset has no ${from}`);
      return now.replaceAll(from, to);
    }, text);
  return {
    model: apply(gpt.model, edits.model),
    optimizer: edits.other ?? apply(gpt.optimizer, edits.optimizer),
  };
}

const MODELS = {
  'grouped-query attention with a window': [
    ['wk`] = matrix(width, width)', 'wk`] = matrix(width / 2, width)'],
    ['wv`] = matrix(width, width)', 'wv`] = matrix(width / 2, width)'],
    [
      'turn(split(linear(h, params[`layer${i}.attn_wk`])))',
      'turn(narrow(linear(h, params[`layer${i}.attn_wk`])))',
    ],
    [
      'split(linear(h, params[`layer${i}.attn_wv`]))',
      'narrow(linear(h, params[`layer${i}.attn_wv`]))',
    ],
    [
      '  const turn',
      '  const narrow = (x: Tensor) => x.reshape([B, T, heads / 2, width / heads]);\n  const turn',
    ],
    ['attention(q, k, v)', 'attention(q, k, v, { window: 8, softcap: 20, scale: 0.1 })'],
  ],
  'ALiBi in place of RoPE': [
    ['rope(rmsNorm(x), { base: ropeBase })', 'rmsNorm(x)'],
    ['attention(q, k, v)', 'attention(q, k, v, { alibi: true })'],
  ],
  'a gated MLP': [
    ['fc1`] = matrix(mlp * width, width)', 'fc1`] = matrix(2 * mlp * width, width)'],
    ['import { attention', 'import { split as parts, silu, attention'],
    [
      'relu(linear(rmsNorm(x), params[`layer${i}.mlp_fc1`])).square()',
      '((h: Tensor[]) => silu(h[0]).mul(h[1]))(parts(linear(rmsNorm(x), params[`layer${i}.mlp_fc1`]), 2))',
    ],
  ],
  'tied weights and learned gains': [
    ['    lm_head: zeros([task.vocab, width]),\n', '    gain: ones([width]),\n'],
    ['import { attention', 'import { ones, attention'],
    ['linear(rmsNorm(x), params.lm_head)', 'linear(rmsNorm(x, { gain: params.gain }), params.wte)'],
  ],
  'value embeddings and a skip from the first layer': [
    ['    lm_head', '    value: normal([task.vocab, width]), mix: ones([1]),\n    lm_head'],
    ['import { attention', 'import { ones, attention'],
    [
      'const v = split(linear(h, params[`layer${i}.attn_wv`]))',
      'const v = split(linear(h, params[`layer${i}.attn_wv`]).add(embedding(params.value, tokens).mul(params.mix)))',
    ],
  ],
  'LayerNorm, GELU, dropout and an auxiliary loss': [
    ['import { attention', 'import { crossEntropy, dropout, gelu, layerNorm, logSumExp, attention'],
    ['relu(linear(rmsNorm(x)', 'gelu(linear(layerNorm(x)'],
    ['x = x.add(linear(wide', 'x = x.add(linear(dropout(wide, 0.1)'],
    [
      '/** tokens [B, T] -> logits',
      `export function loss({ logits, targets, t }: { logits: Tensor; targets: Tensor; t: { progress: Tensor } }) {
  return crossEntropy(logits, targets).add(logSumExp(logits).square().mean().mul(t.progress.mul(1e-4)));
}\n/** tokens [B, T] -> logits`,
    ],
  ],
  'a token shifted into its neighbour, and attention by hand': [
    ['import { attention', 'import { iota, softmax, where, attention'],
    [
      'const h = rmsNorm(x);',
      'const h = rmsNorm(x.add(x.slice(1, 0, T - 1).pad(1, 1, 0).mul(0.5)));',
    ],
    [
      'attention(q, k, v)',
      '((a: Tensor, b: Tensor, c: Tensor) => softmax(where(iota([T, T], 0).greaterEqual(iota([T, T], 1)), a.matmul(b, { transposeB: true }).mul(0.25), -Infinity)).matmul(c).transpose([0, 2, 1, 3]))(q.transpose([0, 2, 1, 3]), k.transpose([0, 2, 1, 3]), v.transpose([0, 2, 1, 3]))',
    ],
  ],
} as const;

const MUON = `
import type { Params, State, Tensor, Time } from 'loopy';
import { map, zerosLike } from 'loopy';
export const phases = [{ until: 0.3, batch: 32, context: 8 }, { until: 1, batch: 16 }];
export function state(params: Params): State {
  return { momentum: map(params, zerosLike), average: params };
}
/** Five steps of Newton and Schulz towards the nearest orthogonal matrix. */
function orthogonalize(g: Tensor): Tensor {
  const tall = g.shape[0] > g.shape[1];
  let x = tall ? g.transpose() : g;
  x = x.div(x.square().sum().sqrt().add(1e-7));
  for (let i = 0; i < 5; i++) {
    const a = x.matmul(x, { transposeB: true });
    x = x.mul(3.4445).add(a.mul(-4.775).add(a.matmul(a).mul(2.0315)).matmul(x));
  }
  return tall ? x.transpose() : x;
}
export function update(params: Params, grads: Params, state: State, t: Time) {
  const lr = t.progress.neg().add(1).mul(0.02);
  const momentum = map(grads, (g, name) => state.momentum[name].mul(0.95).add(g));
  const next = map(params, (p, name) => p.sub(orthogonalize(momentum[name]).mul(lr)));
  const average = map(params, (p, name) => state.average[name].mul(0.99).add(p.mul(0.01)));
  return { params: next, state: { momentum, average } };
}
export const averaged = (params: Params, state: State): Params => state.average;
`;

const LION = `
import { map, zerosLike } from 'loopy';
export const batch = 16;
export const state = (params) => ({ m: map(params, zerosLike) });
export function update(params, grads, state, t) {
  const next = map(params, (p, name) =>
    p.sub(state.m[name].mul(0.9).add(grads[name].mul(0.1)).sign().add(p.mul(0.1)).mul(3e-4)));
  return { params: next, state: { m: map(grads, (g, name) => state.m[name].mul(0.99).add(g.mul(0.01))) } };
}
`;

const SGD = `
import { map } from 'loopy';
export const batch = 16;
export const state = () => ({});
export const update = (params, grads) => ({ params: map(params, (p, name) => p.sub(grads[name].mul(0.1))) });
`;

async function trace(source: ProgramSource): Promise<TracedProgram> {
  const target = { vocab: 27, context: 16, evaluationBatch: 4 };
  return (await loadSandbox()).trace(source, target);
}

/** The gradient of every parameter that the loss depends on, by name. */
function gradients({ phases, parameters }: TracedProgram): Set<string> {
  const { nodes, outputs } = phases[0]!.forward;
  const b = GraphBuilder.extending(nodes);
  const { shape } = b.type(outputs.logits!);
  const targets = b.input('targets', shape.slice(0, 2), 'i32');
  const mean = b.sum(b.emit('crossEntropy', [outputs.logits!, targets]), []);
  const loss = outputs.loss ?? mean;
  const ids = parameters.map((parameter) => b.input(`params/${parameter.name}`, parameter.shape));
  const found = differentiate(b, loss, ids);
  return new Set(
    parameters.flatMap(({ name }, i) =>
      b.node(found[i]!).op === 'broadcastTo' &&
      b.node(b.node(found[i]!).inputs[0]!).op === 'constant'
        ? []
        : [name],
    ),
  );
}

describe('a researcher can write', () => {
  it.each(Object.entries(MODELS))('%s', async (_, model) => {
    const traced = await trace(edited({ model }));
    expect(gradients(traced)).toEqual(new Set(traced.parameters.map(({ name }) => name)));
  });

  it('Muon, phases of other batches and contexts, and averaged weights', async () => {
    const { phases, averaged } = await trace(edited({ other: MUON }));
    expect(phases.map(({ batch, context }) => [batch, context])).toEqual([
      [32, 8],
      [16, 16],
    ]);
    expect(averaged).toBeDefined();
    const ops = phases[0]!.update.nodes.map(({ op }) => op);
    expect(ops.filter((op) => op === 'matmul').length).toBe(3 * 5 * 14);
  });

  it.each([
    ['Lion', LION],
    ['plain gradient descent', SGD],
  ])('%s', async (_, other) => {
    const { parameters, phases } = await trace(edited({ other }));
    expect(Object.keys(phases[0]!.update.updates).length).toBeGreaterThanOrEqual(parameters.length);
  });
});
