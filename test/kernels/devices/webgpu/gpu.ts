import { describe } from 'vitest';
import { NoDeviceError } from '../../../../src/kernels/devices/errors';
import { type Gpu, requestGpu } from '../../../../src/kernels/devices/webgpu/adapter';
import { halvesOf } from '../../../../src/kernels/devices/webgpu/halves';
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
 * Tests on a GPU; where there is none, or it lacks what `lacks` names, they are listed as skipped, with the reason in
 * their name. The device is asked for inside the tests: `gpu()`.
 */
export async function describeOnGpu(
  name: string,
  tests: (gpu: () => Gpu) => void,
  lacks: (gpu: Gpu) => string | null | Promise<string | null> = () => null,
): Promise<void> {
  const gpu = await testGpu();
  const missing = typeof gpu === 'string' ? gpu : await lacks(gpu);
  if (typeof gpu !== 'string' && missing === null) {
    describe(`${name} on ${gpu.info.name}`, () => tests(() => gpu));
    return;
  }
  describe.skip(`${name} (skipped: ${missing})`, () =>
    tests(() => {
      throw new NoDeviceError(`${missing}`);
    }));
}

/** Why nothing is computed in float16. */
export async function lacksFloat16({ device, info }: Gpu): Promise<string | null> {
  if (!device.features.has('shader-f16')) return `${info.name} has no float16`;
  const { half } = await halvesOf({ device }, 1, () => []);
  return half ? null : `${info.name} rounds otherwise`;
}
