import type { OpDefinition } from '../op';
import * as reference from './attention-grad.cpu';
import { ATTENTION_ATTRS } from './attention-settings';
import { expectAttentionGrad, flopsPerPair } from './attention-shape';

const SIX =
  'q and dout [B, T, H, D], k and v [B, T, G, D], lse and delta [B, T, H], where delta is the sum of out * dout over D';

const attentionGradQ: OpDefinition = {
  name: 'attentionGradQ',
  doc: `The gradient of attention's q, [B, T, H, D], from ${SIX}.`,
  arity: 6,
  attrs: ATTENTION_ATTRS,
  infer(inputs, attrs) {
    expectAttentionGrad('attentionGradQ', inputs, attrs);
    return { shape: inputs[0]!.shape, dtype: 'f32' };
  },
  reference: reference.attentionGradQ,
  flops: ([q], _out, attrs) => flopsPerPair(q!.shape, attrs, (D) => 6 * D + 6),
};

const attentionGradK: OpDefinition = {
  name: 'attentionGradK',
  doc: `The gradient of attention's k, [B, T, G, D], from ${SIX}.`,
  arity: 6,
  attrs: ATTENTION_ATTRS,
  infer(inputs, attrs) {
    expectAttentionGrad('attentionGradK', inputs, attrs);
    return { shape: inputs[1]!.shape, dtype: 'f32' };
  },
  reference: reference.attentionGradK,
  flops: ([q], _out, attrs) => flopsPerPair(q!.shape, attrs, (D) => 6 * D + 6),
};

const attentionGradV: OpDefinition = {
  name: 'attentionGradV',
  doc: `The gradient of attention's v, [B, T, G, D], from ${SIX}.`,
  arity: 6,
  attrs: ATTENTION_ATTRS,
  infer(inputs, attrs) {
    expectAttentionGrad('attentionGradV', inputs, attrs);
    return { shape: inputs[2]!.shape, dtype: 'f32' };
  },
  reference: reference.attentionGradV,
  // The weights are counted with attentionGradK, which is computed with it.
  flops: ([q], _out, attrs) => flopsPerPair(q!.shape, attrs, (D) => 2 * D),
};

export const attentionGradOps: readonly OpDefinition[] = [
  attentionGradQ,
  attentionGradK,
  attentionGradV,
];
