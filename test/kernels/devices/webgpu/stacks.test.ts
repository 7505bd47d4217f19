import { afterAll, expect, it } from 'vitest';
import {
  createWebGpuDevice,
  type WebGpuDevice,
} from '../../../../src/kernels/devices/webgpu/device';
import { wrongOf } from '../../check-random-graph';
import { randomMatrices } from '../../random-matrices';
import { describeOnGpu } from './gpu';

await describeOnGpu('products of stacks', (gpu) => {
  // Few buffers for each launch, then as many as there are.
  for (const storageBuffers of [5, undefined]) {
    let device: WebGpuDevice | undefined;
    afterAll(() => device?.close());
    for (let seed = 1; seed <= 10; seed++) {
      it(`random matrices ${seed}, ${storageBuffers ?? 'all'} buffers a launch`, async () => {
        device ??= createWebGpuDevice(gpu(), storageBuffers ? { storageBuffers } : {});
        expect(await wrongOf(device, seed, randomMatrices)).toEqual([]);
      });
    }
  }
});
