import { afterAll, expect, it, vi } from 'vitest';
import { createCpuDevice } from '../../../../../src/kernels/devices/cpu/device';
import type { Workload } from '../../../../../src/kernels/devices/device';
import {
  createWebGpuDevice,
  type WebGpuDevice,
} from '../../../../../src/kernels/devices/webgpu/device';
import { TUNABLES } from '../../../../../src/kernels/devices/webgpu/lowerings';
import { type KernelTensor, runKernels } from '../../../../../src/kernels/devices/webgpu/runKernel';
import { GraphBuilder } from '../../../../../src/kernels/graph/builder';
import { type NodeId, type Shape, sizeOf } from '../../../../../src/kernels/graph/types';
import { memoryCorpora } from '../../../../../src/model/tasks/stores/memory';
import { randomTensor, relativeError, runOp } from '../../../ops/run-op';
import { describeOnGpu } from '../gpu';

vi.setConfig({ testTimeout: 180_000 });

/**
 * Stacks, sides transposed, whole tiles and ragged ones, and sums long enough to be cut into parts. Inner axes of
 * multiples of four on every side, on some and on none.
 */
const PRODUCTS: readonly (readonly [
  a: Shape,
  b: Shape,
  transposeA: boolean,
  transposeB: boolean,
])[] = [
  [[33, 20], [20, 65], false, false],
  [[261, 5], [261, 34], true, false],
  [[3, 2, 5, 20], [2, 7, 20], false, true],
  [[1, 4], [4, 1], false, false],
  [[1, 4], [4, 1], true, true],
  [[36, 68], [100, 68], false, true],
  [[517, 20], [517, 36], true, false],
  [[7, 516], [4, 516], false, true],
  [[12, 5], [8, 12], true, true],
  [[2, 1, 12, 68], [3, 68, 8], false, false],
  [[3, 72, 68], [68, 72], true, true],
];

await describeOnGpu('kernels that a tuner chooses from', (gpu) => {
  it.each(PRODUCTS)('compute [%s] by [%s] alike (transposed: %s, %s)', async (...product) => {
    const [aShape, bShape, transposeA, transposeB] = product;
    const attrs = { transposeA, transposeB };
    const rounded = (shape: Shape, stream: number) => {
      const { data, ...type } = randomTensor(shape, stream);
      return { ...type, data: Float64Array.from(Float32Array.from(data)) };
    };
    const [a, b] = [rounded(aShape, 1), rounded(bShape, 2)];
    const builder = new GraphBuilder();
    const id = builder.matmul(builder.input('a', aShape), builder.input('b', bShape), attrs);
    const expected = runOp('matmul', [a, b], attrs);
    const nodeOf = (node: NodeId) => builder.node(node);
    const problem = TUNABLES.get('matmul')!.problemOf(nodeOf(id), nodeOf, id);
    const ways = problem.ways();
    expect(ways.size).toBeGreaterThanOrEqual(3);
    const all = [...ways.keys()].flatMap((way) => [...problem.variants(way)]);
    expect(new Set(all.map(([name]) => name)).size).toBe(all.length);
    for (const [name, kernels] of all) {
      const tensors: Record<number, KernelTensor> = {
        0: { data: Float32Array.from(a.data) },
        1: { data: Float32Array.from(b.data) },
        [id]: { length: sizeOf(expected.shape), dtype: 'f32' },
      };
      const written = await runKernels(gpu().device, kernels, tensors);
      const actual = { ...expected, data: written[id]! };
      expect(relativeError(actual, expected), name).toBeLessThan(1e-5);
    }
  });

  const store = memoryCorpora();
  const options = { software: false, choices: store, tuningMilliseconds: 20_000 };
  const workload = (): Workload => {
    const b = new GraphBuilder();
    const y = b.matmul(b.input('a', [20, 256]), b.input('b', [256, 20]));
    return { tensors: {}, graphs: { forward: b.finish({ y: b.emit('relu', [y]) }) } };
  };
  const feeds = {
    a: Float32Array.from(randomTensor([20, 256], 1).data),
    b: Float32Array.from(randomTensor([256, 20], 2).data),
  };
  let made: WebGpuDevice | undefined;
  afterAll(() => made?.close());

  it('are measured once on this adapter, and what is chosen computes the same to the bit ever after', async () => {
    const results: number[][] = [];
    let keys: readonly string[] = [];
    for (let visit = 0; visit < 2; visit++) {
      made = createWebGpuDevice(gpu(), options);
      const session = await made.open(workload());
      const [{ y }] = (await session.run('forward', [feeds])) as [{ y: Float32Array }];
      results.push(Array.from(y));
      session.close();
      keys = await store.list();
    }
    expect(results[1]).toEqual(results[0]);
    const oracle = await createCpuDevice({ precision: 'f64' }).open(workload());
    const [{ y }] = (await oracle.run('forward', [feeds])) as [{ y: Float64Array }];
    results[0]!.forEach((value, i) => {
      expect(Math.abs(value - y[i]!)).toBeLessThan(1e-3);
    });
    expect(keys).toHaveLength(1);
    const kept = JSON.parse(new TextDecoder().decode(await store.get(keys[0]!)));
    expect(Object.keys(kept)).toEqual(['matmul NN 1x16x256x16']);
    expect(kept['matmul NN 1x16x256x16']).toMatch(/^[a-z ]+ of \d+, \d+ groups$/);
  });
});
