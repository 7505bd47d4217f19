import { expect, it, vi } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import type { Device, Outputs } from '../../../../src/kernels/devices/device';
import { createWebGpuDevice } from '../../../../src/kernels/devices/webgpu/device';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { differentiate } from '../../../../src/kernels/graph/differentiate';
import { withMixedPrecision } from '../../../../src/kernels/graph/mixed-precision';
import { type Graph, type NodeId, sizeOf } from '../../../../src/kernels/graph/types';
import { normalAt } from '../../../../src/kernels/random/threefry';
import { memoryCorpora } from '../../../../src/model/tasks/stores/memory';
import { relativeError } from '../../check-device';
import { describeOnGpu, lacksFloat16 } from './gpu';

// A software adapter compiles a shader of many barriers for seconds when the machine is busy.
vi.setConfig({ testTimeout: 600_000 });

const INPUTS = { x: [2, 65, 64], w1: [64, 96], w2: [96, 64], r: [2, 65, 64] };

/** Two layers and products of stacks, with what comes after each in the same kernel, and all gradients. */
function layers(): Graph {
  const b = new GraphBuilder();
  const ids = Object.entries(INPUTS).map(([name, shape]) => b.input(name, shape));
  const [x, w1, w2, r] = ids as [NodeId, NodeId, NodeId, NodeId];
  const hidden = b.emit('gelu', [b.matmul(x, w1)]);
  const y = b.add(b.matmul(hidden, w2), r);
  const alike = b.scale(b.matmul(y, y, { transposeA: false, transposeB: true }), 0.01);
  const loss = b.sum(b.mul(alike, b.emit('sin', [alike])), []);
  const [dx, dw1, dw2] = differentiate(b, loss, [x, w1, w2]);
  return b.finish({ y, alike, dx: dx!, dw1: dw1!, dw2: dw2! });
}

const feeds: Record<string, Float32Array> = {};
Object.entries(INPUTS).forEach(([name, shape], seed) => {
  const scale = name.startsWith('w') ? 0.1 : 1;
  feeds[name] = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => scale * normalAt(seed, 0, i),
  );
});

async function run(device: Device, graph: Graph): Promise<Outputs> {
  const session = await device.open({ tensors: {}, graphs: { graph } });
  const [outputs] = await session.run('graph', [feeds]);
  session.close();
  return outputs!;
}

const WITHOUT = [undefined, 'units', 'float16'] as const;

await describeOnGpu('mixed precision, planned as for a GPU,', (gpu) => {
  it('gives what the CPU gives, with whatever the device has for it', async () => {
    const graph = withMixedPrecision(layers());
    const cpu = createCpuDevice({ precision: 'f64' });
    const [expected, unrounded] = [await run(cpu, graph), await run(cpu, layers())];
    const hasFloat16 = (await lacksFloat16(gpu())) === null;
    for (const without of hasFloat16 ? WITHOUT : [undefined]) {
      const options = { software: false, ...(without && { without }) };
      const actual = await run(createWebGpuDevice(gpu(), options), graph);
      for (const [name, data] of Object.entries(expected)) {
        // What float32 makes of a sum may round to the next number of float16, once in thousands.
        const error = relativeError(actual[name]!, data);
        const what = `${name} without ${without}`;
        expect(error, what).toBeLessThan(1.5e-4);
        expect(error, what).toBeLessThan(relativeError(unrounded[name]!, data) / 3);
      }
    }
  });
});

await describeOnGpu(
  'products of rounded numbers that are tuned',
  (gpu) => {
    it('are classes of their own, whose way is measured', async () => {
      const store = memoryCorpora();
      const b = new GraphBuilder();
      const y = b.matmul(b.input('a', [64, 64]), b.input('b', [64, 64]));
      const graphs = { forward: withMixedPrecision(b.finish({ y })) };
      for (const without of ['units', 'float16'] as const) {
        const options = { without, software: false, choices: store, tuningMilliseconds: 60_000 };
        const session = await createWebGpuDevice(gpu(), options).open({ tensors: {}, graphs });
        session.close();
      }
      const [key] = await store.list();
      const kept = JSON.parse(new TextDecoder().decode(await store.get(key!)));
      expect(Object.keys(kept)).toEqual(['matmul f16 NN 1x64x64x64', 'matmul NN 1x64x64x64']);
      const [half, full] = Object.values(kept);
      expect(half).toMatch(/^(f16 tiles|f16 early fours|tiles) of \d+, 128 groups$/);
      expect(full).toMatch(/^(tiles|early fours|fours|registers) of \d+, 128 groups$/);
    });
  },
  lacksFloat16,
);
