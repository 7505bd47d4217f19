import { describe, expect, it } from 'vitest';
import { productGraph } from '../../bench/ceiling-product';
import { productWgsl } from '../../bench/ceiling-webgpu';
import { gpuName, prepareLab } from '../../bench/lab';
import { gptModel, inPrecision } from '../../bench/models';
import { createCpuDevice } from '../../src/kernels/devices/cpu/device';
import type { Graph } from '../../src/kernels/graph/types';

const sizes = { layers: 1, width: 8, heads: 2 };
const model = gptModel('tiny', sizes, { vocab: 7, context: 4, batch: 2 });

/** Ops of the two sides of every product. */
const sidesOf = ({ nodes }: Graph) =>
  nodes.filter(({ op }) => op === 'matmul').map(({ inputs }) => inputs.map((id) => nodes[id]!.op));

describe('inPrecision', () => {
  it('asks this lab for float16, and leaves the model as it is for everyone else', () => {
    expect(inPrecision(model, 'f16').target).toEqual({ ...model.target, precision: 'f16' });
    expect(inPrecision(model, 'f32')).toBe(model);
    expect(inPrecision(model, 'bf16')).toBe(model);
  });
});

describe('prepareLab', () => {
  it('trains in mixed precision where the model asks: to nearly the same losses, and not to the same', async () => {
    const [exact, mixed] = await Promise.all(
      (['f32', 'f16'] as const).map(async (precision) => {
        const device = createCpuDevice({ precision: 'f64' });
        const contender = await prepareLab(device, inPrecision(model, precision));
        return contender.run(3);
      }),
    );
    exact!.forEach((loss, step) => {
      expect(mixed![step]).not.toBe(loss);
      expect(Math.abs(mixed![step]! / loss - 1)).toBeLessThan(2e-3);
    });
  });
});

describe('the product that is the ceiling', () => {
  it('rounds its sides for mixed precision alone', () => {
    const shape = { m: 8, k: 8, n: 8 };
    expect(sidesOf(productGraph(shape, 'f16'))).toEqual([['roundF16', 'roundF16']]);
    expect(sidesOf(productGraph(shape, 'f32'))).toEqual([['input', 'input']]);
  });

  it('reads float16 and sums float32 in the plain kernel', () => {
    const [f16, f32] = (['f16', 'f32'] as const).map((precision) =>
      productWgsl({ m: 64, k: 64, n: 64 }, precision),
    );
    expect(f16).toMatch(/^enable f16;/);
    expect(f16).toContain('b: array<vec4h>');
    expect(f16).toContain('c: array<vec4f>');
    expect(f32).not.toMatch(/f16|vec4h/);
  });
});

describe('gpuName', () => {
  const gpu = (device: string, software: boolean, features: string[]) => ({
    info: {
      kind: 'webgpu' as const,
      name: 'webgpu (a driver)',
      software,
      precision: 'f32' as const,
    },
    device: { adapterInfo: { device }, features: new Set(features) } as unknown as GPUDevice,
  });

  it('names the chip beside its driver, and says where float16 is missing', () => {
    expect(gpuName(gpu('some-chip', false, ['shader-f16']), true)).toBe(
      'webgpu (a driver) on some-chip',
    );
    expect(gpuName(gpu('0x2330', false, []), false)).toBe('webgpu (a driver)');
    expect(gpuName(gpu('', false, []), true)).toBe('webgpu (a driver), without float16');
    expect(gpuName(gpu('a-cpu', true, []), false)).toBe('webgpu (a driver)');
  });
});
