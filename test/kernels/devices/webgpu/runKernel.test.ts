import { expect, it } from 'vitest';
import { ShaderError } from '../../../../src/kernels/devices/errors';
import { type Kernel, specialize } from '../../../../src/kernels/devices/webgpu/kernel';
import { runKernels } from '../../../../src/kernels/devices/webgpu/runKernel';
import { describeOnGpu } from './gpu';
import scaleWgsl from './scale.wgsl?raw';

const scale = (wgsl: string): Kernel => ({
  label: 'scale',
  wgsl,
  numbers: [3],
  reads: [0],
  writes: [1],
  workgroups: [2, 1, 1],
});

await describeOnGpu('one kernel', (gpu) => {
  it('runs on given tensors and hands back what it wrote', async () => {
    const x = Float32Array.from({ length: 101 }, (_, i) => i);
    const kernel = scale(specialize(scaleWgsl, { COUNT: 100 }));
    const written = await runKernels(gpu().device, [kernel], {
      0: { data: x },
      1: { length: 101, dtype: 'f32' },
    });
    expect([...written[1]!.slice(0, 100)]).toEqual([...x.slice(0, 100)].map((n) => n * 3));
    expect(written[1]![100]).toBeNaN();
  });

  it('names what is wrong in a shader, with its source', async () => {
    const broken = specialize(scaleWgsl.replace('numbers[0].x', 'nonsense'), { COUNT: 100 });
    const failure = await runKernels(gpu().device, [scale(broken)], {
      0: { data: new Float32Array(100) },
      1: { length: 100, dtype: 'f32' },
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ShaderError);
    expect((failure as ShaderError).log).toContain('nonsense');
    expect((failure as ShaderError).source).toContain('   1 | const COUNT = 100u;');
  });
});
