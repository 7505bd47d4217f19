import { afterAll, expect, it, vi } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import type { Feeds, HostData, Session, Workload } from '../../../../src/kernels/devices/device';
import {
  createWebGpuDevice,
  type WebGpuDevice,
} from '../../../../src/kernels/devices/webgpu/device';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { differentiate } from '../../../../src/kernels/graph/differentiate';
import { type Graph, sizeOf, type TensorType } from '../../../../src/kernels/graph/types';
import { normalAt } from '../../../../src/kernels/random/threefry';
import { relativeError } from '../../check-device';
import { describeOnGpu } from './gpu';

// A software GPU compiles the shaders of a whole model for seconds, on a busy machine for many.
vi.setConfig({ testTimeout: 180_000 });

const f32 = (...shape: number[]): TensorType => ({ shape, dtype: 'f32' });

/** y = x + 1 of one number, a counter that goes up by it, and the counter's new value. */
function counting(): Workload {
  const b = new GraphBuilder();
  const total = b.add(b.input('total', []), b.input('x', []));
  const graph = b.finish({ y: b.add(b.input('x', []), b.constant(1)), total }, { total });
  return { tensors: { total: f32() }, graphs: { count: graph } };
}

const fed = (...xs: number[]): Feeds[] => xs.map((x) => ({ x: Float32Array.of(x) }));

await describeOnGpu('a session', (gpu) => {
  let made: WebGpuDevice | undefined;
  const device = () => {
    made ??= createWebGpuDevice(gpu());
    return made;
  };
  afterAll(() => made?.close());

  it.each([
    ['in software', true],
    ['in hardware', false],
  ])(
    'trains as the CPU does, many steps in one call, planned as for a GPU %s',
    async (_, software) => {
      const workload = smallTraining();
      const oracle = await createCpuDevice({ precision: 'f32' }).open(workload);
      const session = await createWebGpuDevice(gpu(), { software }).open(workload);
      for (const s of [oracle, session]) initialise(s, workload);
      session.poison();
      const steps = Array.from(
        { length: 20 },
        (_, step): Feeds => ({
          tokens: Int32Array.from({ length: 24 }, (_, i) => (i * 5 + step) % 11),
          targets: Int32Array.from({ length: 24 }, (_, i) =>
            i === 3 ? -1 : (i * 5 + 5 + step) % 11,
          ),
          step: Float32Array.of(step),
          seed: Int32Array.of(step),
        }),
      );
      const [expected, actual] = await Promise.all([
        oracle.run('train', steps),
        session.run('train', steps),
      ]);
      const losses = actual.map(({ loss }) => loss![0]!);
      expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
      expected.forEach(({ loss }, step) => {
        expect(Math.abs(losses[step]! - loss![0]!), `step ${step}`).toBeLessThan(1e-4);
      });
      for (const name of Object.keys(workload.tensors)) {
        const [right, ours] = await Promise.all([oracle.read(name), session.read(name)]);
        expect(relativeError(ours, right), name).toBeLessThan(1e-3);
      }
      session.close();
    },
  );

  it('sums the parts of gradients beside later launches, planned as for a GPU in hardware', async () => {
    const workload = longProducts();
    const oracle = await createCpuDevice({ precision: 'f32' }).open(workload);
    const session = await createWebGpuDevice(gpu(), { software: false }).open(workload);
    const beside = session.plans
      .train!.steps.map(({ kernel }) => kernel)
      .filter((kernel) => /\bsum 1x\d+x64\b/.test(kernel) && kernel.includes('matmul'));
    expect(beside.length).toBeGreaterThan(0);
    for (const s of [oracle, session]) initialise(s, workload);
    session.poison();
    const x = Float32Array.from({ length: 1024 * 8 }, (_, i) => normalAt(5, 0, i));
    for (const s of [oracle, session]) await s.run('train', [{ x }, { x }, { x }]);
    for (const name of Object.keys(workload.tensors)) {
      const [right, ours] = await Promise.all([oracle.read(name), session.read(name)]);
      expect(relativeError(ours, right), name).toBeLessThan(1e-5);
    }
    session.close();
  });

  it('keeps the order of calls, however many are under way', async () => {
    const session = await device().open(counting());
    session.write('total', Float32Array.of(1000));
    const first = Array.from({ length: 300 }, (_, i) => i); // more than one submit, and than its buffers
    const calls = [
      session.run('count', fed(...first)),
      session.run('count', fed(7)),
      session.read('total'),
    ];
    session.write('total', Float32Array.of(5));
    const last = session.run('count', fed(1, 2));
    const [many, one, total] = (await Promise.all(calls)) as [
      Awaited<ReturnType<Session['run']>>,
      Awaited<ReturnType<Session['run']>>,
      HostData,
    ];
    let sum = 1000;
    many.forEach(({ y, total: after }, i) => {
      sum += i;
      expect(y![0]).toBe(i + 1);
      expect(after![0]).toBe(sum);
    });
    expect(one[0]!.y![0]).toBe(8);
    expect(total[0]).toBe(sum + 7);
    expect((await last).map(({ total: after }) => after![0])).toEqual([6, 8]);
    session.close();
  });

  it('reads its feeds before the call returns', async () => {
    const session = await device().open(counting());
    const x = Float32Array.of(0);
    const calls = Array.from({ length: 12 }, (_, i) => {
      x[0] = i;
      return session.run('count', Array(70).fill({ x }));
    });
    x[0] = 99;
    const results = await Promise.all(calls);
    expect(results.map((runs) => runs.at(-1)!.y![0])).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    session.close();
  });

  it('makes nothing new after it was opened, and submits many runs at once', async () => {
    const session = await device().open(counting());
    await session.run('count', fed(1));
    const before = session.stats;
    await Promise.all([session.run('count', fed(1, 2, 3, 4, 5)), session.run('count', fed(6))]);
    const after = session.stats;
    expect(after.buffers).toBe(before.buffers);
    expect(after.bindGroups).toBe(before.bindGroups);
    expect(after.submits - before.submits).toBe(2);
    expect(after.launches - before.launches).toBe(6 * session.plans.count!.launches);
    session.close();
  });

  it('compiles nothing for a program that differs only in its numbers', async () => {
    const workload = (rate: number): Workload => {
      const b = new GraphBuilder();
      const p = b.input('p', [6]);
      const graph = b.finish({}, { p: b.sub(p, b.scale(b.emit('cos', [p]), rate)) });
      return { tensors: { p: f32(6) }, graphs: { step: graph } };
    };
    const first = await device().open(workload(0.5));
    const built = device().pipelinesBuilt;
    const second = await device().open(workload(0.25));
    expect(device().pipelinesBuilt).toBe(built);
    for (const [session, rate] of [
      [first, 0.5],
      [second, 0.25],
    ] as const) {
      expect(await session.run('step', [{}])).toEqual([{}]);
      expect((await session.read('p'))[0]).toBeCloseTo(-rate, 6);
      session.close();
    }
  });

  it('compiles nothing where numbers were equal and one of them changes', async () => {
    const workload = (rate: number, floor: number, fill: number): Workload => {
      const b = new GraphBuilder();
      const [p, g] = [b.input('p', [6]), b.input('g', [6])];
      const step = b.scale(b.emit('cos', [b.add(g, b.constant(floor))]), rate);
      const filled = b.broadcastTo(b.reshape(b.constant(fill), [1]), [6]);
      const graph = b.finish({}, { p: b.mul(b.sub(p, step), b.emit('maximum', [g, filled])) });
      return { tensors: { p: f32(6) }, graphs: { step: graph } };
    };
    const run = async (...numbers: readonly [number, number, number]) => {
      const session = await device().open(workload(...numbers));
      await session.run('step', [{ g: new Float32Array(6) }]);
      const [value] = await session.read('p');
      session.close();
      return value!;
    };
    expect(await run(0.5, 0.5, 0.5)).toBeCloseTo(-0.5 * Math.cos(0.5) * 0.5, 6);
    const built = device().pipelinesBuilt;
    for (const [rate, floor, fill] of [
      [0.25, 0.5, 0.5],
      [0.5, 0.25, 0.5],
      [0.5, 0.5, 0.25],
      [0.1, 0.2, 0.3],
    ] as const) {
      expect(await run(rate, floor, fill)).toBeCloseTo(-rate * Math.cos(floor) * fill, 6);
    }
    expect(device().pipelinesBuilt).toBe(built);
  });

  it('swaps tensors, hands out integers, booleans and what was fed', async () => {
    const b = new GraphBuilder();
    const [p, q] = [b.input('p', [3]), b.input('q', [3])];
    const ids = b.input('ids', [2, 2], 'i32');
    const graph = b.finish(
      { was: p, ids, more: b.emit('greater', [p, q]), turned: b.transpose(ids, [1, 0]) },
      { p: q, q: p },
    );
    const session = await device().open({
      tensors: { p: f32(3), q: f32(3) },
      graphs: { swap: graph },
    });
    session.write('p', Float64Array.of(1, 2, 3));
    session.write('q', Float32Array.of(3, 2, 1));
    const [out] = await session.run('swap', [{ ids: Int32Array.of(1, -2, 3, 4) }]);
    expect(out).toEqual({
      was: Float32Array.of(1, 2, 3),
      ids: Int32Array.of(1, -2, 3, 4),
      more: Int32Array.of(0, 0, 1),
      turned: Int32Array.of(1, 3, -2, 4),
    });
    expect(await session.read('p')).toEqual(Float32Array.of(3, 2, 1));
    expect(await session.read('q')).toEqual(Float32Array.of(1, 2, 3));
    session.close();
  });

  it('ends what is under way when it is closed', async () => {
    const session = await device().open(counting());
    const calls = Array.from({ length: 10 }, () => session.run('count', fed(1, 2, 3)));
    session.close();
    for (const ending of await Promise.allSettled(calls)) {
      if (ending.status === 'rejected') expect(ending.reason.message).toContain('closed');
    }
    expect((await Promise.allSettled(calls)).at(-1)!.status).toBe('rejected');
    const next = await device().open(counting());
    expect((await next.run('count', fed(1)))[0]!.y![0]).toBe(2);
    next.close();
  });

  it('says what is wrong with a name or a length', async () => {
    const session = await device().open(counting());
    await expect(session.run('count', [{}])).rejects.toThrow('fed no x, of shape []');
    await expect(session.run('count', [{ x: new Float32Array(2) }])).rejects.toThrow(
      'x has shape [], 1 numbers, and was given 2',
    );
    await expect(session.run('other', [])).rejects.toThrow('no graph named other');
    await expect(session.read('v')).rejects.toThrow('no tensor named v');
    expect(() => session.write('total', new Float32Array(3))).toThrow('was given 3');
    expect(await session.run('count', [])).toEqual([]);
    session.close();
    await expect(session.run('count', fed(1))).rejects.toThrow('closed');
  });
});

/** A small model with an embedding, products, attention, dropout, a norm and Adam. */
function smallTraining(): Workload {
  const [V, C, T, B] = [11, 8, 6, 4];
  const b = new GraphBuilder();
  const tokens = b.input('tokens', [B, T], 'i32');
  const targets = b.input('targets', [B, T], 'i32');
  const shapes = { wte: [V, C], wqkv: [3 * C, C], w1: [16, C], w2: [C, 16], head: [V, C] };
  const params = Object.entries(shapes).map(([name, shape]) => b.input(name, shape));
  const [wte, wqkv, w1, w2, head] = params as [number, number, number, number, number];
  const linear = (x: number, w: number) => b.matmul(x, w, { transposeB: true });

  const x = b.emit('embedding', [wte, tokens]);
  const qkv = linear(b.emit('rmsNorm', [x], { eps: 1e-5 }), wqkv);
  const [q, k, v] = [0, 1, 2].map((i) =>
    b.reshape(b.emit('slice', [qkv], { starts: [0, 0, i * C], sizes: [B, T, C] }), [B, T, 2, 4]),
  ) as [number, number, number];
  const settings = { causal: true, window: 0, scale: 0.5, softcap: 0, alibi: false };
  const mixed = b.add(x, b.reshape(b.emit('attention', [q, k, v], settings), [B, T, C]));
  const hidden = b.emit('gelu', [linear(mixed, w1)]);
  const draw = b.emit('randomUniform', [b.input('seed', [], 'i32')], {
    shape: [B, T, 16],
    stream: 3_000_000_000,
  });
  const kept = b.select(b.emit('less', [draw, b.constant(0.9)]), hidden, b.constant(0));
  const logits = linear(b.add(mixed, linear(kept, w2)), head);
  const loss = b.scale(b.sum(b.emit('crossEntropy', [logits, targets]), []), 1 / (B * T - 1));

  const gradients = differentiate(b, loss, params);
  const t = b.add(b.input('step', []), b.constant(1));
  const bias = (beta: number) => b.sub(b.constant(1), b.emit('pow', [b.constant(beta), t]));
  const updates: Record<string, number> = {};
  const tensors: Record<string, TensorType> = {};
  Object.entries(shapes).forEach(([name, shape], i) => {
    const g = gradients[i]!;
    const m = b.add(b.scale(b.input(`m/${name}`, shape), 0.9), b.scale(g, 0.1));
    const square = b.scale(b.emit('square', [g]), 0.05);
    const s = b.add(b.scale(b.input(`s/${name}`, shape), 0.95), square);
    const root = b.add(b.emit('sqrt', [b.div(s, bias(0.95))]), b.constant(1e-3));
    updates[`m/${name}`] = m;
    updates[`s/${name}`] = s;
    updates[name] = b.sub(params[i]!, b.scale(b.div(b.div(m, bias(0.9)), root), 0.01));
    for (const kind of ['', 'm/', 's/']) tensors[kind + name] = f32(...shape);
  });
  const train: Graph = b.finish({ loss }, updates);
  return { tensors, graphs: { train } };
}

/** Three products in a row, of so many rows that a GPU sums the gradients of their matrices in parts. */
function longProducts(): Workload {
  const b = new GraphBuilder();
  const shape = [8, 8];
  const names = ['w0', 'w1', 'w2'];
  const weights = names.map((name) => b.input(name, shape));
  const y = weights.reduce((x, w) => b.emit('tanh', [b.matmul(x, w)]), b.input('x', [1024, 8]));
  const gradients = differentiate(b, b.sum(b.emit('square', [y]), []), weights);
  const next = names.map((name, i) => [name, b.sub(weights[i]!, b.scale(gradients[i]!, 1e-4))]);
  const train = b.finish({}, Object.fromEntries(next));
  return {
    tensors: Object.fromEntries(names.map((name) => [name, f32(...shape)])),
    graphs: { train },
  };
}

function initialise(session: Session, { tensors }: Workload): void {
  Object.entries(tensors).forEach(([name, { shape }], stream) => {
    if (name.includes('/')) return;
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => normalAt(3, stream, i) / 4);
    session.write(name, data);
  });
}
