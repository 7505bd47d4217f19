import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import type { Outputs } from '../../../../src/kernels/devices/device';
import {
  createWebGpuDevice,
  type WebGpuDevice,
} from '../../../../src/kernels/devices/webgpu/device';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { differentiate } from '../../../../src/kernels/graph/differentiate';
import { type NodeId, sizeOf } from '../../../../src/kernels/graph/types';
import { normalAt } from '../../../../src/kernels/random/threefry';
import { relativeError } from '../../check-device';
import { describeOnGpu } from './gpu';

vi.setConfig({ testTimeout: 180_000 });

type Made = (b: GraphBuilder, x: NodeId, w: NodeId, r: NodeId) => NodeId;

const gain = (b: GraphBuilder, x: NodeId) => b.add(b.emit('tanh', [b.scale(x, 0.3)]), x);
const eps = { eps: 1e-3 };
const heads = (b: GraphBuilder, x: NodeId) => b.reshape(x, [2, 5, 3, 12]);
const turn = { base: 50, inverse: false };

/** From x [10, 36], w [36, 36] and r [10, 36], each with its gradients: sizes that no tile divides. */
const CASES: readonly (readonly [string, Made])[] = [
  ['a product', (b, x, w, r) => b.add(r, gain(b, b.matmul(x, w)))],
  [
    'a product that others read too',
    (b, x, w) => {
      const y = b.matmul(x, w);
      return b.mul(gain(b, y), b.emit('softmax', [y]));
    },
  ],
  ['a norm', (b, x, _, r) => b.add(b.emit('rmsNorm', [x], eps), r)],
  ['a layer norm', (b, x, _, r) => b.mul(b.emit('layerNorm', [x], eps), r)],
  ['a sum', (b, x, _, r) => b.mul(b.sum(b.mul(x, r), [1]), b.input('factors', [10]))],
  ['a rope', (b, x, _, r) => b.mul(b.emit('rope', [heads(b, x)], turn), heads(b, r))],
  [
    'a sum of products, and a norm of sums',
    (b, x, w, r) => b.add(b.matmul(b.emit('rmsNorm', [b.add(b.matmul(x, w), r)], eps), w), r),
  ],
  [
    'a capped cross-entropy',
    (b, x, w) => {
      const capped = b.scale(b.emit('tanh', [b.scale(b.matmul(x, w), 0.1)]), 10);
      const targets = b.emit('cast', [b.input('factors', [10])], { dtype: 'i32' });
      return b.mul(b.emit('crossEntropy', [capped, targets]), b.input('factors', [10]));
    },
  ],
  [
    'a norm and a rope',
    (b, x, _, r) => {
      const norm = b.emit('rmsNorm', [heads(b, x)], eps);
      return b.mul(b.emit('rope', [norm], turn), heads(b, r));
    },
  ],
];

await describeOnGpu('what comes before and after, in the kernel', (gpu) => {
  const devices: WebGpuDevice[] = [];
  beforeAll(() => {
    for (const software of [true, false]) devices.push(createWebGpuDevice(gpu(), { software }));
  });
  afterAll(() => {
    for (const device of devices) device.close();
  });

  it.each(CASES)('of %s, gives what the CPU gives, with its gradients', async (_, made) => {
    const b = new GraphBuilder();
    const inputs = { x: [10, 36], w: [36, 36], r: [10, 36] };
    const [x, w, r] = Object.entries(inputs).map(([name, shape]) => b.input(name, shape));
    const y = made(b, x!, w!, r!);
    const loss = b.sum(b.mul(y, b.emit('sin', [y])), []);
    const [dx, dw, dr] = differentiate(b, loss, [x!, w!, r!]);
    const graph = b.finish({ y, dx: dx!, dw: dw!, dr: dr! });
    const feeds: Record<string, Float32Array> = {};
    Object.entries({ ...inputs, factors: [10] }).forEach(([name, shape], seed) => {
      feeds[name] = Float32Array.from({ length: sizeOf(shape) }, (_, i) => normalAt(seed, 0, i));
    });
    const workload = { tensors: {}, graphs: { graph } };
    const oracle = await createCpuDevice({ precision: 'f64' }).open(workload);
    const [expected] = (await oracle.run('graph', [feeds])) as [Outputs];
    for (const device of devices) {
      const session = await device.open(workload);
      session.poison();
      const [actual] = (await session.run('graph', [feeds])) as [Outputs];
      for (const [name, data] of Object.entries(expected)) {
        expect(relativeError(actual[name]!, data), name).toBeLessThan(2e-5);
      }
      session.close();
    }
  });
});
