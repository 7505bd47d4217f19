import { expect, it } from 'vitest';
import {
  DeviceLostError,
  OutOfMemoryError,
  ShaderError,
} from '../../../../src/kernels/devices/errors';
import { createWebGpuDevice } from '../../../../src/kernels/devices/webgpu/device';
import { LOWERINGS } from '../../../../src/kernels/devices/webgpu/lowerings';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import type { Graph } from '../../../../src/kernels/graph/types';
import { describeOnGpu, testGpu } from './gpu';

function product(n: number): Graph {
  const b = new GraphBuilder();
  return b.finish({ y: b.matmul(b.input('x', [n, n]), b.input('x', [n, n])) });
}

async function fresh() {
  const gpu = await testGpu();
  if (typeof gpu === 'string') throw new Error(gpu);
  return gpu;
}

await describeOnGpu('what goes wrong', () => {
  it('a lost device ends every call under way, and every later one', async () => {
    const device = createWebGpuDevice(await fresh());
    const session = await device.open({ tensors: {}, graphs: { product: product(64) } });
    const feeds = [{ x: new Float32Array(64 * 64) }];
    await session.run('product', feeds);
    const calls = Array.from({ length: 6 }, () => session.run('product', feeds));
    device.close();
    const endings = await Promise.allSettled(calls);
    for (const ending of endings) {
      // What had already arrived is as good as ever.
      if (ending.status === 'rejected') expect(ending.reason).toBeInstanceOf(DeviceLostError);
    }
    expect(endings.at(-1)!.status).toBe('rejected');
    await expect(session.run('product', feeds)).rejects.toThrow(DeviceLostError);
    await expect(session.read('x')).rejects.toThrow(DeviceLostError);
    await expect(device.open({ tensors: {}, graphs: {} })).rejects.toThrow(DeviceLostError);
  });

  it("a shader that does not compile comes back with its source and the compiler's words", async () => {
    const broken = new Map(LOWERINGS).set('matmul', (context) =>
      LOWERINGS.get('matmul')!(context).map((kernel) => ({
        ...kernel,
        wgsl: kernel.wgsl.replace('fn main', 'fn main_but_not_quite'),
      })),
    );
    const device = createWebGpuDevice(await fresh(), { lowerings: broken });
    const opening = device.open({ tensors: {}, graphs: { product: product(8) } });
    const error = await opening.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ShaderError);
    expect((error as ShaderError).message).toContain('matmul 8x8x8');
    expect((error as ShaderError).source).toContain('fn main_but_not_quite');
    // The device is none the worse for it.
    const b = new GraphBuilder();
    const graph = b.finish({ y: b.neg(b.input('x', [1])) });
    const session = await device.open({ tensors: {}, graphs: { graph } });
    const [out] = await session.run('graph', [{ x: Float32Array.of(3) }]);
    expect(out!.y).toEqual(Float32Array.of(-3));
    device.close();
  });

  it('a tensor too large for the GPU is refused before anything is allocated', async () => {
    const gpu = await fresh();
    const device = createWebGpuDevice(gpu);
    const elements = gpu.device.limits.maxStorageBufferBindingSize / 4 + 4;
    const tensors = { huge: { shape: [elements], dtype: 'f32' as const } };
    await expect(device.open({ tensors, graphs: {} })).rejects.toThrow(OutOfMemoryError);
    await expect(device.open({ tensors, graphs: {} })).rejects.toThrow(/huge needs \d+ MiB/);
    device.close();
  });

  it('a session over its share of memory is refused', async () => {
    const device = createWebGpuDevice(await fresh(), { memoryLimit: 2 ** 20 });
    const opening = device.open({ tensors: {}, graphs: { product: product(400) } });
    await expect(opening).rejects.toThrow(
      /more than \d+\.\d MiB on the GPU, and may have 1\.0 MiB/,
    );
    device.close();
  });
});
