import type { Shape } from '../../../src/kernels/graph/types';
import { f32, i32, type OpCase, show } from './case';

/** The shape of the ids, the vocabulary and the width. */
const SIZES: readonly (readonly [Shape, number, number])[] = [
  [[], 3, 5],
  [[1], 1, 1],
  [[7], 5, 3],
  [[2, 3], 27, 16],
  [[4, 67], 13, 17],
  [[263], 300, 7],
  [[3, 5], 1031, 2],
];

export const tokenCases: readonly OpCase[] = SIZES.flatMap(([rows, V, C]) => {
  const sizes = `${show(rows)} of ${V}, width ${C}`;
  // Ids on both sides of the vocabulary read zeros; targets there are not counted.
  const ids = i32(rows, -1, V);
  const targets = i32(rows, -1, V - 1);
  const logits = f32([...rows, V], -4, 4);
  return [
    { name: `embedding ${sizes}`, op: 'embedding', inputs: [f32([V, C]), ids], attrs: {} },
    {
      name: `embeddingGrad ${sizes}`,
      op: 'embeddingGrad',
      inputs: [ids, f32([...rows, C])],
      attrs: { rows: V },
    },
    { name: `crossEntropy ${sizes}`, op: 'crossEntropy', inputs: [logits, targets], attrs: {} },
    {
      name: `crossEntropyGrad ${sizes}`,
      op: 'crossEntropyGrad',
      inputs: [logits, targets, f32(rows)],
      attrs: {},
    },
  ] satisfies OpCase[];
});
