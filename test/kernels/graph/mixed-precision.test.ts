import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { withMixedPrecision } from '../../../src/kernels/graph/mixed-precision';
import { withoutDeadNodes } from '../../../src/kernels/graph/simplify/simplify';
import type { Graph } from '../../../src/kernels/graph/types';
import { roundF16 } from '../../../src/kernels/ops/elementwise/round-f16';

const opsOf = (graph: Graph, op: string) => graph.nodes.filter((node) => node.op === op);

describe('withMixedPrecision', () => {
  it('rounds both sides of a product, and neither its sum nor anything else', async () => {
    const b = new GraphBuilder();
    const [x, w] = [b.input('x', [1, 2]), b.input('w', [2, 1])];
    const y = b.matmul(x, w);
    const graph = withMixedPrecision(b.finish({ y, more: b.add(y, x), twice: b.scale(x, 2) }));
    const session = await createCpuDevice({ precision: 'f64' }).open({
      tensors: {},
      graphs: { graph },
    });
    const [a0, a1, w0, w1] = [1.0001, 1 / 3, 0.7, 1e-6];
    const [out] = await session.run('graph', [
      { x: Float64Array.of(a0, a1), w: Float64Array.of(w0, w1) },
    ]);
    const product = roundF16(a0) * roundF16(w0) + roundF16(a1) * roundF16(w1);
    expect(out!.y![0]).toBe(product);
    expect(product).not.toBe(a0 * w0 + a1 * w1);
    expect([...out!.more!]).toEqual([product + a0, product + a1]);
    expect([...out!.twice!]).toEqual([2 * a0, 2 * a1]);
  });

  it('rounds a tensor once for all its products, however its elements are moved between', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [2, 3, 4]);
    const w = b.input('w', [4, 4]);
    const flat = b.reshape(x, [6, 4]);
    const first = b.matmul(x, w);
    const again = b.matmul(flat, b.transpose(w, [1, 0]));
    const third = b.matmul(b.reshape(first, [6, 4]), w);
    const graph = withMixedPrecision(b.finish({ again, third }));
    // x, w and the first product.
    expect(opsOf(graph, 'roundF16')).toHaveLength(3);
    expect(opsOf(graph, 'matmul')).toHaveLength(3);
    expect(withMixedPrecision(graph)).toEqual(withoutDeadNodes(graph));
  });

  it('keeps names, updates and the lines of the program', () => {
    const b = new GraphBuilder();
    const w = b.input('params/w', [2, 2]);
    b.currentLine = { file: 'model.ts', line: 7 };
    const square = b.matmul(w, w);
    const graph = withMixedPrecision(b.finish({ square }, { 'params/w': b.add(w, square) }));
    expect(graph.nodes[graph.outputs.square!]).toMatchObject({ op: 'matmul', at: { line: 7 } });
    expect(graph.nodes[graph.updates['params/w']!]!.op).toBe('add');
  });
});
