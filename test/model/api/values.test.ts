import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate';

/** Each expression, with its shape and values; `x` is [[1, 2, 3], [4, 5, 6]] and `i` the same as i32. */
const CASES: readonly (readonly [expression: string, shape: number[], values: number[]])[] = [
  ['x.add(1)', [2, 3], [2, 3, 4, 5, 6, 7]],
  ['x.sub(range(3))', [2, 3], [1, 1, 1, 4, 4, 4]],
  ['x.mul(x)', [2, 3], [1, 4, 9, 16, 25, 36]],
  ['i.div(2)', [2, 3], [0.5, 1, 1.5, 2, 2.5, 3]],
  ['scalar(2).pow(i)', [2, 3], [2, 4, 8, 16, 32, 64]],
  ['i.mul(0.5)', [2, 3], [0.5, 1, 1.5, 2, 2.5, 3]],
  ['x.neg().abs()', [2, 3], [1, 2, 3, 4, 5, 6]],
  ['x.sub(3).sign()', [2, 3], [-1, -1, 0, 1, 1, 1]],
  ['x.square().sqrt()', [2, 3], [1, 2, 3, 4, 5, 6]],
  ['x.square().rsqrt().mul(60)', [2, 3], [60, 30, 20, 15, 12, 10]],
  ['x.log().exp()', [2, 3], [1, 2, 3, 4, 5, 6]],
  ['x.div(2).floor()', [2, 3], [0, 1, 1, 2, 2, 3]],
  ['x.clamp(2, 5)', [2, 3], [2, 2, 3, 4, 5, 5]],
  ['x.mul(Math.PI).cos()', [2, 3], [-1, 1, -1, 1, -1, 1]],
  ['x.mul(Math.PI / 2).sin()', [2, 3], [1, 0, -1, 0, 1, 0]],
  ['minimum(x, 2)', [2, 3], [1, 2, 2, 2, 2, 2]],
  ['maximum(3, x)', [2, 3], [3, 3, 3, 4, 5, 6]],
  ['x.greater(2).and(x.less(5))', [2, 3], [0, 0, 1, 1, 0, 0]],
  ['x.lessEqual(2).or(x.greaterEqual(5)).not()', [2, 3], [0, 0, 1, 1, 0, 0]],
  ['x.equal(i)', [2, 3], [1, 1, 1, 1, 1, 1]],
  ['x.notEqual(3)', [2, 3], [1, 1, 0, 1, 1, 1]],
  ['where(x.greater(3), x, -1)', [2, 3], [-1, -1, -1, 4, 5, 6]],
  ['where(1, 2, 3)', [], [2]],
  ['where(i.less(4), -Infinity, 0).exp()', [2, 3], [0, 0, 0, 1, 1, 1]],
  ['x.greater(2).mul(x)', [2, 3], [0, 0, 3, 4, 5, 6]],
  ['relu(x.sub(3))', [2, 3], [0, 0, 0, 1, 2, 3]],
  ['softcap(x.mul(1e9), 15)', [2, 3], [15, 15, 15, 15, 15, 15]],
  ['silu(x).sub(x.mul(sigmoid(x)))', [2, 3], [0, 0, 0, 0, 0, 0]],
  ['softplus(x).sub(log(exp(x).add(1)))', [2, 3], [0, 0, 0, 0, 0, 0]],
  ['tanh(x).sub(x.tanh())', [2, 3], [0, 0, 0, 0, 0, 0]],
  ['gelu(x.mul(100))', [2, 3], [100, 200, 300, 400, 500, 600]],
  ['sqrt(4)', [], [2]],
  ['x.sum()', [], [21]],
  ['x.sum(0)', [3], [5, 7, 9]],
  ['x.sum(-1, { keepDims: true })', [2, 1], [6, 15]],
  ['x.sum([0, 1])', [], [21]],
  ['i.mean(1)', [2], [2, 5]],
  ['x.max(0)', [3], [4, 5, 6]],
  ['x.min(-1)', [2], [1, 4]],
  ['x.greater(3).sum()', [], [3]],
  ['scalar(3).sum()', [], [3]],
  ['x.reshape([3, -1])', [3, 2], [1, 2, 3, 4, 5, 6]],
  ['x.transpose()', [3, 2], [1, 4, 2, 5, 3, 6]],
  ['x.reshape([1, 2, 3]).transpose()', [1, 3, 2], [1, 4, 2, 5, 3, 6]],
  ['x.reshape([1, 2, 3]).transpose([2, 0, -2])', [3, 1, 2], [1, 4, 2, 5, 3, 6]],
  ['x.sum(0).broadcastTo([2, 3])', [2, 3], [5, 7, 9, 5, 7, 9]],
  ['x.slice(1, 1)', [2, 2], [2, 3, 5, 6]],
  ['x.slice(-1, 0, -1)', [2, 2], [1, 2, 4, 5]],
  ['x.slice(0, -1)', [1, 3], [4, 5, 6]],
  ['x.pad(0, 1, 0, 9)', [3, 3], [9, 9, 9, 1, 2, 3, 4, 5, 6]],
  ['concat([x, x.slice(0, 0, 1)], 0)', [3, 3], [1, 2, 3, 4, 5, 6, 1, 2, 3]],
  ['concat([x, i], 1)', [2, 6], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]],
  ['stack([x, x.neg()], 1).sum(-1)', [2, 2], [6, -6, 15, -15]],
  ['stack([scalar(1), scalar(2)])', [2], [1, 2]],
  ['split(x, 3)[2]', [2, 1], [3, 6]],
  ['split(x, 2, 0)[1]', [1, 3], [4, 5, 6]],
  ['oneHot(i.sub(1), 4)', [2, 3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, ...zeros(8)]],
  ['iota([2, 2], 0).greaterEqual(iota([2, 2], 1))', [2, 2], [1, 0, 1, 1]],
  ['x.cast("i32").cast("bool")', [2, 3], [1, 1, 1, 1, 1, 1]],
  ['constant([2], 0.5)', [2], [0.5, 0.5]],
  ['zerosLike(x).add(onesLike(x)).add(ones([3])).add(zeros([1]))', [2, 3], [2, 2, 2, 2, 2, 2]],
  ['stopGradient(x).sub(x.stopGradient())', [2, 3], zeros(6)],
  ['x.matmul(x, { transposeB: true })', [2, 2], [14, 32, 32, 77]],
  ['loopy.matmul(x.transpose(), x).slice(0, 0, 1)', [1, 3], [17, 22, 27]],
  ['linear(x, x)', [2, 2], [14, 32, 32, 77]],
  ['softmax(x).sum(-1)', [2], [1, 1]],
  ['softmax(x, { axis: 0 }).sum(0)', [3], [1, 1, 1]],
  ['logSoftmax(x).exp().sub(softmax(x))', [2, 3], zeros(6)],
  ['logSoftmax(x, { axis: 0 }).exp().sub(softmax(x, { axis: 0 }))', [2, 3], zeros(6)],
  ['logSumExp(x).sub(x.exp().sum(-1).log())', [2], [0, 0]],
  [
    'logSumExp(x.reshape([2, 1, 3]), { axis: 0 }).sub(x.reshape([2, 1, 3]).exp().sum(0).log())',
    [1, 3],
    [0, 0, 0],
  ],
  ['rmsNorm(x, { eps: 0 }).square().mean(-1)', [2], [1, 1]],
  ['rmsNorm(x, { gain: range(3) }).slice(1, 0, 1)', [2, 1], [0, 0]],
  ['layerNorm(x, { eps: 0 }).mean(-1)', [2], [0, 0]],
  ['layerNorm(x, { gain: zeros([3]), bias: range(3) })', [2, 3], [0, 1, 2, 0, 1, 2]],
  ['tokenLosses(zeros([2, 4]), range(2).sub(1)).div(Math.log(4))', [2], [0, 1]],
  ['crossEntropy(zeros([3, 4]), range(3).sub(1)).div(Math.log(4))', [], [1]],
  ['crossEntropy(zeros([1, 4]), range(1).sub(1))', [], [0]],
  [
    'map({ a: x, b: { c: i } }, (t, name) => t.mul(name === "c" ? 2 : 1)).b.c',
    [2, 3],
    [2, 4, 6, 8, 10, 12],
  ],
];

function zeros(n: number): number[] {
  return new Array<number>(n).fill(0);
}

describe('what the tracing API computes', () => {
  it('is what its reference says', async () => {
    const values = await evaluate(...CASES.map(([expression]) => expression));
    for (const [index, [expression, shape, wanted]] of CASES.entries()) {
      const { shape: found, data } = values[index]!;
      expect({ expression, shape: found }).toEqual({ expression, shape });
      const off = Math.max(...data.map((value, at) => Math.abs(value - wanted[at]!)));
      expect(off, `${expression} gives ${data.join(', ')}`).toBeLessThan(1e-9);
      expect(data.length).toBe(wanted.length);
    }
  });
});
