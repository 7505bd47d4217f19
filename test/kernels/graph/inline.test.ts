import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { flopsOf } from '../../../src/kernels/graph/flops';
import { hashGraphs } from '../../../src/kernels/graph/hash';
import { inlineGraph } from '../../../src/kernels/graph/inline';
import type { Graph } from '../../../src/kernels/graph/types';

function affine(): Graph {
  const b = new GraphBuilder();
  const x = b.input('x', [2, 3]);
  const w = b.input('w', [4, 3]);
  b.currentLine = { file: 'model.ts', line: 9 };
  return b.finish({ y: b.matmul(x, w, { transposeB: true }) });
}

describe('inlineGraph', () => {
  it('puts nodes of the builder in place of inputs, and shares the rest by name', () => {
    const b = new GraphBuilder();
    const given = b.emit('exp', [b.input('z', [2, 3])]);
    const w = b.input('w', [4, 3]);
    const graph = affine();
    const map = inlineGraph(b, graph, { x: given });
    const y = b.node(map.get(graph.outputs.y!)!);
    expect(y).toMatchObject({ op: 'matmul', inputs: [given, w], at: { line: 9 } });
    expect(b.nodes.some((node) => node.attrs.name === 'x')).toBe(false);
  });

  it('adds nothing when the same graph comes a second time', () => {
    const b = new GraphBuilder();
    const first = inlineGraph(b, affine());
    const size = b.nodes.length;
    expect(inlineGraph(b, affine())).toEqual(first);
    expect(b.nodes.length).toBe(size);
  });

  it('refuses a replacement of another type', () => {
    const b = new GraphBuilder();
    expect(() => inlineGraph(b, affine(), { x: b.constant(1) })).toThrow(
      'x is f32[2, 3], and cannot be replaced by f32[]',
    );
    expect(() => inlineGraph(b, affine(), { x: b.input('n', [2, 3], 'i32') })).toThrow('i32');
  });
});

describe('hashGraphs', () => {
  const hash = (write: (b: GraphBuilder) => Record<string, number>) => {
    const b = new GraphBuilder();
    return hashGraphs({ graph: b.finish(write(b)) });
  };
  const plain = (b: GraphBuilder) => {
    const x = b.input('x', [2]);
    return { a: b.neg(x), b: b.emit('exp', [x]) };
  };

  it('does not see order, source lines or nodes without effect', async () => {
    const expected = await hash(plain);
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    const other = await hash((b) => {
      b.currentLine = { file: 'model.ts', line: 1 };
      b.constant(5);
      const x = b.input('x', [2]);
      const second = b.emit('exp', [x]);
      b.emit('sin', [second]);
      return { b: second, a: b.neg(x) };
    });
    expect(other).toBe(expected);
  });

  it('sees ops, shapes, numbers, names and which result is which', async () => {
    const hashes = await Promise.all([
      hash(plain),
      hash((b) => ({ a: b.neg(b.input('x', [2])) })),
      hash((b) => ({ c: b.neg(b.input('x', [2])) })),
      hash((b) => ({ a: b.neg(b.input('x', [3])) })),
      hash((b) => ({ a: b.neg(b.input('z', [2])) })),
      hash((b) => ({ a: b.emit('exp', [b.input('x', [2])]) })),
      hash((b) => ({ a: b.scale(b.input('x', [2]), 2) })),
      hash((b) => ({ a: b.scale(b.input('x', [2]), 3) })),
      hash((b) => ({ a: b.sub(b.input('x', [2]), b.input('y', [2])) })),
      hash((b) => ({ a: b.sub(b.input('y', [2]), b.input('x', [2])) })),
      hashGraphs({}),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('tells an output from an update', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', [2]);
    const output = await hashGraphs({ graph: b.finish({ x }) });
    expect(await hashGraphs({ graph: b.finish({}, { x }) })).not.toBe(output);
  });

  it('walks a graph deeper than the stack', async () => {
    const deep = await hash((b) => {
      let x = b.input('x', []);
      for (let i = 0; i < 30_000; i++) x = b.neg(x);
      return { x };
    });
    expect(deep).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('flopsOf', () => {
  it('counts a multiply-add as two, a move as none and dead nodes as nothing', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [5, 7]);
    const y = b.matmul(x, b.input('w', [7, 3])); // 2 * 5 * 7 * 3
    const total = b.sum(b.transpose(b.emit('exp', [y]), [1, 0]), []); // 15, 0 and 15
    b.emit('sin', [x]);
    expect(flopsOf(b.finish({ total }))).toBe(210 + 15 + 15);
  });
});
