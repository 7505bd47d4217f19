import { GraphError } from '../../graph/errors';
import type { Attrs, Shape, TensorType } from '../../graph/types';
import { expectAxes, expectType } from '../expect';
import { attentionSettings, pairsSeen } from './attention-settings';

/** B sequences of T positions, H heads of queries, G of keys and values, D numbers in each. */
export interface AttentionShape {
  readonly B: number;
  readonly T: number;
  readonly H: number;
  readonly G: number;
  readonly D: number;
}

/** The sizes of q [B, T, H, D] and k [B, T, G, D], which have been checked. */
export function attentionShape(q: Shape, k: Shape): AttentionShape {
  const [B, T, H, D] = q as [number, number, number, number];
  return { B, T, H, G: k[2]!, D };
}

/** The head of keys and values that query head h reads: neighbours share one. */
export function keyHead({ H, G }: AttentionShape, h: number): number {
  return Math.floor((h * G) / H);
}

/** Checks q [B, T, H, D], k [B, T, G, D] and, where given, v as k; and every attribute. */
export function expectAttention(
  op: string,
  [q, k, v]: readonly (TensorType | undefined)[],
  attrs: Attrs,
): AttentionShape {
  const [B, T, H, D] = expectAxes(op, 'q', q!, 'BTHD');
  const [, , G] = expectAxes(op, 'k', k!, 'BTGD');
  expectType(op, 'k', k!, 'f32', [B!, T!, G!, D!]);
  if (v) expectType(op, 'v', v, 'f32', k!.shape);
  if (H! % G! !== 0) {
    throw new GraphError(
      `${op} shares each key head among as many query heads, and ${G} key heads do not divide ${H} query heads`,
    );
  }
  const { window, scale, softcap } = attentionSettings(attrs);
  if (window < 0) throw new GraphError(`${op} needs window to be at least 0, not ${window}`);
  if (!(scale > 0)) throw new GraphError(`${op} needs scale to be above 0, not ${scale}`);
  if (softcap < 0) throw new GraphError(`${op} needs softcap to be at least 0, not ${softcap}`);
  return attentionShape(q!.shape, k!.shape);
}

/** Checks the six inputs that the three gradients share: q, k, v, lse, delta and dout. */
export function expectAttentionGrad(
  op: string,
  inputs: readonly TensorType[],
  attrs: Attrs,
): AttentionShape {
  const [q, k, v, lse, delta, dout] = inputs;
  const shape = expectAttention(op, [q, k, v], attrs);
  const { B, T, H } = shape;
  expectType(op, 'lse', lse!, 'f32', [B, T, H]);
  expectType(op, 'delta', delta!, 'f32', [B, T, H]);
  expectType(op, 'dout', dout!, 'f32', q!.shape);
  return shape;
}

/** Floating-point operations when each scored pair of query and key costs `cost(D)`. */
export function flopsPerPair(q: Shape, attrs: Attrs, cost: (D: number) => number): number {
  const [B, T, H, D] = q as [number, number, number, number];
  return B * H * pairsSeen(attentionSettings(attrs), T) * cost(D);
}
