import { expect, it, vi } from 'vitest';
import { neighboursInStep } from '../../../../src/kernels/devices/webgpu/subgroups';
import type { Shape } from '../../../../src/kernels/graph/types';
import { randomTensor } from '../../ops/run-op';
import { describeOnGpu } from './gpu';
import { expectLowered, type LoweredOp, lower } from './lowered';

// A software adapter compiles a shader of many barriers for seconds when the machine is busy.
vi.setConfig({ testTimeout: 180_000 });

const OPS: readonly LoweredOp[] = [
  { op: 'softmax', reads: 1 },
  { op: 'softmaxGrad', reads: 2 },
  { op: 'logSumExp', reads: 1 },
  { op: 'rmsNorm', reads: 1, attrs: { eps: 1e-5 } },
  { op: 'layerNormGrad', reads: 2, attrs: { eps: 1e-5 } },
];

await describeOnGpu('rows whose threads run in step', (gpu) => {
  // One subgroup to a row, rows that share one, several to a row, and rows past the last workgroup.
  it.each([[[5, 14]], [[70, 7]], [[3, 100]]] as const)('of shape %s', async (shape) => {
    const inputs = [randomTensor(shape as Shape, 1), randomTensor(shape as Shape, 2)];
    const subgroup = await neighboursInStep(gpu().device);
    for (const one of OPS) {
      const { kernels } = lower([one], inputs.slice(0, one.reads), false, subgroup === 4);
      expect(/\bsubgroupShuffleXor\(/.test(kernels[0]!.wgsl)).toBe(subgroup === 4);
      await expectLowered(gpu(), [one], inputs.slice(0, one.reads), { ways: [false], quads: true });
    }
  });

  it('are believed in only where the adapter says so, by its own kernels', async () => {
    const { device } = gpu();
    const least = device.features.has('subgroups') ? (device.adapterInfo.subgroupMinSize ?? 1) : 1;
    expect([1, least]).toContain(await neighboursInStep(device));
    if (gpu().info.software && least === 4) expect(await neighboursInStep(device)).toBe(4);
  });
});
