import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import type { Graph, NodeId } from '../../../src/kernels/graph/types';
import { stackProducts } from '../../../src/kernels/plan/stack';
import { relativeError } from '../check-device';
import { type RandomGraph, randomGraph } from '../random-graph';
import { randomMatrices } from '../random-matrices';

const BYTES = 2 ** 27;

/** A norm, then rounds of Newton and Schulz towards the nearest orthogonal matrix. */
function orthogonal(b: GraphBuilder, g: NodeId, rounds = 3): NodeId {
  const [rows, columns] = b.shape(g) as [number, number];
  let x = rows > columns ? b.transpose(g, [1, 0]) : g;
  x = b.div(x, b.add(b.emit('sqrt', [b.sum(b.emit('square', [x]), [])]), b.constant(1e-7)));
  for (let i = 0; i < rounds; i++) {
    const a = b.matmul(x, x, { transposeB: true });
    const polynomial = b.add(b.scale(a, -4.775), b.scale(b.matmul(a, a), 2.0315));
    x = b.add(b.scale(x, 3.4445), b.matmul(polynomial, x));
  }
  return rows > columns ? b.transpose(x, [1, 0]) : x;
}

const products = ({ nodes }: Graph) =>
  nodes.flatMap(({ op, shape }) => (op === 'matmul' ? [shape.join('x')] : []));
const ops = ({ nodes }: Graph, name: string) => nodes.filter(({ op }) => op === name).length;

/** The largest difference between the results of a workload and those of the same one with stacks. */
async function difference({ workload, initial, runs }: RandomGraph): Promise<number> {
  const device = createCpuDevice({ precision: 'f64' });
  const stacked = stackProducts(workload.graphs.step!, BYTES);
  const results = await Promise.all(
    [workload, { ...workload, graphs: { step: stacked } }].map(async (one) => {
      const session = await device.open(one);
      for (const [name, data] of Object.entries(initial)) session.write(name, data);
      const outputs = await session.run('step', runs);
      const kept = Object.keys(one.tensors).map((name) => session.read(name));
      return [...outputs.flatMap((run) => Object.values(run)), ...(await Promise.all(kept))];
    }),
  );
  const [before, after] = results as [(typeof results)[0], (typeof results)[0]];
  expect(after.length).toBe(before.length);
  return Math.max(...after.map((data, i) => relativeError(data, before[i]!)));
}

describe('products of stacks', () => {
  it('makes one product of all matrices of one shape in each place of a round', () => {
    const b = new GraphBuilder();
    const shapes = [
      [8, 8],
      [8, 16],
      [8, 8],
      [16, 8],
      [8, 8],
      [16, 8],
    ];
    const updates = Object.fromEntries(
      shapes.map((shape, i) => {
        const [p, g] = [b.input(`p${i}`, shape), b.input(`g${i}`, shape)];
        return [`p${i}`, b.sub(p, b.scale(orthogonal(b, g), 0.02))];
      }),
    );
    const before = b.finish({}, updates);
    expect(products(before).length).toBe(6 * 9);
    const after = stackProducts(before, BYTES);
    // The tall ones are turned over; the wide one among them shares their shape, but not how they are read.
    const expected = { '3x8x8': 15, '3x8x16': 3 };
    for (const [shape, count] of Object.entries(expected)) {
      expect(products(after).filter((one) => one === shape).length, shape).toBe(count);
    }
    expect(products(after).length).toBe(18);
    // Norms are computed over the stack too, and each matrix is copied into it once.
    expect(ops(after, 'sum')).toBe(2);
    expect(ops(after, 'concat')).toBe(2);
    expect(ops(after, 'slice')).toBe(6);
  });

  it.each(Array.from({ length: 40 }, (_, i) => i + 1))('random matrices %i', async (seed) => {
    expect(await difference(randomMatrices(seed))).toBeLessThan(1e-9);
  });

  it('of random matrices, many become stacks', () => {
    const stacked = Array.from({ length: 40 }, (_, i) => {
      const graph = randomMatrices(i + 1).workload.graphs.step!;
      return products(stackProducts(graph, BYTES)).length < products(graph).length;
    });
    expect(stacked.filter((yes) => yes).length).toBeGreaterThan(8);
  });

  it('leaves members apart that wait for each other by some other way', () => {
    const chains = (waits: boolean) => {
      const b = new GraphBuilder();
      const a = ['p0', 'p1'].map((name) => {
        const p = b.input(name, [8, 8]);
        return b.matmul(p, p, { transposeB: true });
      }) as [NodeId, NodeId];
      const z0 = b.matmul(a[0], b.input('q0', [8, 8]));
      // A number that both contribute to goes into what the second is multiplied by.
      const both = b.mul(b.sum(waits ? z0 : a[0], []), b.sum(a[1], []));
      const z1 = b.matmul(a[1], b.add(b.input('q1', [8, 8]), both));
      return b.finish({ y0: orthogonal(b, z0), y1: orthogonal(b, z1) });
    };
    const [free, waiting] = [chains(false), chains(true)];
    expect(products(stackProducts(free, BYTES)).length).toBe(11);
    expect(stackProducts(waiting, BYTES)).toBe(waiting);
  });

  it('makes no stack that costs more than it saves, or that no binding holds', () => {
    const chains = (rounds: number) => {
      const b = new GraphBuilder();
      const x = ['x0', 'x1', 'x2'].map((name) => b.input(name, [8, 8]));
      return b.finish(Object.fromEntries(x.map((g, i) => [`y${i}`, orthogonal(b, g, rounds)])));
    };
    const [none, one] = [chains(0), chains(1)];
    expect(stackProducts(none, BYTES)).toBe(none);
    expect(products(stackProducts(one, BYTES)).length).toBe(3);
    expect(stackProducts(one, 3 * 8 * 8 * 4 - 1)).toBe(one);
    const b = new GraphBuilder();
    const squares = ['x0', 'x1'].map((name) => {
      const x = b.input(name, [8, 8]);
      return b.matmul(b.matmul(x, x), x);
    });
    const few = b.finish({ y0: squares[0]!, y1: squares[1]! });
    expect(stackProducts(few, BYTES)).toBe(few);
  });

  it('leaves a graph alone that has no such chains', () => {
    const { workload } = randomGraph(3);
    expect(stackProducts(workload.graphs.step!, BYTES)).toBe(workload.graphs.step);
  });
});
