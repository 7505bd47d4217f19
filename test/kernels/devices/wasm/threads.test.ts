import { describe, expect, it } from 'vitest';
import type { Outputs } from '../../../../src/kernels/devices/device';
import { Dependencies } from '../../../../src/kernels/devices/wasm/dependencies';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
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
});
