import { type Shape, sizeOf, type TensorType } from '../../graph/types';
import { expectRows, expectType } from '../expect';
import type { OpDefinition } from '../op';
import * as reference from './cross-entropy.cpu';

/** Both ops read logits [..., V] and one target for each row. Returns the shape of the targets. */
function expectLogits(op: string, [logits, targets]: readonly TensorType[]): Shape {
  expectRows(op, 'logits', logits!);
  const rows = logits!.shape.slice(0, -1);
  expectType(op, 'targets', targets!, 'i32', rows);
  return rows;
}

const crossEntropy: OpDefinition = {
  name: 'crossEntropy',
  doc: '-log softmax(logits)[target] in nats, for logits [..., V] and targets i32 [...]: [...]. A target outside 0..V-1, such as -1, is not counted: 0.',
  arity: 2,
  attrs: {},
  infer: (inputs) => ({ shape: expectLogits('crossEntropy', inputs), dtype: 'f32' }),
  gradient: ({ b, inputs, dout }) => [b.emit('crossEntropyGrad', [...inputs, dout]), null],
  reference: reference.crossEntropy,
  flops: ([logits]) => 4 * sizeOf(logits!.shape),
};

const crossEntropyGrad: OpDefinition = {
  name: 'crossEntropyGrad',
  doc: "The gradient of crossEntropy's logits [..., V] from targets and dloss, both [...]: (softmax(logits) - onehot(target)) * dloss, and zeros where the target is not counted.",
  arity: 3,
  attrs: {},
  infer(inputs) {
    const rows = expectLogits('crossEntropyGrad', inputs);
    expectType('crossEntropyGrad', 'dloss', inputs[2]!, 'f32', rows);
    return { shape: inputs[0]!.shape, dtype: 'f32' };
  },
  reference: reference.crossEntropyGrad,
  flops: ([logits]) => 6 * sizeOf(logits!.shape),
};

export const crossEntropyOps: readonly OpDefinition[] = [crossEntropy, crossEntropyGrad];
