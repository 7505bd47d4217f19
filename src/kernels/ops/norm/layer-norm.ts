import { sizeOf } from '../../graph/types';
import { attrNumber, type OpDefinition } from '../op';
import { expectNormGradInputs, expectNormInput } from './expect-norm';
import * as reference from './layer-norm.cpu';

const layerNorm: OpDefinition = {
  name: 'layerNorm',
  doc: '(x - mean) / sqrt(var + eps) over the last axis, with no gain or bias: [..., N] -> [..., N].',
  arity: 1,
  attrs: { eps: 'number' },
  infer: (inputs, attrs) => expectNormInput('layerNorm', inputs, attrs),
  gradient: ({ b, node, inputs, dout }) => [
    b.emit('layerNormGrad', [inputs[0]!, dout], { eps: attrNumber(node.attrs, 'eps') }),
  ],
  reference: reference.layerNorm,
  flops: (_inputs, y) => 6 * sizeOf(y.shape),
};

const layerNormGrad: OpDefinition = {
  name: 'layerNormGrad',
  doc: 'The gradient of layerNorm from its input x and dy, both [..., N].',
  arity: 2,
  attrs: { eps: 'number' },
  infer: (inputs, attrs) => expectNormGradInputs('layerNormGrad', inputs, attrs),
  reference: reference.layerNormGrad,
  flops: (_inputs, dx) => 13 * sizeOf(dx.shape),
};

export const layerNormOps: readonly OpDefinition[] = [layerNorm, layerNormGrad];
