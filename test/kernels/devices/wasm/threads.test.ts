import { describe, expect, it } from 'vitest';
import type { Outputs } from '../../../../src/kernels/devices/device';
import { Dependencies } from '../../../../src/kernels/devices/wasm/dependencies';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { accessOf } from '../../../../src/kernels/devices/wasm/shares';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { normalAt } from '../../../../src/kernels/random/threefry';
import { wrongOf } from '../../check-random-graph';

describe('threads of the wasm device', () => {
  it('do not change a bit of any result', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', [37, 29]);
    const w = b.input('w', [29, 29]);
    const y = b.emit('gelu', [b.matmul(x, w)]);
    const normed = b.emit('rmsNorm', [b.add(x, y)], { eps: 1e-5 });
    const next = b.add(w, b.scale(b.matmul(normed, x, { transposeA: true }), 1e-3));
    const graph = b.finish({ normed, sums: b.sum(normed, [0]), loss: b.sum(y, []) }, { w: next });
    const results: Outputs[][] = [];
    for (const threads of [1, 2, 5]) {
      const device = createWasmDevice({ threads, splitFrom: 0 });
      const session = await device.open({
        tensors: { w: { shape: [29, 29], dtype: 'f32' } },
        graphs: { graph },
      });
      session.write(
        'w',
        Float32Array.from({ length: 29 * 29 }, (_, i) => normalAt(1, 1, i)),
      );
      const data = Float32Array.from({ length: 37 * 29 }, (_, i) => normalAt(1, 2, i));
      results.push(await session.run('graph', Array(20).fill({ x: data })));
      session.close();
    }
    expect(results[0]![19]!.loss![0]).not.toBeNaN();
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  for (let seed = 1; seed <= 12; seed++) {
    it(`compute random graph ${seed}`, async () => {
      const device = createWasmDevice({ threads: 3, splitFrom: 0 });
      expect(await wrongOf(device, seed)).toEqual([]);
    });
  }

  it('are named with the device, and end with their session', async () => {
    const device = createWasmDevice({ threads: 2 });
    expect(device.info.name).toMatch(/^wasm \((relaxed )?SIMD, 2 threads\)$/);
    const session = await device.open({ tensors: {}, graphs: {} });
    session.close();
    session.close();
    expect(() => session.write('x', Float32Array.of(1))).toThrow('closed');
  });
});

describe('launches', () => {
  const span = (start: number, end: number) => ({ start, end });

  it('wait for what they read, and for who reads or writes what they overwrite', () => {
    const apart = new Dependencies();
    expect(apart.mustWait([span(0, 64)], [span(64, 128)])).toBe(false);
    expect(apart.mustWait([span(0, 64)], [span(128, 192)])).toBe(false);
    // Reads what the first wrote.
    expect(apart.mustWait([span(100, 110)], [span(192, 256)])).toBe(true);
    // Everything before that has been waited for.
    expect(apart.mustWait([span(128, 192)], [span(256, 320)])).toBe(false);
    // Overwrites what the last one read.
    expect(apart.mustWait([], [span(188, 192)])).toBe(true);
    // Overwrites what the last one wrote.
    expect(apart.mustWait([], [span(188, 192)])).toBe(true);
    expect(apart.mustWait([], [span(192, 193)])).toBe(false);
  });

  it('do not wait for what their own thread wrote', () => {
    const shared = (at: number, bytes: number, count: number, grain: number) =>
      accessOf(1, span(at, at + bytes), [{ of: [1], count, grain }], 2);
    const apart = new Dependencies();
    // 64 rows of 16 bytes: 32 for each thread.
    expect(apart.mustWait([], [shared(0, 1024, 64, 1)])).toBe(false);
    // The same bytes of each, as 16 rows.
    expect(apart.mustWait([shared(0, 1024, 16, 4)], [shared(1024, 256, 16, 4)])).toBe(false);
    // Of 48 rows of the first 768 bytes, thread 0 has 384 bytes, and all of them were its own.
    expect(apart.mustWait([shared(0, 768, 48, 1)], [])).toBe(true);
    expect(apart.mustWait([shared(0, 768, 48, 1)], [])).toBe(false);
    // Thread 1 would overwrite what thread 0 may still read.
    expect(apart.mustWait([], [shared(0, 512, 32, 1)])).toBe(true);
    // Anything.
    expect(apart.mustWait([span(0, 4)], [])).toBe(true);
  });

  it('know the rows of each thread', () => {
    const rowsOf = (count: number, grain: number, mixed?: number) =>
      accessOf(1, span(0, count), [{ of: [1], count, grain, mixed: mixed ?? 1 }], 3).byThread;
    expect(rowsOf(10, 1)).toEqual([span(0, 3), span(3, 6), span(6, 10)]);
    expect(rowsOf(10, 4)).toEqual([span(0, 4), span(4, 8), span(8, 10)]);
    // Fewer than there are threads.
    expect(rowsOf(2, 4)).toEqual([span(0, 0), span(0, 0), span(0, 2)]);
    expect(rowsOf(8, 1, 4)).toEqual([span(0, 4), span(0, 8), span(4, 8)]);
    expect(accessOf(2, span(0, 4), [{ of: [1], count: 4, grain: 1 }], 3)).toEqual(span(0, 4));
  });
});
