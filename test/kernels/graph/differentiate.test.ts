import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { differentiate } from '../../../src/kernels/graph/differentiate';
import { GraphError } from '../../../src/kernels/graph/errors';
import type { NodeId } from '../../../src/kernels/graph/types';

const device = createCpuDevice({ precision: 'f64' });

/** The values of nodes for scalar inputs. */
async function evaluate(b: GraphBuilder, ids: readonly NodeId[], feeds: Record<string, number>) {
  const outputs = Object.fromEntries(ids.map((id, i) => [`${i}`, id]));
  const session = await device.open({ tensors: {}, graphs: { graph: b.finish(outputs) } });
  const arrays = Object.entries(feeds).map(([name, value]) => [name, Float64Array.of(value)]);
  const [out] = await session.run('graph', [Object.fromEntries(arrays)]);
  return ids.map((_, i) => out![i]![0]!);
}

describe('differentiate', () => {
  it('adds up every path to an expression that is used more than once', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', []);
    const shared = b.emit('exp', [x]);
    // e^x e^x + 3 e^x + x
    const loss = b.add(b.add(b.mul(shared, shared), b.scale(shared, 3)), x);
    const [dx, dshared] = differentiate(b, loss, [x, shared]);
    const [actual, ofShared] = await evaluate(b, [dx!, dshared!], { x: 0.5 });
    expect(actual).toBeCloseTo(2 * Math.exp(1) + 3 * Math.exp(0.5) + 1, 12);
    expect(ofShared).toBeCloseTo(2 * Math.exp(0.5) + 3, 12);
  });

  it('gives total derivatives where one x feeds another', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', []);
    const y = b.mul(x, x);
    const z = b.mul(y, x);
    const loss = b.add(z, y);
    const gradients = differentiate(b, loss, [x, y, z, loss]);
    const [dx, dy, dz, dloss] = await evaluate(b, gradients, { x: 3 });
    expect(dx).toBe(3 * 9 + 2 * 3);
    expect(dy).toBe(3 + 1);
    expect(dz).toBe(1);
    expect(dloss).toBe(1);
  });

  it('gives zeros, of its shape, to what the loss does not depend on', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', [2, 3]);
    const y = b.input('y', [4, 1]);
    const later = b.emit('stopGradient', [b.emit('floor', [x])]);
    const loss = b.sum(b.mul(later, x), []);
    const after = b.neg(loss);
    const [dx, dy, dafter] = differentiate(b, loss, [x, y, after]);
    expect(b.shape(dy!)).toEqual([4, 1]);
    expect(b.shape(dafter!)).toEqual([]);
    const session = await device.open({
      tensors: {},
      graphs: { graph: b.finish({ dx: dx!, dy: dy! }) },
    });
    const feeds = { x: Float64Array.of(1.5, 2.5, -0.5, 3.5, 0.5, -1.5) };
    const [out] = await session.run('graph', [feeds]);
    expect([...out!.dy!]).toEqual([0, 0, 0, 0]);
    expect([...out!.dx!]).toEqual([1, 2, -1, 3, 0, -2]);
  });

  it('stops at stopGradient, at integers and at comparisons', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', []);
    const whole = b.emit('cast', [b.emit('cast', [x], { dtype: 'i32' })], { dtype: 'f32' });
    const stopped = b.emit('stopGradient', [b.mul(x, x)]);
    const chosen = b.select(b.emit('greater', [x, b.constant(0)]), b.scale(x, 5), x);
    const loss = b.add(b.mul(whole, stopped), chosen);
    const [dx] = await evaluate(b, differentiate(b, loss, [x]), { x: 2.5 });
    expect(dx).toBe(5);
  });

  it.each<[string, number[], number[]]>([
    // Where difference quotients say nothing: corners, ties and the powers of 0.
    ['relu', [0, -0, 1], [0, 0, 1]],
    ['abs', [0, -2], [0, -1]],
    ['square', [0], [0]],
    ['minimum with itself', [3], [1]],
    ['maximum of a tie', [2], [1]],
    ['max', [2, 1, 2, 0], [0.5, 0, 0.5, 0]],
    ['pow to 0', [0, 2], [0, 0]],
    ['pow to 1', [0, 2], [1, 1]],
    ['pow to 2', [0, -3], [0, -6]],
  ])('knows the gradient of %s at %j', async (op, at, expected) => {
    const b = new GraphBuilder();
    const x = b.input('x', [at.length]);
    const results: Record<string, () => NodeId> = {
      'minimum with itself': () => b.emit('minimum', [x, x]),
      'maximum of a tie': () => b.emit('maximum', [x, b.constant(2)]),
      max: () => b.emit('max', [x], { axes: [0], keepDims: false }),
      'pow to 0': () => b.emit('pow', [x, b.constant(0)]),
      'pow to 1': () => b.emit('pow', [x, b.constant(1)]),
      'pow to 2': () => b.emit('pow', [x, b.constant(2)]),
    };
    const result = results[op]?.() ?? b.emit(op, [x]);
    const loss = b.shape(result).length === 0 ? result : b.sum(result, []);
    const [dx] = differentiate(b, loss, [x]);
    const graph = b.finish({ dx: dx! });
    const session = await device.open({ tensors: {}, graphs: { graph } });
    const [out] = await session.run('graph', [{ x: Float64Array.from(at) }]);
    expect(Array.from(out!.dx!, (value) => value + 0)).toEqual(expected);
  });

  it('gives a tie between two tensors to the first', async () => {
    for (const op of ['minimum', 'maximum']) {
      const b = new GraphBuilder();
      const x = b.input('x', []);
      const y = b.input('y', []);
      const gradients = differentiate(b, b.emit(op, [x, y]), [x, y]);
      expect(await evaluate(b, gradients, { x: 1.5, y: 1.5 })).toEqual([1, 0]);
    }
  });

  it('differentiates a gradient again', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', []);
    const loss = b.emit('sin', [b.mul(x, x)]);
    const [first] = differentiate(b, loss, [x]);
    const [second] = differentiate(b, first!, [x]);
    const [actual] = await evaluate(b, [second!], { x: 0.7 });
    const xx = 0.7 * 0.7;
    expect(actual).toBeCloseTo(2 * Math.cos(xx) - 4 * xx * Math.sin(xx), 12);
  });

  it('gives every gradient node the line it comes from', () => {
    const b = new GraphBuilder();
    const x = b.input('x', []);
    b.currentLine = { file: 'model.ts', line: 4 };
    const loss = b.emit('exp', [x]);
    b.currentLine = undefined;
    const before = b.nodes.length;
    const y = b.emit('sin', [loss]);
    differentiate(b, y, [x]);
    const lines = b.nodes.slice(before).flatMap((node) => (node.at ? [node.at.line] : []));
    expect(lines.length).toBeGreaterThan(0);
    expect(new Set(lines)).toEqual(new Set([4]));
    expect(b.currentLine).toBeUndefined();
  });

  it('refuses a loss that is not one number, integers, and ops without a gradient', () => {
    const b = new GraphBuilder();
    b.currentLine = { file: 'model.ts', line: 4 };
    const x = b.input('x', [3]);
    const n = b.input('n', [], 'i32');
    expect(() => differentiate(b, x, [x])).toThrow(
      'model.ts:4: the loss must be a single number, but it has shape [3]',
    );
    expect(() => differentiate(b, n, [x])).toThrow(GraphError);
    const loss = b.sum(x, []);
    expect(() => differentiate(b, loss, [n])).toThrow('no gradient for a tensor of i32');
    const twice = b.sum(b.emit('softmaxGrad', [x, x]), []);
    expect(() => differentiate(b, twice, [x])).toThrow('softmaxGrad cannot be differentiated');
  });
});
