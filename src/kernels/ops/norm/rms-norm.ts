import { sizeOf } from '../../graph/types';
import { attrNumber, type OpDefinition } from '../op';
import { expectNormGradInputs, expectNormInput } from './expect-norm';
import * as reference from './rms-norm.cpu';

const rmsNorm: OpDefinition = {
  name: 'rmsNorm',
  doc: 'x / sqrt(mean(x^2) + eps) over the last axis, with no gain: [..., N] -> [..., N].',
  arity: 1,
  attrs: { eps: 'number' },
  infer: (inputs, attrs) => expectNormInput('rmsNorm', inputs, attrs),
  gradient: ({ b, node, inputs, dout }) => [
    b.emit('rmsNormGrad', [inputs[0]!, dout], { eps: attrNumber(node.attrs, 'eps') }),
  ],
  reference: reference.rmsNorm,
  flops: (_inputs, y) => 3 * sizeOf(y.shape),
};

const rmsNormGrad: OpDefinition = {
  name: 'rmsNormGrad',
  doc: 'The gradient of rmsNorm from its input x and dy, both [..., N].',
  arity: 2,
  attrs: { eps: 'number' },
  infer: (inputs, attrs) => expectNormGradInputs('rmsNormGrad', inputs, attrs),
  reference: reference.rmsNormGrad,
  flops: (_inputs, dx) => 7 * sizeOf(dx.shape),
};

export const rmsNormOps: readonly OpDefinition[] = [rmsNorm, rmsNormGrad];
