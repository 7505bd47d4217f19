import type { Shape } from '../../../src/kernels/graph/types';
import { type CaseInput, f32, i32, type OpCase, show } from './case';

/** V, C and the shape of the ids: more ids than rows, so that they repeat, and fewer. */
const TABLES: readonly (readonly [number, number, Shape])[] = [
  [1, 1, []],
  [1, 5, [7]],
  [7, 1, [1]],
  [27, 16, [2, 13]],
  [300, 67, [3, 17]],
  [5, 64, [1031]],
  [67, 3, [2, 3, 5]],
];

const embeddingCases = TABLES.flatMap(([V, C, shape]): OpCase[] => {
  const name = `[${V}, ${C}] by ${show(shape)}`;
  const inside = i32(shape, 0, V - 1);
  // One past the table on either side.
  const around = i32(shape, -1, V);
  const embedding = (what: string, ids: CaseInput): OpCase[] => [
    { name: `embedding ${name}${what}`, op: 'embedding', inputs: [f32([V, C]), ids], attrs: {} },
    {
      name: `embeddingGrad ${name}${what}`,
      op: 'embeddingGrad',
      inputs: [ids, f32([...shape, C])],
      attrs: { rows: V },
    },
  ];
  return [...embedding('', inside), ...embedding(', some outside', around)];
});

/** V and the shape of the targets. */
const LOGITS: readonly (readonly [number, Shape])[] = [
  [1, [3]],
  [2, []],
  [7, [1]],
  [27, [2, 13]],
  [67, [3, 5, 2]],
  [257, [17]],
  [300, [263]],
  [1031, [2]],
];

function crossEntropy(name: string, logits: CaseInput, targets: CaseInput): OpCase[] {
  const inputs = [logits, targets];
  return [
    { name: `crossEntropy ${name}`, op: 'crossEntropy', inputs, attrs: {} },
    {
      name: `crossEntropyGrad ${name}`,
      op: 'crossEntropyGrad',
      inputs: [...inputs, f32(targets.shape)],
      attrs: {},
    },
  ];
}

const crossEntropyCases = [
  ...LOGITS.flatMap(([V, shape]) => {
    const logits = f32([...shape, V]);
    const name = `${show(logits.shape)}`;
    return [
      ...crossEntropy(name, logits, i32(shape, 0, V - 1)),
      ...crossEntropy(`${name}, half uncounted`, logits, {
        shape,
        dtype: 'i32',
        draw: (u, i) => (i % 2 === 0 ? Math.floor(u * V) : -1),
      }),
    ];
  }),
  ...crossEntropy('[5, 7] with no target', f32([5, 7]), i32([5], -1, -1)),
  ...crossEntropy('[31, 7] with targets past the last', f32([31, 7]), i32([31], -3, 10)),
  ...crossEntropy('[5, 67] of large logits', f32([5, 67], 900, 1000), i32([5], 0, 66)),
];

export const tokenCases: readonly OpCase[] = [...embeddingCases, ...crossEntropyCases];
