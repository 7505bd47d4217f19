import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import { createWebGpuDevice } from '../../../src/kernels/devices/webgpu/device';
import { roundF16 } from '../../../src/kernels/ops/elementwise/round-f16';
import { describeOnGpu } from '../devices/webgpu/gpu';
import { firstWrongRounding } from '../f16-numbers';

describe('rounding to float16', () => {
  it.each(['f32', 'f64'] as const)(
    'of every kind of number, on the cpu in %s',
    async (precision) => {
      expect(await firstWrongRounding(createCpuDevice({ precision }))).toBeNull();
    },
  );

  it('of every kind of number, on wasm', async () => {
    expect(await firstWrongRounding(createWasmDevice({ threads: 1 }))).toBeNull();
  });

  it('rounds a double once, not by way of float32', () => {
    // Just above the middle of 1 and the next number, by less than float32 can tell.
    expect(roundF16(1 + 2 ** -11 + 2 ** -40)).toBe(1 + 2 ** -10);
    expect(Math.fround(1 + 2 ** -11 + 2 ** -40)).toBe(1 + 2 ** -11);
  });
});

await describeOnGpu('rounding to float16', (gpu) => {
  it('of every kind of number', async () => {
    expect(await firstWrongRounding(createWebGpuDevice(gpu()))).toBeNull();
  });
});
