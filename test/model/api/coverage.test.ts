import { describe, expect, it } from 'vitest';
import { OP_NAMES } from '../../../src/kernels/ops/table';
import declaration from '../../../src/model/api/loopy.ts?declaration';
import { PROGRAM_OPS } from '../../../src/model/sandbox/door';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';

/** A program that uses the whole tracing API, so that every op it can reach is reached. */
const MODEL = `
import * as loopy from 'loopy';
export const config = { everything: true };
export function init({ vocab, context }) {
  return {
    wte: loopy.normal([vocab, 8], { std: 0.1 }),
    bias: loopy.uniform([8], { low: -1, high: 1 }),
    mix: loopy.orthogonal([8, 8], { gain: 2 }),
    gain: loopy.ones([8]),
    half: loopy.constant([8], 0.5),
    zero: loopy.zeros([8]),
  };
}
export function forward(p, tokens) {
  const [B, T] = tokens.shape;
  let x = loopy.embedding(p.wte, tokens).add(p.bias).mul(p.gain).sub(p.half).add(p.zero);
  x = loopy.dropout(x, 0.1);
  if (loopy.isTraining()) x = x.add(loopy.randomNormal(x.shape).mul(0.01));
  x = loopy.linear(loopy.rmsNorm(x), p.mix).add(loopy.layerNorm(x).matmul(p.mix.transpose()));
  const heads = loopy.rope(x.reshape([B, T, 2, 4]));
  x = x.add(loopy.attention(heads, heads, heads, { window: 2, softcap: 5, alibi: true }).reshape(x.shape));
  x = x.add(x.neg().exp().add(1).log().sqrt().rsqrt().square().abs().sign().floor());
  x = x.add(x.sin().cos().tanh().sigmoid().relu());
  x = x.add(loopy.gelu(x)).add(loopy.silu(x)).add(loopy.softplus(x)).div(2).pow(2);
  x = loopy.minimum(loopy.maximum(x, -9), 9);
  const a = x.equal(0).or(x.notEqual(1)).and(x.less(1).not());
  const b = x.lessEqual(2).or(x.greater(3)).or(x.greaterEqual(4));
  x = loopy.where(a.and(b), x, x.stopGradient()).add(loopy.iota([T, 1], 0).cast('f32'));
  x = loopy.concat([x.slice(2, 0, 4), x.slice(2, 4)], 2).pad(1, 1, 0).slice(1, 1);
  x = x.sub(x.max(-1, { keepDims: true })).add(x.sum(-1, { keepDims: true }));
  const logits = loopy.softmax(x).add(loopy.logSoftmax(x)).add(x.sum(0).broadcastTo(x.shape));
  return loopy.linear(logits, p.wte);
}
export function loss({ params, tokens, targets, logits, t }) {
  return loopy.crossEntropy(logits, targets).add(params.wte.square().mean().mul(t.progress));
}
`;
const OPTIMIZER = `
import { dropout, map } from 'loopy';
export const batch = 2;
export const state = (params) => ({ average: params });
export const update = (params, grads, state, t) => ({
  params: map(params, (p, name) => p.sub(dropout(grads[name], 0.5))),
  state: { average: map(params, (p, name) => state.average[name].mul(0.9).add(p.mul(0.1))) },
});
export const averaged = (params, state) => state.average;
`;

const traced = async () => {
  const target = { vocab: 5, context: 3, evaluationBatch: 2 };
  return (await loadSandbox()).trace({ model: MODEL, optimizer: OPTIMIZER }, target);
};

describe('the tracing API', () => {
  it('reaches every op that is not for gradients or a task’s precision alone', async () => {
    const { phases } = await traced();
    const used = new Set(phases[0]!.forward.nodes.map(({ op }) => op));
    const missing = [...PROGRAM_OPS, 'randomUniform'].filter((op) => !used.has(op));
    expect(missing).toEqual([]);
    const reserved = OP_NAMES.filter((op) => !used.has(op));
    expect(reserved.every((op) => /Grad[QKV]?$|^(?:attentionLse|roundF16)$/.test(op))).toBe(true);
  });

  it('gives every kind of initialiser', async () => {
    expect((await traced()).parameters.map(({ name, init }) => [name, init])).toEqual([
      ['wte', { kind: 'normal', mean: 0, std: 0.1 }],
      ['bias', { kind: 'uniform', low: -1, high: 1 }],
      ['mix', { kind: 'orthogonal', gain: 2 }],
      ['gain', { kind: 'constant', value: 1 }],
      ['half', { kind: 'constant', value: 0.5 }],
      ['zero', { kind: 'constant', value: 0 }],
    ]);
  });

  it('is random in training alone, and never twice the same', async () => {
    const { phases, evaluation, sampling, averaged } = await traced();
    const streams = [phases[0]!.forward, phases[0]!.update].map(({ nodes }) =>
      nodes.flatMap(({ op, attrs }) => (op === 'randomUniform' ? [attrs.stream] : [])),
    );
    expect(streams[0]!.length).toBe(3);
    expect(streams[1]!.length).toBe(6);
    expect(new Set(streams.flat()).size).toBe(9);
    const inputs = [evaluation, sampling, averaged!].flatMap(({ nodes }) =>
      nodes.flatMap(({ op, attrs }) => (op === 'input' ? [String(attrs.name)] : [])),
    );
    const roles = new Set(inputs.map((name) => name.split('/')[0]));
    expect([...roles].sort()).toEqual(['params', 'state', 'tokens']);
  });

  it('gives its own loss, and weights to evaluate, where a program has them', async () => {
    const { phases, evaluation, averaged } = await traced();
    const { nodes, outputs } = phases[0]!.forward;
    expect(nodes[outputs.loss!]).toMatchObject({ shape: [], dtype: 'f32' });
    expect(evaluation.outputs).not.toHaveProperty('loss');
    expect(Object.keys(averaged!.outputs)).toEqual(
      ['wte', 'bias', 'mix', 'gain', 'half', 'zero'].map((name) => `params/${name}`),
    );
  });
});

describe('the reference', () => {
  it('declares what the module exports, and nothing of how it works', () => {
    for (const name of [
      'Tensor',
      'Params',
      'State',
      'Task',
      'Time',
      'attention',
      'normal',
      'map',
    ]) {
      expect(declaration).toMatch(
        new RegExp(`export (declare )?(class|type|interface|function) ${name}\\b`),
      );
    }
    expect(declaration).not.toMatch(/import|Part\b|node\(|request|grantAccess|_static/);
  });

  it('says something of every function', () => {
    const undocumented = [...declaration.matchAll(/(\*\/\n)?export declare function (\w+)/g)]
      .filter(([, doc]) => !doc)
      .map(([, , name]) => name);
    expect(undocumented).toEqual([]);
  });
});
