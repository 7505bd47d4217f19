import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { boundsOf } from '../../../src/kernels/plan/bounds';

describe('boundsOf', () => {
  // w' = w - 0.5 (x w), with x [8, 8] fed and w [8, 8] kept; the sum of x w is handed back.
  const b = new GraphBuilder();
  const x = b.input('x', [8, 8]);
  const w = b.input('w', [8, 8]);
  const product = b.matmul(x, w);
  const next = b.emit('sub', [w, b.mul(product, b.constant(0.5))]);
  const graph = b.finish({ sum: b.sum(product, []) }, { w: next });
  const tensors = {
    w: { shape: [8, 8], dtype: 'f32' },
    idle: { shape: [100], dtype: 'f32' },
  } as const;
  const { leastTraffic, productTraffic, leastMemory } = boundsOf(graph, tensors, {
    aliveBytes: 256,
  });

  it('counts what has to come in and what has to go out, once', () => {
    expect(leastTraffic).toBe(256 + 256 + 256 + 4); // x, w, the new w, the sum
  });

  it('counts the operands and results of products once, and the rest as before', () => {
    expect(productTraffic).toBe(3 * 256 + 256 + 4); // x, w and their product; the new w, the sum
  });

  it('counts memory that is kept, fed, handed back and alive in between', () => {
    expect(leastMemory).toBe(256 + 400 + 256 + 4 + 256);
  });
});
