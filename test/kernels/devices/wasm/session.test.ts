import { describe, expect, it } from 'vitest';
import { NoDeviceError, OutOfMemoryError } from '../../../../src/kernels/devices/errors';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { bestSimd, engineHas } from '../../../../src/kernels/devices/wasm/engine';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { GraphError } from '../../../../src/kernels/graph/errors';
import type { TensorType } from '../../../../src/kernels/graph/types';
import { normalAt } from '../../../../src/kernels/random/threefry';

const vector = (n: number): TensorType => ({ shape: [n], dtype: 'f32' });

describe('the wasm session', () => {
  const device = createWasmDevice();

  it('keeps tensors between runs, and computes an update from the old values of all', async () => {
    const b = new GraphBuilder();
    const [p, q] = [b.input('p', [5]), b.input('q', [5])];
    const graph = b.finish({ was: p }, { p: q, q: b.add(p, b.input('x', [5])) });
    const tensors = { p: vector(5), q: vector(5) };
    const session = await device.open({ tensors, graphs: { step: graph } });
    session.write('p', Float32Array.of(1, 2, 3, 4, 5));
    const x = Float32Array.of(10, 10, 10, 10, 10);
    const runs = await session.run('step', [{ x }, { x }]);
    expect(runs.map(({ was }) => [...was!])).toEqual([
      [1, 2, 3, 4, 5],
      [0, 0, 0, 0, 0],
    ]);
    expect([...(await session.read('p'))]).toEqual([11, 12, 13, 14, 15]);
    expect([...(await session.read('q'))]).toEqual([10, 10, 10, 10, 10]);
  });

  it('shares memory between graphs, and none of it with a tensor or a result', async () => {
    const make = (factor: number) => {
      const b = new GraphBuilder();
      const x = b.input('x', [7, 3]);
      const y = b.matmul(x, b.scale(x, factor), { transposeB: true });
      return b.finish({ y, sum: b.sum(y, []) });
    };
    const session = await device.open({ tensors: {}, graphs: { one: make(1), two: make(2) } });
    const x = Float32Array.from({ length: 21 }, (_, i) => i);
    const [one] = await session.run('one', [{ x }]);
    const [two] = await session.run('two', [{ x }]);
    expect(two!.sum![0]).toBe(2 * one!.sum![0]!);
    expect([...two!.y!]).toEqual([...one!.y!].map((y) => 2 * y));
  });

  it('reads its feeds before the call returns', async () => {
    const b = new GraphBuilder();
    const graph = b.finish({ y: b.neg(b.input('x', [2])) });
    const session = await device.open({ tensors: {}, graphs: { graph } });
    const x = Float32Array.of(1, 2);
    const running = session.run('graph', [{ x }]);
    x.fill(9);
    expect([...(await running)[0]!.y!]).toEqual([-1, -2]);
  });

  it('makes no memory in the loop', async () => {
    const b = new GraphBuilder();
    const w = b.input('w', [64, 64]);
    const graph = b.finish({ y: b.sum(w, []) }, { w: b.matmul(w, w) });
    const session = await device.open({
      tensors: { w: { shape: [64, 64], dtype: 'f32' } },
      graphs: { graph },
    });
    const before = session.peakBytes;
    await session.run('graph', Array(10).fill({}));
    expect(session.peakBytes).toBe(before);
    expect(before).toBeLessThan(2 ** 20);
  });

  it('multiplies matrices past every block', async () => {
    const [M, K, N] = [203, 1031, 77];
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const b = new GraphBuilder();
        const x = b.input('x', transposeA ? [K, M] : [M, K]);
        const y = b.input('y', transposeB ? [N, K] : [K, N]);
        const graph = b.finish({ z: b.matmul(x, y, { transposeA, transposeB }) });
        const session = await device.open({ tensors: {}, graphs: { graph } });
        const a = Float32Array.from({ length: M * K }, (_, i) => normalAt(1, 1, i));
        const c = Float32Array.from({ length: K * N }, (_, i) => normalAt(1, 2, i));
        const [out] = await session.run('graph', [{ x: a, y: c }]);
        for (const [i, j] of [
          [0, 0],
          [64, 8],
          [202, 76],
          [67, 75],
          [200, 1],
        ] as const) {
          let sum = 0;
          for (let k = 0; k < K; k++) {
            sum += a[transposeA ? k * M + i : i * K + k]! * c[transposeB ? j * K + k : k * N + j]!;
          }
          expect(out!.z![i * N + j]).toBeCloseTo(sum, 2);
        }
      }
    }
  });

  it('says what a caller did wrong', async () => {
    const b = new GraphBuilder();
    const graph = b.finish({ y: b.neg(b.input('x', [2])) });
    const session = await device.open({ tensors: { p: vector(3) }, graphs: { graph } });
    await expect(session.run('other', [{}])).rejects.toThrow('no graph named other');
    await expect(session.run('graph', [{}])).rejects.toThrow('fed no x, of shape [2]');
    await expect(session.run('graph', [{ x: Float32Array.of(1) }])).rejects.toThrow(
      'x has shape [2], 2 numbers, and was given 1',
    );
    expect(() => session.write('q', Float32Array.of(1))).toThrow('keeps no tensor named q');
    session.close();
    await expect(session.run('graph', [{ x: Float32Array.of(1, 2) }])).rejects.toThrow('closed');
  });

  it('refuses what does not fit its tensors, or its memory', async () => {
    const b = new GraphBuilder();
    const graph = b.finish({}, { p: b.input('p', [4]) });
    const opening = device.open({ tensors: { p: vector(3) }, graphs: { graph } });
    await expect(opening).rejects.toThrow(GraphError);
    const huge = device.open({ tensors: { p: vector(2 ** 30) }, graphs: {} });
    await expect(huge).rejects.toThrow(OutOfMemoryError);
  });

  it('tells a plan with its launches, work and memory', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', [8, 16]);
    const y = b.emit('tanh', [b.scale(b.matmul(x, b.input('w', [16, 4])), 0.5)]);
    const session = await device.open({ tensors: {}, graphs: { graph: b.finish({ y }) } });
    const plan = session.plans.graph!;
    expect(plan.steps.map(({ kernel }) => kernel)).toEqual(['pack', 'matmul', 'mul tanh']);
    expect(plan.flops).toBe(2 * 8 * 16 * 4 + 2 * 32);
    expect(plan.scratchBytes).toBeGreaterThan(0);
  });
});

describe('an engine', () => {
  it('is asked what it has', () => {
    expect(engineHas('simd')).toBe(true);
    expect(['simd', 'relaxed']).toContain(bestSimd());
  });

  it('without SIMD has no wasm device', () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    try {
      expect(() => createWasmDevice()).toThrow(NoDeviceError);
    } finally {
      WebAssembly.validate = validate;
    }
  });
});
