import type { Attrs } from '../../../src/kernels/graph/types';
import { f32, type OpCase, show } from './case';

const ropeCases: readonly OpCase[] = (
  [
    [1, 1, 1, 2],
    [1, 5, 1, 2],
    [2, 13, 3, 6],
    [3, 17, 4, 16],
    [1, 67, 6, 8],
    [2, 131, 1, 64],
  ] as const
).flatMap((shape) =>
  [false, true].flatMap((inverse) =>
    [100, 10_000].map((base) => ({
      name: `rope ${show(shape)} base ${base}${inverse ? ', back' : ''}`,
      op: 'rope',
      inputs: [f32(shape)],
      attrs: { base, inverse },
    })),
  ),
);

/** B, T, H, G, D. */
type Sizes = readonly [number, number, number, number, number];

/** Sizes, and what differs from plain causal attention with a scale of 1 / sqrt(D). */
const ATTENTION: readonly (readonly [Sizes, Attrs])[] = [
  [[1, 1, 1, 1, 2], {}],
  [[3, 2, 1, 1, 1], {}],
  [[2, 5, 1, 1, 6], {}],
  [[2, 13, 4, 4, 8], {}],
  [[2, 13, 6, 3, 2], {}],
  [[1, 17, 6, 2, 6], {}],
  [[2, 17, 3, 3, 5], {}],
  [[2, 17, 3, 1, 16], {}],
  [[1, 64, 2, 2, 16], {}],
  [[1, 67, 4, 2, 8], {}],
  [[1, 131, 1, 1, 32], {}],
  [[1, 80, 4, 2, 8], {}],
  [[1, 13, 2, 1, 64], { scale: 0.05 }],
  // Windows: itself alone, a few, exactly as many as there are, more than there are.
  [[1, 13, 2, 1, 6], { window: 1 }],
  [[1, 17, 3, 3, 8], { window: 3 }],
  [[2, 13, 1, 1, 2], { window: 13 }],
  [[1, 13, 4, 1, 2], { window: 100 }],
  [[1, 67, 2, 2, 8], { window: 17 }],
  // Soft caps, gentle and hard.
  [[2, 13, 3, 3, 8], { softcap: 5 }],
  [[1, 17, 4, 2, 6], { softcap: 0.5, scale: 1 }],
  // ALiBi, with heads in a power of two and not.
  [[2, 17, 4, 2, 2], { alibi: true }],
  [[1, 67, 6, 1, 8], { alibi: true }],
  // Seeing what comes after, too.
  [[2, 13, 3, 1, 8], { causal: false }],
  [[1, 67, 1, 1, 16], { causal: false }],
  [[1, 13, 4, 4, 2], { causal: false, window: 1 }],
  [[1, 17, 4, 2, 6], { causal: false, window: 3 }],
  [[1, 13, 1, 1, 8], { causal: false, window: 100 }],
  [[1, 67, 3, 3, 2], { causal: false, window: 17, alibi: true }],
  [[2, 17, 6, 3, 8], { window: 5, softcap: 5, alibi: true }],
  [[1, 67, 6, 2, 8], { causal: false, window: 9, softcap: 5, alibi: true }],
];

const attentionCases = ATTENTION.flatMap(([sizes, changes]): OpCase[] => {
  const [B, T, H, G, D] = sizes;
  const attrs = { causal: true, window: 0, scale: D ** -0.5, softcap: 0, alibi: false, ...changes };
  const name = `B, T, H, G, D = ${sizes} ${JSON.stringify(changes)}`;
  const q = f32([B, T, H, D]);
  const kv = f32([B, T, G, D]);
  const rows = [B, T, H];
  // A query that sees itself alone gives it all its weight, whatever q and k are: no gradient but v's.
  const alone = T === 1 || attrs.window === 1;
  // The gradients take lse as given, and any will do; this one makes weights of about the usual size.
  const six = [q, kv, kv, f32(rows, 1, 3), f32(rows), q];
  return [
    {
      name: `attention ${name}`,
      op: 'attention',
      inputs: [q, kv, kv],
      attrs,
      ...(alone ? { differentiable: [2] } : {}),
    },
    { name: `attentionLse ${name}`, op: 'attentionLse', inputs: [q, kv], attrs },
    ...['attentionGradQ', 'attentionGradK', 'attentionGradV'].map((op) => ({
      name: `${op} ${name}`,
      op,
      inputs: six,
      attrs,
    })),
  ];
});

export const sequenceCases: readonly OpCase[] = [...ropeCases, ...attentionCases];
