import { expect, it, vi } from 'vitest';
import type { Shape } from '../../../../src/kernels/graph/types';
import { randomTensor, tensor } from '../../ops/run-op';
import { describeOnGpu } from './gpu';
import { expectLowered, lower } from './lowered';

// A software adapter compiles a shader of many barriers for seconds when the machine is busy.
vi.setConfig({ testTimeout: 180_000 });

const BOTH = { ways: [true, false] };

/** Integers from `low` to `high`, as if drawn at random. */
function integers(count: number, low: number, high: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => low + ((Math.imul(i + 1, 2654435761) >>> 8) % (high - low + 1)),
  );
}

await describeOnGpu('matmul', (gpu) => {
  const cases: [string, Shape, Shape][] = [
    ['a single number', [1, 1], [1, 1]],
    ['primes', [37, 13], [13, 29]],
    ['past every tile', [131, 67], [67, 137]],
    ['a row', [1, 300], [300, 5]],
    ['whole tiles', [128, 40], [40, 96]],
    ['a stack of whole tiles', [3, 64, 24], [3, 24, 64]],
    ['long and thin, split over K', [16, 1031], [1031, 27]],
    ['many tiles', [1040, 17], [17, 1033]],
    ['a stack', [3, 2, 9, 11], [3, 2, 11, 10]],
    ['a stack and one matrix', [3, 5, 9, 11], [11, 10]],
    ['one matrix and a stack', [9, 11], [4, 11, 10]],
    ['stacks that broadcast crosswise', [3, 1, 2, 1, 9, 11], [5, 1, 2, 11, 10]],
  ];
  const swapped = (shape: Shape) => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
  for (const [name, a, b] of cases) {
    it(name, async () => {
      // x W^T, the linear layer, and x^T dy, its weight's gradient.
      for (const transposeA of [false, true]) {
        const inputs = [
          randomTensor(transposeA ? swapped(a) : a, 1),
          randomTensor(transposeA ? b : swapped(b), 2),
        ];
        await expectLowered(
          gpu(),
          [{ op: 'matmul', attrs: { transposeA, transposeB: !transposeA } }],
          inputs,
          /^(long|past)/.test(name) ? BOTH : {},
        );
        await expectLowered(
          gpu(),
          [{ op: 'matmul', attrs: { transposeA, transposeB: !transposeA } }],
          inputs,
          { ways: [true], quads: true },
        );
      }
    });
  }

  it('cuts the sum of a weight gradient into parts that run side by side', () => {
    const attrs = { transposeA: true, transposeB: false };
    const inputs = [randomTensor([4096, 64], 1), randomTensor([4096, 64], 2)];
    for (const software of [true, false]) {
      const { kernels } = lower([{ op: 'matmul', attrs }], inputs, software);
      expect(kernels.map((kernel) => kernel.label)[0]).toBe('matmul 64x4096x64');
      expect(kernels.length).toBe(2);
    }
  });
});

await describeOnGpu('reductions', (gpu) => {
  const cases: [Shape, number[]][] = [
    [[1], [0]],
    [[7], [0]],
    [[100003], [0]],
    [[5, 3], [1]],
    [[300, 1009], [1]],
    [[2, 70001], [1]],
    [[5003, 3], [0]],
    [[1009, 130], [0]],
    [[3, 1009, 5], [1]],
    [
      [4, 5, 6],
      [0, 1, 2],
    ],
    [
      [3, 5, 7, 11, 2],
      [0, 2, 4],
    ],
    [
      [3, 5, 7, 11],
      [1, 2],
    ],
  ];
  for (const [shape, axes] of cases) {
    it(`[${shape.join(', ')}] over ${axes.join(', ')}`, async () => {
      for (const op of ['sum', 'max']) {
        const x = randomTensor(shape, 3);
        // A tenth of a mean, so that a sum is not all cancellation.
        const data = x.data.map((value) => value + 0.1);
        await expectLowered(
          gpu(),
          [{ op, attrs: { axes, keepDims: false } }],
          [{ ...x, data }],
          BOTH,
        );
      }
    });
  }

  it('more rows than one axis of workgroups can hold', async () => {
    const data = Float64Array.from({ length: 2_100_002 }, (_, i) => (i % 17) - 8);
    const x = { shape: [1_050_001, 2], dtype: 'f32', data } as const;
    await expectLowered(gpu(), [{ op: 'sum', attrs: { axes: [1], keepDims: false } }], [x], BOTH);
  });

  it('finds the largest of numbers that are all far below zero', async () => {
    const x = tensor([3, 2], [-9e30, -8e30, -2e38, -1e38, -5, -7]);
    await expectLowered(gpu(), [{ op: 'max', attrs: { axes: [1], keepDims: true } }], [x]);
  });
});

const ROWS: Shape[] = [[1], [5, 1], [11, 2], [130, 16], [2, 67, 27], [3, 1009], [17, 4099]];

await describeOnGpu('rows', (gpu) => {
  for (const shape of ROWS) {
    it(`[${shape.join(', ')}]`, async () => {
      const [x, dy] = [randomTensor(shape, 4, 3), randomTensor(shape, 5)];
      const eps = { eps: 1e-5 };
      await expectLowered(gpu(), [{ op: 'softmax' }], [x]);
      await expectLowered(gpu(), [{ op: 'logSumExp' }], [x]);
      await expectLowered(gpu(), [{ op: 'softmaxGrad' }], [x, dy]);
      await expectLowered(gpu(), [{ op: 'rmsNorm', attrs: eps }], [x]);
      await expectLowered(gpu(), [{ op: 'rmsNormGrad', attrs: eps }], [x, dy]);
      await expectLowered(gpu(), [{ op: 'layerNorm', attrs: eps }], [x]);
      await expectLowered(gpu(), [{ op: 'layerNormGrad', attrs: eps }], [x, dy]);
    });
  }

  it('a mean much larger than the spread', async () => {
    const x = randomTensor([9, 300], 4);
    const far = { ...x, data: x.data.map((value) => value + 300) };
    await expectLowered(gpu(), [{ op: 'layerNorm', attrs: { eps: 1e-5 } }], [far], {
      tolerance: 1e-4,
    });
  });

  it('logits far from zero', async () => {
    const x = randomTensor([9, 100], 4, 30);
    const far = { ...x, data: x.data.map((value) => value + 500) };
    await expectLowered(gpu(), [{ op: 'softmax' }], [far]);
    await expectLowered(gpu(), [{ op: 'logSumExp' }], [far]);
  });
});

await describeOnGpu('tokens', (gpu) => {
  for (const [V, C, N] of [
    [1, 1, 1],
    [27, 16, 500],
    [67, 5, 3001],
    [300, 67, 129],
    [31, 130, 2100],
  ] as const) {
    it(`${V} tokens, ${C} wide, ${N} ids`, async () => {
      // From -2, so that some ids are none, and squared away from the middle, so that some are rare.
      const ids = tensor([N], integers(N, -2, V + 1), 'i32');
      const table = randomTensor([V, C], 6);
      await expectLowered(gpu(), [{ op: 'embedding' }], [table, ids], BOTH);
      const dout = randomTensor([N, C], 7);
      await expectLowered(gpu(), [{ op: 'embeddingGrad', attrs: { rows: V } }], [ids, dout], BOTH);
    });
  }

  for (const [rows, V] of [
    [1, 1],
    [7, 2],
    [130, 27],
    [67, 257],
    [5, 4099],
  ] as const) {
    it(`cross-entropy of ${rows} rows of ${V}`, async () => {
      const logits = randomTensor([rows, V], 8, 4);
      const targets = tensor([rows], integers(rows, -1, V - 1), 'i32');
      const dloss = randomTensor([rows], 9);
      if (V > 1) await expectLowered(gpu(), [{ op: 'crossEntropy' }], [logits, targets]);
      await expectLowered(gpu(), [{ op: 'crossEntropyGrad' }], [logits, targets, dloss]);
    });
  }
});

await describeOnGpu('rope', (gpu) => {
  for (const shape of [
    [1, 1, 1, 2],
    [2, 7, 3, 6],
    [1, 67, 2, 16],
    [1, 5000, 1, 8],
  ]) {
    it(`[${shape.join(', ')}]`, async () => {
      for (const inverse of [false, true]) {
        const x = randomTensor(shape, 10);
        await expectLowered(gpu(), [{ op: 'rope', attrs: { base: 10000, inverse } }], [x], {
          tolerance: 1e-6,
        });
      }
    });
  }
});
