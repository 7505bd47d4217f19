import { afterAll, expect, it } from 'vitest';
import {
  createWebGpuDevice,
  type WebGpuDevice,
} from '../../../../src/kernels/devices/webgpu/device';
import { wrongOf } from '../../check-random-graph';
import { describeOnGpu } from './gpu';

await describeOnGpu('random graphs', (gpu) => {
  // Few buffers for each launch, so that expressions are also split; then as many as there are.
  for (const storageBuffers of [4, undefined]) {
    let device: WebGpuDevice | undefined;
    afterAll(() => device?.close());
    for (let seed = 1; seed <= 12; seed++) {
      it(`number ${seed}, ${storageBuffers ?? 'all'} buffers a launch`, async () => {
        device ??= createWebGpuDevice(gpu(), storageBuffers ? { storageBuffers } : {});
        expect(await wrongOf(device, seed)).toEqual([]);
      });
    }
  }
});
