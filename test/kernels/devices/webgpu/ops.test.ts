import { vi } from 'vitest';
import type { Device } from '../../../../src/kernels/devices/device';
import { createWebGpuDevice } from '../../../../src/kernels/devices/webgpu/device';
import { checkOpsOn } from '../../check-device';
import { describeOnGpu } from './gpu';

// A software GPU compiles the shaders of some ops for seconds, on a busy machine for many.
vi.setConfig({ testTimeout: 180_000 });

await describeOnGpu('every op, into poisoned memory,', (gpu) => {
  let device: Device | undefined;
  checkOpsOn(async () => {
    device ??= poisoning(gpu());
    return device;
  });
});

/** A device whose sessions begin with NaN in all memory that a kernel is to write. */
function poisoning(gpu: Parameters<typeof createWebGpuDevice>[0]): Device {
  const device = createWebGpuDevice(gpu);
  return {
    info: device.info,
    close: () => device.close(),
    async open(workload) {
      const session = await device.open(workload);
      session.poison();
      return session;
    },
  };
}
