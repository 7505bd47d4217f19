import { describe } from 'vitest';
import { NoDeviceError } from '../../../../src/kernels/devices/errors';
import { type Gpu, requestGpu } from '../../../../src/kernels/devices/webgpu/adapter';
import { nodeGpu } from '../../../../src/kernels/devices/webgpu/node';

/** A fresh device of this machine's adapter, real or software, or the reason why there is none. */
export async function testGpu(): Promise<Gpu | string> {
  try {
    return await requestGpu(await nodeGpu());
  } catch (error) {
    if (error instanceof NoDeviceError) return error.message;
    throw error;
  }
}

/**
 * Tests on a GPU; where there is none they are listed as skipped, with the reason in their name. The
 * device is asked for inside the tests: `gpu()`.
 */
export async function describeOnGpu(name: string, tests: (gpu: () => Gpu) => void): Promise<void> {
  const gpu = await testGpu();
  if (typeof gpu !== 'string') {
    describe(`${name} on ${gpu.info.name}`, () => tests(() => gpu));
    return;
  }
  describe.skip(`${name} (skipped: ${gpu})`, () =>
    tests(() => {
      throw new NoDeviceError(gpu);
    }));
}
