import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import type { Graph } from '../../../src/kernels/graph/types';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';

const MODEL = `
import { embedding, linear, zeros } from 'loopy';
export const init = ({ vocab }) => ({ wte: zeros([vocab, 2]) });
export const forward = (params, tokens) => linear(embedding(params.wte, tokens), params.wte);
`;

/**
 * Traces expressions of the tracing API as a program would write them, and computes them in float64.
 * `x` is [[1, 2, 3], [4, 5, 6]] and `i` the same as i32.
 */
export async function evaluate(...expressions: readonly string[]): Promise<Value[]> {
  const results = expressions.map((text, n) => `r${n}: (${text}).cast('f32')`);
  const optimizer = `
import * as loopy from 'loopy';
const { ${NAMES.join(', ')} } = loopy;
export const batch = 1;
export function state() {
  const i = range(6).add(1).reshape([2, 3]);
  const x = i.cast('f32');
  return { results: { ${results.join(',\n')} } };
}
export const update = (params, grads, state) => ({ params, state });
`;
  const target = { vocab: 4, context: 2, evaluationBatch: 1 };
  const { state } = await (await loadSandbox()).trace({ model: MODEL, optimizer }, target);
  return run(state);
}

export interface Value {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

async function run(graph: Graph): Promise<Value[]> {
  const device = createCpuDevice({ precision: 'f64' });
  const session = await device.open({ tensors: {}, graphs: { graph } });
  const [outputs] = await session.run('graph', [{}]);
  return Object.entries(graph.outputs).map(([name, id]) => ({
    shape: graph.nodes[id]!.shape,
    data: [...outputs![name]!],
  }));
}

/** The values of one expression. */
export async function dataOf(expression: string): Promise<readonly number[]> {
  return (await evaluate(expression))[0]!.data;
}

const NAMES = [
  'concat',
  'constant',
  'crossEntropy',
  'exp',
  'gelu',
  'iota',
  'layerNorm',
  'linear',
  'log',
  'logSoftmax',
  'logSumExp',
  'map',
  'maximum',
  'minimum',
  'ones',
  'onesLike',
  'oneHot',
  'range',
  'relu',
  'rmsNorm',
  'scalar',
  'sigmoid',
  'silu',
  'softcap',
  'softmax',
  'softplus',
  'split',
  'sqrt',
  'stack',
  'stopGradient',
  'tanh',
  'tokenLosses',
  'where',
  'zeros',
  'zerosLike',
];
