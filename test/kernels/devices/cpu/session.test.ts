import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import { OutOfMemoryError } from '../../../../src/kernels/devices/errors';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { differentiate } from '../../../../src/kernels/graph/differentiate';
import { GraphError } from '../../../../src/kernels/graph/errors';
import type { TensorType } from '../../../../src/kernels/graph/types';

const vector = (n: number): TensorType => ({ shape: [n], dtype: 'f32' });

describe('the cpu session', () => {
  const device = createCpuDevice({ precision: 'f64' });

  it('fits a line by gradient descent, its weights kept between runs', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', [8, 2]);
    const y = b.input('y', [8]);
    const w = b.input('w', [2]);
    const predicted = b.sum(b.mul(x, w), [1]);
    const loss = b.scale(b.sum(b.emit('square', [b.sub(predicted, y)]), []), 1 / 8);
    const [dw] = differentiate(b, loss, [w]);
    const graph = b.finish({ loss }, { w: b.sub(w, b.scale(dw!, 0.2)) });

    const session = await device.open({ tensors: { w: vector(2) }, graphs: { step: graph } });
    const xs = Float64Array.from({ length: 16 }, (_, i) => Math.sin(i * 1.7));
    const ys = Float64Array.from({ length: 8 }, (_, i) => 3 * xs[2 * i]! - 2 * xs[2 * i + 1]!);
    const runs = await session.run('step', Array(200).fill({ x: xs, y: ys }));
    expect(runs[0]!.loss![0]).toBeGreaterThan(1);
    expect(runs[199]!.loss![0]).toBeLessThan(1e-12);
    const fitted = await session.read('w');
    expect(fitted[0]).toBeCloseTo(3, 5);
    expect(fitted[1]).toBeCloseTo(-2, 5);
  });

  it('applies updates all at once: two tensors can change places', async () => {
    const b = new GraphBuilder();
    const p = b.input('p', [2]);
    const q = b.input('q', [2]);
    const graph = b.finish({ was: p }, { p: q, q: b.reshape(b.reshape(p, [2, 1]), [2]) });
    const session = await device.open({
      tensors: { p: vector(2), q: vector(2) },
      graphs: { swap: graph },
    });
    session.write('p', Float64Array.of(1, 2));
    session.write('q', Float64Array.of(3, 4));
    const [out] = await session.run('swap', [{}]);
    expect([...out!.was!]).toEqual([1, 2]);
    expect([...(await session.read('p'))]).toEqual([3, 4]);
    expect([...(await session.read('q'))]).toEqual([1, 2]);
  });

  it('shares memory between results that are not alive together', async () => {
    const b = new GraphBuilder();
    let x = b.input('x', [1000]);
    for (let i = 0; i < 20; i++) x = b.emit('sin', [b.add(x, b.constant(i))]);
    const session = await device.open({ tensors: {}, graphs: { chain: b.finish({ x }) } });
    const { launches, scratchBytes, flops, steps } = session.plans.chain!;
    expect(launches).toBe(40);
    expect(scratchBytes).toBe(2 * 8000);
    expect(flops).toBe(40_000);
    expect(steps[0]).toEqual({ kernel: 'add', ops: ['add'], flops: 1000, bytes: 2 * 8000 + 8 });
    // Scratch, the fed x and twenty constants.
    expect(session.peakBytes).toBe(2 * 8000 + 8000 + 20 * 8);
    const [out] = await session.run('chain', [{ x: new Float32Array(1000).fill(0.5) }]);
    let expected = 0.5;
    for (let i = 0; i < 20; i++) expected = Math.sin(expected + i);
    expect(out!.x!.every((value) => value === expected)).toBe(true);
  });

  it('keeps an output that a later launch could have overwritten', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', [4]);
    const early = b.emit('square', [x]);
    let late = early;
    for (let i = 0; i < 5; i++) late = b.add(late, b.constant(1));
    const graph = b.finish({ early: b.reshape(early, [2, 2]), late });
    const session = await device.open({ tensors: {}, graphs: { graph } });
    const [out] = await session.run('graph', [{ x: Float64Array.of(1, 2, 3, 4) }]);
    expect([...out!.early!]).toEqual([1, 4, 9, 16]);
    expect([...out!.late!]).toEqual([6, 9, 14, 21]);
  });

  it('computes nothing that no result depends on, and ignores what it would have been fed', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', [4]);
    b.emit('exp', [b.input('unused', [4])]);
    const graph = b.finish({ y: b.neg(x) });
    const session = await device.open({ tensors: {}, graphs: { graph } });
    expect(session.plans.graph!.launches).toBe(1);
    const [out] = await session.run('graph', [
      { x: Float64Array.of(1, 2, 3, 4), other: Float64Array.of(1) },
    ]);
    expect([...out!.y!]).toEqual([-1, -2, -3, -4]);
  });

  it('rounds to float32 where it is asked to', async () => {
    const b = new GraphBuilder();
    const graph = b.finish({ y: b.add(b.input('x', [1]), b.constant(0.1)) });
    const session = await createCpuDevice({ precision: 'f32' }).open({
      tensors: {},
      graphs: { graph },
    });
    const [out] = await session.run('graph', [{ x: Float64Array.of(0.2) }]);
    expect(out!.y).toEqual(Float32Array.of(Math.fround(0.2) + Math.fround(0.1)));
  });

  it('says what is wrong with a name, a length or a type', async () => {
    const b = new GraphBuilder();
    const graph = b.finish({ y: b.neg(b.input('x', [3])) });
    const session = await device.open({ tensors: { w: vector(2) }, graphs: { graph } });
    await expect(session.run('graph', [{}])).rejects.toThrow('fed no x, of shape [3]');
    await expect(session.run('graph', [{ x: new Float32Array(2) }])).rejects.toThrow(
      'x has shape [3], 3 numbers, and was given 2',
    );
    await expect(session.run('other', [])).rejects.toThrow('no graph named other');
    await expect(session.read('v')).rejects.toThrow('no tensor named v');
    await expect(device.open({ tensors: { x: vector(2) }, graphs: { graph } })).rejects.toThrow(
      new GraphError('x is kept as f32[2], and the graph has f32[3] for it'),
    );
    const update = { ...graph, updates: { nothing: 0 } };
    await expect(device.open({ tensors: {}, graphs: { update } })).rejects.toThrow(
      'there is no tensor nothing to update',
    );
  });

  it('refuses more memory than it may use, before it takes any', async () => {
    const b = new GraphBuilder();
    const big = b.broadcastTo(b.input('x', []), [2 ** 14, 2 ** 14]);
    const graph = b.finish({ y: b.sum(b.emit('exp', [big]), []) });
    const opening = createCpuDevice({ precision: 'f64' }).open({ tensors: {}, graphs: { graph } });
    await expect(opening).rejects.toThrow(OutOfMemoryError);
    await expect(opening).rejects.toThrow('more than the 2048 MiB that the cpu device may use');
    const small = createCpuDevice({ precision: 'f32', maxBytes: 100 });
    const tensors = { w: vector(26) };
    await expect(small.open({ tensors, graphs: {} })).rejects.toThrow(OutOfMemoryError);
    await expect(small.open({ tensors: { w: vector(25) }, graphs: {} })).resolves.toBeDefined();
  });
});
