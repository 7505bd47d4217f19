import type { OpDefinition } from '../op';
import * as reference from './attention.cpu';
import { attentionGradOps } from './attention-grad';
import { ATTENTION_ATTRS } from './attention-settings';
import { expectAttention, flopsPerPair } from './attention-shape';

const attention: OpDefinition = {
  name: 'attention',
  doc: 'softmax(scores) v, where query i of head h scores key j by scale * q . k, then softcap, then ALiBi: q [B, T, H, D], k and v [B, T, G, D] with G dividing H -> [B, T, H, D].',
  arity: 3,
  attrs: ATTENTION_ATTRS,
  infer(inputs, attrs) {
    expectAttention('attention', inputs, attrs);
    return { shape: inputs[0]!.shape, dtype: 'f32' };
  },
  // As FlashAttention does (Dao et al. 2022): the weights are computed again from lse, never stored.
  gradient({ b, node, inputs, output, dout }) {
    const [q, k, v] = inputs;
    const lse = b.emit('attentionLse', [q!, k!], node.attrs);
    const delta = b.sum(b.mul(output, dout), [-1]);
    const six = [q!, k!, v!, lse, delta, dout];
    return ['attentionGradQ', 'attentionGradK', 'attentionGradV'].map((op) =>
      b.emit(op, six, node.attrs),
    );
  },
  reference: reference.attention,
  flops: ([q], _out, attrs) => flopsPerPair(q!.shape, attrs, (D) => 4 * D + 4),
};

const attentionLse: OpDefinition = {
  name: 'attentionLse',
  doc: 'log of the sum of exp(scores) over the keys that each query of attention sees: q [B, T, H, D], k [B, T, G, D] -> [B, T, H].',
  arity: 2,
  attrs: ATTENTION_ATTRS,
  infer(inputs, attrs) {
    const { B, T, H } = expectAttention('attentionLse', inputs, attrs);
    return { shape: [B, T, H], dtype: 'f32' };
  },
  reference: reference.attentionLse,
  // One for each element, no more: attention, with which it is computed, has counted the scores.
};

export const attentionOps: readonly OpDefinition[] = [attention, attentionLse, ...attentionGradOps];
