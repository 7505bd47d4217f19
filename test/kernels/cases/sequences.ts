import type { Attrs } from '../../../src/kernels/graph/types';
import { f32, type OpCase, show } from './case';

const rope = [
  [1, 1, 1, 2],
  [2, 7, 3, 4],
  [1, 67, 2, 6],
  [2, 33, 4, 16],
].flatMap((shape) =>
  [false, true].flatMap((inverse) =>
    [10000, 100].map(
      (base): OpCase => ({
        name: `rope ${show(shape)} base ${base}${inverse ? ', inverse' : ''}`,
        op: 'rope',
        inputs: [f32(shape)],
        attrs: { base, inverse },
      }),
    ),
  ),
);

/** B, T, H, G, D: single elements, primes, grouped heads, sequences past one tile of 64. */
const SIZES: readonly (readonly [number, number, number, number, number])[] = [
  [1, 1, 1, 1, 1],
  [2, 7, 3, 3, 5],
  [1, 17, 4, 2, 8],
  [2, 13, 6, 1, 4],
  [1, 67, 2, 2, 16],
  [1, 131, 2, 1, 4],
];

const PLAIN = { causal: true, window: 0, scale: 0.5, softcap: 0, alibi: false };

const SETTINGS: readonly Attrs[] = [
  PLAIN,
  { ...PLAIN, causal: false },
  { ...PLAIN, window: 1 },
  { ...PLAIN, window: 5 },
  { ...PLAIN, window: 5, causal: false },
  { ...PLAIN, softcap: 2 },
  { ...PLAIN, alibi: true },
  { ...PLAIN, alibi: true, causal: false },
  { causal: true, window: 11, scale: 0.3, softcap: 3, alibi: true },
];

const attention = SIZES.flatMap(([B, T, H, G, D]) =>
  SETTINGS.flatMap((attrs) => {
    const q = [B, T, H, D];
    const k = [B, T, G, D];
    const note = Object.values(attrs).join(' ');
    const inputs = {
      attention: [f32(q), f32(k), f32(k)],
      attentionLse: [f32(q), f32(k)],
    };
    // Denominators that are large enough for every weight to stay below 1.
    const lse = f32([B, T, H], 3 * D, 3 * D + 1);
    const six = [f32(q), f32(k), f32(k), lse, f32([B, T, H]), f32(q)];
    return [
      ...Object.entries(inputs),
      ...['attentionGradQ', 'attentionGradK', 'attentionGradV'].map((op) => [op, six] as const),
    ].map(
      ([op, given]): OpCase => ({
        name: `${op} B${B} T${T} H${H} G${G} D${D} ${note}`,
        op,
        inputs: given,
        attrs,
      }),
    );
  }),
);

export const sequenceCases: readonly OpCase[] = [...rope, ...attention];
