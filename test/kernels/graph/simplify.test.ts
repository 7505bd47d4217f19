import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { simplify } from '../../../src/kernels/graph/simplify/simplify';
import type { DType, Graph, NodeId } from '../../../src/kernels/graph/types';

/** The simplified graph of one expression over x: f32[2, 3] and y: f32[3], written as nested calls. */
function simplified(write: (b: GraphBuilder, x: NodeId, y: NodeId) => NodeId): string {
  const b = new GraphBuilder();
  const result = write(b, b.input('x', [2, 3]), b.input('y', [3]));
  const { shape, dtype } = b.node(result);
  const graph = simplify(b.finish({ result }));
  const found = graph.nodes[graph.outputs.result!]!;
  expect({ shape: found.shape, dtype: found.dtype }).toEqual({ shape, dtype });
  expect(simplify(graph)).toEqual(graph);
  return written(graph, graph.outputs.result!);
}

function written(graph: Graph, id: NodeId): string {
  const { op, inputs, attrs, shape } = graph.nodes[id]!;
  if (op === 'input') return String(attrs.name);
  if (op === 'constant') return String(attrs.value);
  const shaped = op === 'reshape' || op === 'broadcastTo' ? `${op} ${shape.join('x')}` : op;
  return `${shaped}(${inputs.map((input) => written(graph, input)).join(', ')})`;
}

const constant = (b: GraphBuilder, value: number, dtype: DType = 'f32') => b.constant(value, dtype);

describe('simplify', () => {
  it('folds arithmetic on constants', () => {
    expect(simplified((b, x) => b.mul(x, b.add(constant(b, 2), constant(b, 3))))).toBe('mul(x, 5)');
    expect(
      simplified((b, x) => b.select(b.emit('less', [constant(b, 2), constant(b, 3)]), x, b.neg(x))),
    ).toBe('x');
    expect(simplified((b) => b.emit('cast', [constant(b, 2.7)], { dtype: 'i32' }))).toBe('2');
    expect(
      simplified((b) => b.emit('mul', [constant(b, 65537, 'i32'), constant(b, 65537, 'i32')])),
    ).toBe('131073');
  });

  it('leaves a constant that is not finite to fail where it runs', () => {
    expect(simplified((b) => b.div(constant(b, 1), constant(b, 0)))).toBe('div(1, 0)');
    expect(simplified((b) => b.emit('log', [constant(b, 0)]))).toBe('log(0)');
    expect(simplified((b) => b.emit('exp', [constant(b, 200)]))).toBe('exp(200)');
  });

  it('removes identities', () => {
    const zero = (b: GraphBuilder) => constant(b, 0);
    const one = (b: GraphBuilder) => constant(b, 1);
    expect(simplified((b, x) => b.add(x, zero(b)))).toBe('x');
    expect(simplified((b, x) => b.add(zero(b), x))).toBe('x');
    expect(simplified((b, x) => b.sub(x, zero(b)))).toBe('x');
    expect(simplified((b, x) => b.sub(zero(b), x))).toBe('neg(x)');
    expect(simplified((b, x) => b.mul(x, one(b)))).toBe('x');
    expect(simplified((b, x) => b.mul(one(b), x))).toBe('x');
    expect(simplified((b, x) => b.div(x, one(b)))).toBe('x');
    expect(simplified((b, x) => b.neg(b.neg(x)))).toBe('x');
    expect(simplified((b, x, y) => b.add(x, b.neg(y)))).toBe('sub(x, y)');
    expect(simplified((b, x, y) => b.sub(x, b.neg(y)))).toBe('add(x, y)');
    expect(simplified((b, x, y) => b.neg(b.sub(x, y)))).toBe('sub(y, x)');
    expect(simplified((b, x) => b.emit('maximum', [x, x]))).toBe('x');
    expect(simplified((b, x) => b.emit('cast', [x], { dtype: 'f32' }))).toBe('x');
    expect(simplified((b, x) => b.emit('stopGradient', [x]))).toBe('x');
  });

  it('never hides a NaN or an infinity', () => {
    expect(simplified((b, x) => b.mul(x, constant(b, 0)))).toBe('mul(x, 0)');
    expect(simplified((b, x) => b.sub(x, x))).toBe('sub(x, x)');
    expect(simplified((b, x) => b.div(x, x))).toBe('div(x, x)');
    expect(simplified((b, x) => b.div(constant(b, 0), x))).toBe('div(0, x)');
  });

  it('writes small powers as products and roots', () => {
    const power = (exponent: number) =>
      simplified((b, x) => b.emit('pow', [x, constant(b, exponent)]));
    expect(power(0)).toBe('broadcastTo 2x3(1)');
    expect(power(1)).toBe('x');
    expect(power(2)).toBe('square(x)');
    expect(power(3)).toBe('mul(square(x), x)');
    expect(power(0.5)).toBe('sqrt(x)');
    expect(power(-0.5)).toBe('rsqrt(x)');
    expect(power(-1)).toBe('div(1, x)');
    expect(power(1.5)).toBe('pow(x, 1.5)');
  });

  it('moves a shape once', () => {
    expect(simplified((b, x) => b.reshape(b.reshape(x, [6]), [3, 2]))).toBe('reshape 3x2(x)');
    expect(simplified((b, x) => b.reshape(b.reshape(x, [6]), [2, 3]))).toBe('x');
    expect(simplified((b, x) => b.transpose(b.transpose(x, [1, 0]), [1, 0]))).toBe('x');
    expect(simplified((b, x) => b.transpose(x, [0, 1]))).toBe('x');
    expect(simplified((b, x) => b.transpose(b.reshape(x, [2, 1, 3]), [1, 0, 2]))).toBe(
      'reshape 1x2x3(x)',
    );
    expect(simplified((b, _, y) => b.broadcastTo(b.broadcastTo(y, [2, 3]), [4, 2, 3]))).toBe(
      'broadcastTo 4x2x3(y)',
    );
    expect(simplified((b, x) => b.sum(b.reshape(x, [2, 1, 3]), [1]))).toBe('x');
  });

  it('takes a slice from where it came', () => {
    const slice = (b: GraphBuilder, x: NodeId, starts: number[], sizes: number[]) =>
      b.emit('slice', [x], { starts, sizes });
    expect(simplified((b, x) => slice(b, x, [0, 0], [2, 3]))).toBe('x');
    expect(simplified((b, x) => slice(b, slice(b, x, [0, 1], [2, 2]), [1, 1], [1, 1]))).toBe(
      'slice(x)',
    );
    expect(
      simplified((b, x) => {
        const padded = b.emit('pad', [x], { before: [1, 0], after: [0, 2], value: 7 });
        return slice(b, padded, [1, 0], [2, 3]);
      }),
    ).toBe('x');
    const joined = (b: GraphBuilder, x: NodeId) => b.emit('concat', [x, b.neg(x)], { axis: 0 });
    expect(simplified((b, x) => slice(b, joined(b, x), [2, 0], [2, 3]))).toBe('neg(x)');
    expect(simplified((b, x) => slice(b, joined(b, x), [1, 0], [2, 3]))).toBe(
      'slice(concat(x, neg(x)))',
    );
  });

  it('stretches after computing, not before', () => {
    expect(simplified((b, x) => b.mul(x, b.broadcastTo(constant(b, 2), [2, 3])))).toBe('mul(x, 2)');
    expect(simplified((b, x, y) => b.mul(x, b.broadcastTo(y, [2, 3])))).toBe('mul(x, y)');
    expect(simplified((b, _, y) => b.emit('exp', [b.broadcastTo(y, [2, 3])]))).toBe(
      'broadcastTo 2x3(exp(y))',
    );
    expect(simplified((b) => b.sum(b.broadcastTo(constant(b, 0.5), [4, 3]), [0]))).toBe(
      'broadcastTo 3(2)',
    );
  });

  it('lets a product transpose as it reads, and joins rows that meet one matrix', () => {
    expect(simplified((b, x) => b.matmul(b.transpose(x, [1, 0]), x))).toBe('matmul(x, x)');
    const b = new GraphBuilder();
    const a = b.input('a', [4, 5, 3]);
    const w = b.input('w', [6, 3]);
    const result = b.matmul(a, b.transpose(w, [1, 0]));
    const graph = simplify(b.finish({ result }));
    expect(written(graph, graph.outputs.result!)).toBe('reshape 4x5x6(matmul(reshape 20x3(a), w))');
    const product = graph.nodes.find((node) => node.op === 'matmul')!;
    expect(product.attrs).toEqual({ transposeA: false, transposeB: true });
  });

  it('drops what nothing depends on and keeps lines, names and updates', () => {
    const b = new GraphBuilder();
    b.currentLine = { file: 'model.ts', line: 12 };
    const x = b.input('x', [2]);
    b.emit('exp', [x]);
    const next = b.add(b.mul(x, b.constant(2)), b.constant(0));
    const graph = simplify(b.finish({ x }, { x: next }));
    expect(graph.nodes.map((node) => node.op)).toEqual(['input', 'constant', 'mul']);
    expect(graph.outputs).toEqual({ x: 0 });
    expect(graph.updates).toEqual({ x: 2 });
    expect(graph.nodes[2]!.at).toEqual({ file: 'model.ts', line: 12 });
  });
});
