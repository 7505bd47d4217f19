import { afterAll, describe, expect, it, vi } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import type { HostData, Session, Workload } from '../../../../src/kernels/devices/device';
import { bufferOf } from '../../../../src/kernels/devices/webgpu/arrangement';
import {
  createWebGpuDevice,
  type WebGpuDevice,
} from '../../../../src/kernels/devices/webgpu/device';
import { LOWERINGS } from '../../../../src/kernels/devices/webgpu/lowerings';
import { planWorkload, type WorkloadPlan } from '../../../../src/kernels/devices/webgpu/plan';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { type NodeId, sizeOf, type TensorType } from '../../../../src/kernels/graph/types';
import { normalAt } from '../../../../src/kernels/random/threefry';
import { relativeError } from '../../check-device';
import { describeOnGpu } from './gpu';

vi.setConfig({ testTimeout: 60_000 });

const f32 = (...shape: number[]): TensorType => ({ shape, dtype: 'f32' });

/** Sizes that are no multiple of any alignment, one of them of a single number. */
const SHAPES = [[5, 7], [300], [16, 16], [3], [2, 67]] as const;

interface TrainingOptions {
  readonly count?: number;
  /** The decay of parameter n. */
  readonly decay?: (n: number) => number;
  /** What parameter n's gradient is computed from, besides the parameter. */
  readonly gradient?: (b: GraphBuilder, n: number, p: NodeId, all: readonly NodeId[]) => NodeId;
}

/** Parameters whose gradients are products with x, updated with momentum by one rule. */
function training({
  count = SHAPES.length,
  decay = () => 0.9,
  gradient,
}: TrainingOptions = {}): Workload {
  const b = new GraphBuilder();
  const shapes = Array.from({ length: count }, (_, n) => SHAPES[n % SHAPES.length]!);
  const params = shapes.map((shape, n) => b.input(`p${n}`, [...shape]));
  const x = b.input('x', [1, 1]);
  const rate = b.mul(b.input('step', []), b.constant(0.01));
  const tensors: Record<string, TensorType> = {};
  const updates: Record<string, NodeId> = {};
  shapes.forEach((shape, n) => {
    const p = params[n]!;
    // A kernel of its own, as gradients are.
    const product = () => b.reshape(b.matmul(b.reshape(p, [sizeOf(shape), 1]), x), [...shape]);
    const g = gradient?.(b, n, p, params) ?? product();
    const m = b.add(b.scale(b.input(`m${n}`, [...shape]), decay(n)), g);
    updates[`m${n}`] = m;
    updates[`p${n}`] = b.sub(p, b.mul(m, rate));
    tensors[`p${n}`] = f32(...shape);
    tensors[`m${n}`] = f32(...shape);
  });
  return { tensors, graphs: { train: b.finish({}, updates) } };
}

const target = { storageBuffers: 8, software: true };
const planOf = (workload: Workload, bindingBytes = 2 ** 27): WorkloadPlan =>
  planWorkload(workload, { ...target, bindingBytes }, LOWERINGS);

/** Launches of a plan that update a tensor. */
function updating({ graphs }: WorkloadPlan) {
  return graphs
    .get('train')!
    .launches.filter(({ writes }) => writes.some(({ place }) => place === 'tensor'));
}

/** No launch may read and write one buffer, not even different parts of it. */
function expectValid({ graphs, blocks }: WorkloadPlan): void {
  for (const { launches } of graphs.values()) {
    for (const { reads, writes, label } of launches) {
      const written = new Set(writes.map((region) => bufferOf(region, blocks)));
      for (const read of reads) expect(written, label).not.toContain(bufferOf(read, blocks));
      expect(reads.length + writes.length).toBeLessThanOrEqual(target.storageBuffers);
    }
  }
}

describe('updates by one rule', () => {
  it.each([2, 5, 40])('are one launch for %i parameters', (count) => {
    const plan = planOf(training({ count }));
    expectValid(plan);
    expect(updating(plan)).toHaveLength(1);
    const names = Array.from({ length: count }, (_, n) => n);
    expect(plan.blocks.map((block) => [...block].sort())).toEqual(
      ['m', 'p'].map((state) => names.map((n) => `${state}${n}`).sort()),
    );
  });

  it('are a launch for each set of numbers', () => {
    const plan = planOf(training({ decay: (n) => (n % 2 === 0 ? 0.9 : 0.5) }));
    expectValid(plan);
    expect(updating(plan)).toHaveLength(2);
  });

  it('are several launches where one binding may not be as large as all of them', () => {
    const plan = planOf(training({ count: 40 }), 4000);
    expectValid(plan);
    for (const { reads, writes } of updating(plan)) {
      for (const { bytes } of [...reads, ...writes]) expect(bytes).toBeLessThanOrEqual(4000);
    }
    expect(updating(plan).length).toBeLessThan(20);
  });

  it('leave apart what depends on its place: a random number, a position', () => {
    const random = training({
      gradient: (b, n, p) =>
        b.emit('randomUniform', [b.input('seed', [], 'i32')], { stream: n, shape: b.shape(p) }),
    });
    expect(planOf(random).blocks).toEqual([]);
  });

  it('leave apart tensors that are read where others of the block are written', () => {
    // The first two parameters read each other's old values, and so cannot be updated where they lie.
    const b = new GraphBuilder();
    const [p, q, r, s] = ['p', 'q', 'r', 's'].map((name) => b.input(name, [9]));
    const half = b.constant(0.5);
    const graph = b.finish(
      {},
      { p: b.mul(q!, half), q: b.mul(p!, half), r: b.mul(r!, half), s: b.mul(s!, half) },
    );
    const tensors = { p: f32(9), q: f32(9), r: f32(9), s: f32(9) };
    expectValid(planOf({ tensors, graphs: { train: graph } }));
  });

  it('leave apart tensors that another graph reads and writes at once', () => {
    const b = new GraphBuilder();
    const copy = b.finish({}, { p1: b.reshape(b.transpose(b.input('p0', [5, 7]), [1, 0]), [35]) });
    const workload = training({ count: 1 });
    const all: Workload = {
      tensors: { ...workload.tensors, p1: f32(35), m1: f32(35) },
      graphs: { copy, ...twoOf35() },
    };
    const plan = planOf(all);
    expectValid(plan);
    expect(plan.blocks.flat()).not.toContain('p0');
  });

  it('find the blocks of the first graph in the second', () => {
    const { tensors, graphs } = training();
    const plan = planOf({ tensors, graphs: { ...graphs, again: graphs.train! } });
    expectValid(plan);
    expect(plan.blocks).toHaveLength(2);
    const [first, second] = [...plan.graphs.values()].map(({ launches }) => launches.length);
    expect(second).toBe(first);
  });
});

function twoOf35(): Workload['graphs'] {
  const b = new GraphBuilder();
  const rate = b.input('rate', []);
  const next = (name: string, shape: number[]) => b.sub(b.input(name, shape), rate);
  return { train: b.finish({}, { p0: next('p0', [5, 7]), p1: next('p1', [35]) }) };
}

await describeOnGpu('flat updates', (gpu) => {
  let made: WebGpuDevice | undefined;
  afterAll(() => made?.close());

  it('give what the CPU gives, and can be read and written tensor by tensor', async () => {
    made ??= createWebGpuDevice(gpu());
    const workload = training();
    const oracle = await createCpuDevice({ precision: 'f32' }).open(workload);
    const session = await made.open(workload);
    session.poison();
    const all = Object.entries(workload.tensors);
    all.forEach(([name, { shape }], n) => {
      const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => normalAt(n, 1, i));
      for (const one of [oracle, session]) one.write(name, data);
    });
    const steps = [1, 2, 3].map((step) => ({
      step: Float32Array.of(step),
      x: Float32Array.of(0.5),
    }));
    for (const one of [oracle, session]) await one.run('train', steps);
    // A tensor that is written alone leaves its neighbours as they are.
    const fresh = Float32Array.from({ length: 300 }, (_, i) => i);
    for (const one of [oracle, session]) one.write('p1', fresh);
    for (const [name] of all) {
      const read = (one: Session): Promise<HostData> => one.read(name);
      const [expected, actual] = await Promise.all([read(oracle), read(session)]);
      expect(relativeError(actual, expected), name).toBeLessThan(1e-6);
    }
  });
});
