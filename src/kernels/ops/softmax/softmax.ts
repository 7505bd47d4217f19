import { sizeOf } from '../../graph/types';
import { expectRows, expectType } from '../expect';
import type { OpDefinition } from '../op';
import * as reference from './softmax.cpu';

const softmax: OpDefinition = {
  name: 'softmax',
  doc: 'exp(x) / sum(exp(x)) over the last axis: [..., N] -> [..., N].',
  arity: 1,
  attrs: {},
  infer([x]) {
    expectRows('softmax', 'x', x!);
    return { shape: x!.shape, dtype: 'f32' };
  },
  gradient: ({ b, output, dout }) => [b.emit('softmaxGrad', [output, dout])],
  reference: reference.softmax,
  flops: (_inputs, y) => 5 * sizeOf(y.shape),
};

const softmaxGrad: OpDefinition = {
  name: 'softmaxGrad',
  doc: 'The gradient of softmax from its result y and dy, both [..., N]: y * (dy - sum(y * dy)).',
  arity: 2,
  attrs: {},
  infer([y, dy]) {
    expectRows('softmaxGrad', 'y', y!);
    expectType('softmaxGrad', 'dy', dy!, 'f32', y!.shape);
    return { shape: y!.shape, dtype: 'f32' };
  },
  reference: reference.softmaxGrad,
  flops: (_inputs, dx) => 4 * sizeOf(dx.shape),
};

const logSumExp: OpDefinition = {
  name: 'logSumExp',
  doc: 'log(sum(exp(x))) over the last axis: [..., N] -> [...].',
  arity: 1,
  attrs: {},
  infer([x]) {
    expectRows('logSumExp', 'x', x!);
    return { shape: x!.shape.slice(0, -1), dtype: 'f32' };
  },
  gradient({ b, inputs, dout }) {
    const [x] = inputs;
    const each = b.reshape(dout, [...b.shape(dout), 1]);
    return [b.mul(b.emit('softmax', [x!]), each)];
  },
  reference: reference.logSumExp,
  flops: ([x]) => 4 * sizeOf(x!.shape),
};

export const softmaxOps: readonly OpDefinition[] = [softmax, softmaxGrad, logSumExp];
