import { describe, expect, it, vi } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import type { Device, Workload } from '../../../../src/kernels/devices/device';
import { createWebGpuDevice } from '../../../../src/kernels/devices/webgpu/device';
import type { Lowering } from '../../../../src/kernels/devices/webgpu/kernel';
import { LOWERINGS } from '../../../../src/kernels/devices/webgpu/lowerings';
import { planWorkload, type WorkloadPlan } from '../../../../src/kernels/devices/webgpu/plan';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { differentiate } from '../../../../src/kernels/graph/differentiate';
import { type Shape, sizeOf } from '../../../../src/kernels/graph/types';
import { inFours } from '../../../../src/kernels/ops/matmul/matmul.fours';
import { normalAt } from '../../../../src/kernels/random/threefry';
import { relativeError } from '../../check-device';
import { describeOnGpu } from './gpu';

// A software adapter compiles a shader of many barriers for seconds when the machine is busy.
vi.setConfig({ testTimeout: 180_000 });

const WAYS = ['early fours of 32', 'early fours of 64'];

/** Lowerings whose products all take one way, as if it had been measured to be the fastest. */
function taking(way: string): ReadonlyMap<string, Lowering> {
  const choices = new Map<string, string>();
  choices.get = () => `${way}, 128 groups`;
  const matmul: Lowering = (context) => LOWERINGS.get('matmul')!({ ...context, choices });
  return new Map([...LOWERINGS, ['matmul', matmul]]);
}

const INPUTS: Readonly<Record<string, Shape>> = {
  x: [12, 68],
  q: [36, 68],
  k: [36, 68],
  v: [68, 36],
  head: [27, 36],
  scale: [36],
};

/** All but x, one after the other in one block of memory, for one rule updates them. */
const WEIGHTS = Object.keys(INPUTS).slice(1);

/**
 * Three products of one x, which a norm reads one by one; the first is read again beside what it becomes, and
 * the last has 27 columns, so that it lies in fours on one side only and its gradients on others.
 */
function workload(): Workload {
  const b = new GraphBuilder();
  const node = Object.fromEntries(
    Object.entries(INPUTS).map(([name, shape]) => [name, b.input(name, shape)]),
  );
  const of = (name: string) => node[name]!;
  const norm = b.sum(b.emit('rmsNorm', [of('x')], { eps: 1e-3 }), [1], true);
  const q = b.matmul(of('x'), of('q'), { transposeB: true });
  const k = b.matmul(of('x'), of('k'), { transposeB: true });
  const v = b.matmul(of('x'), of('v'));
  const gated = b.mul(b.emit('tanh', [b.scale(q, 0.3)]), of('scale'));
  const most = b.emit('softmax', [q]);
  const mixed = b.add(b.mul(b.add(gated, k), most), b.mul(v, norm));
  const logits = b.matmul(mixed, of('head'), { transposeB: true });
  const loss = b.sum(b.mul(logits, b.emit('sin', [logits])), []);
  const [dx, ...gradients] = differentiate(b, loss, Object.keys(INPUTS).map(of));
  const updates = Object.fromEntries(
    WEIGHTS.map((name, i) => [name, b.sub(of(name), b.scale(gradients[i]!, 1e-5))]),
  );
  const tensors = Object.fromEntries(
    WEIGHTS.map((name) => [name, { shape: INPUTS[name]!, dtype: 'f32' as const }]),
  );
  return { tensors, graphs: { graph: b.finish({ logits, dx: dx! }, updates) } };
}

describe('a text in fours', () => {
  const text = `var<storage, read> a: array<f32, M * K>;
var<storage, read_write> out: array<f32, M * N>;
fn read_a(at: vec4u) -> vec4f {
  return vec4f(a[at.x], a[at.y], a[at.z], a[at.w]);
}
fn store_four(at: u32, four: vec4f) {
  out[at] = four.x;
}
fn finish(i: u32, value: f32) {
  out[i] = value;
}`;

  it('is changed where it names those bindings, and nowhere else', () => {
    expect(inFours(text, [])).toBe(text);
    expect(inFours(text, ['a'])).toBe(
      text
        .replace('array<f32, M * K>', 'array<vec4f, (M * K) / 4u>')
        .replace('vec4f(a[at.x], a[at.y], a[at.z], a[at.w])', 'a[at.x / 4u]'),
    );
    expect(inFours(text, ['out'])).toBe(
      text
        .replace('array<f32, M * N>', 'array<vec4f, (M * N) / 4u>')
        .replace('out[at] = four.x', 'out[at / 4u] = four')
        .replace('out[i] = value', 'out[i / 4u][i % 4u] = value'),
    );
  });
});

describe('products in fours, planned', () => {
  const planned = (way: string): WorkloadPlan =>
    planWorkload(workload(), { storageBuffers: 10, software: false }, taking(way));

  it('share launches with what reads the same tensor one by one, and store in fours unless there is more to do', () => {
    const { graphs, blocks } = planned(WAYS[0]!);
    expect(blocks).toEqual([[...WEIGHTS].sort()]);
    const { launches } = graphs.get('graph')!;
    expect(launches).toHaveLength(planned('tiles of 32').graphs.get('graph')!.launches.length);
    const first = launches.find(({ label }) => label.includes('2 x matmul 12x68x36'))!;
    const bound = [...first.wgsl.matchAll(/var<storage, read> \w+: array<(\w+)/g)];
    expect(new Set(bound.map(([, element]) => element))).toEqual(new Set(['f32', 'vec4f']));
    const texts = launches.map(({ wgsl }) => wgsl).join('\n');
    expect(texts).toMatch(/store_four\([^)]*\) \{\s*\w*out\[at \/ 4u\] = four;/);
    expect(texts).toMatch(/store_four\([^)]*\) \{\}/);
  });
});

await describeOnGpu('products in fours', (gpu) => {
  it('give what the CPU gives, with their gradients, joined with others and with more done to their elements', async () => {
    const runs = async (device: Device) => {
      const session = await device.open(workload());
      const [x, ...weights] = Object.entries(INPUTS).map(([name, shape], seed) => {
        const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => normalAt(seed, 0, i));
        return [name, data.map((value) => 0.3 * value)] as const;
      });
      for (const [name, data] of weights) session.write(name, data);
      const feeds = { x: x![1] };
      // The second run reads what the first one has learned.
      const outputs = await session.run('graph', [feeds, feeds]);
      session.close();
      return outputs;
    };
    const expected = await runs(createCpuDevice({ precision: 'f64' }));
    for (const way of WAYS) {
      const device = createWebGpuDevice(gpu(), { software: false, lowerings: taking(way) });
      const actual = await runs(device);
      expected.forEach((outputs, run) => {
        for (const [name, data] of Object.entries(outputs)) {
          const what = `${way}: ${name} of run ${run}`;
          expect(relativeError(actual[run]![name]!, data), what).toBeLessThan(1e-4);
        }
      });
    }
  });
});
