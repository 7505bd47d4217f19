import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { differentiate } from '../../../src/kernels/graph/differentiate';
import { flopsOf } from '../../../src/kernels/graph/flops';
import { withMixedPrecision } from '../../../src/kernels/graph/mixed-precision';
import { reachableNodes } from '../../../src/kernels/graph/reach';
import type { Graph, NodeId, Shape } from '../../../src/kernels/graph/types';
import { computeOnTables } from '../../../src/kernels/plan/table-rows';
import { normalAt } from '../../../src/kernels/random/threefry';

interface Sizes {
  readonly batch: number;
  readonly tokens: number;
  readonly vocab: number;
  readonly width: number;
  readonly out: number;
}
const AWKWARD: Sizes = { batch: 3, tokens: 7, vocab: 5, width: 13, out: 6 };

/** Of the embedding x of tokens: a residual beside two products of its norm, and a loss. */
function modelOf(
  { batch, tokens, vocab, width, out }: Sizes,
  norm: 'layerNorm' | 'rmsNorm',
  eps = 1e-5,
) {
  const b = new GraphBuilder();
  const table = b.input('table', [vocab, width]);
  const gain = b.input('gain', [width]);
  const w = b.input('w', [out, width]);
  const w2 = b.input('w2', [width, width]);
  const ids = b.input('ids', [batch, tokens], 'i32');
  const x = b.emit('embedding', [table, ids]);
  const h = b.mul(b.scale(b.emit(norm, [x], { eps }), 0.5), gain);
  const rows = b.reshape(h, [batch * tokens, width]);
  const y = b.matmul(rows, w, { transposeB: true });
  const z = b.reshape(b.matmul(rows, w2), [batch, tokens, width]);
  const all = b.add(b.emit('tanh', [y]), b.constant(0.25));
  const added = b.add(x, b.emit('square', [z]));
  const loss = b.add(b.sum(b.mul(all, all), [0, 1]), b.sum(b.emit('tanh', [added]), [0, 1, 2]));
  return { b, loss, y, z, parameters: { table, gain, w, w2 } };
}

/** The same with the gradient of every parameter. */
function trainingOf(sizes: Sizes, norm: 'layerNorm' | 'rmsNorm', eps?: number): Graph {
  const { b, loss, y, z, parameters } = modelOf(sizes, norm, eps);
  const gradients = differentiate(b, loss, Object.values(parameters));
  const named = Object.keys(parameters).map((name, i) => [`d ${name}`, gradients[i]!]);
  return b.finish({ loss, y, z, ...Object.fromEntries(named) });
}

function feedsOf({ batch, tokens, vocab, width, out }: Sizes) {
  const normals = (stream: number, count: number) =>
    Float32Array.from({ length: count }, (_, i) => normalAt(5, stream, i));
  return {
    table: normals(1, vocab * width),
    gain: normals(2, width),
    w: normals(3, out * width),
    w2: normals(4, width * width),
    // Some that no table has, the rest all but the last row.
    ids: Int32Array.from({ length: batch * tokens }, (_, i) =>
      i % 9 === 4 ? -1 + (i % 2) * (vocab + 1) : (i * 7) % (vocab - 1),
    ),
  };
}

async function run(graph: Graph, feeds: ReturnType<typeof feedsOf>, precision: 'f32' | 'f64') {
  const session = await createCpuDevice({ precision }).open({ tensors: {}, graphs: { graph } });
  const [outputs] = await session.run('graph', [feeds]);
  session.close();
  return outputs!;
}

const productsOf = (graph: Graph): Shape[] => {
  const live = reachableNodes(graph);
  return graph.nodes.filter(({ op }, id) => op === 'matmul' && live[id]).map(({ shape }) => shape);
};

describe('rows of a table', () => {
  it.each(['layerNorm', 'rmsNorm'] as const)('go through %s and products as the table', (norm) => {
    const graph = trainingOf(AWKWARD, norm);
    const moved = computeOnTables(graph);
    // Forward and backward: nothing of 21 rows is multiplied any more.
    expect(productsOf(graph).flat()).toContain(21);
    expect(productsOf(moved).flat()).not.toContain(21);
    expect(productsOf(moved)).toHaveLength(productsOf(graph).length);
    const normed = moved.nodes.filter(({ op }) => op.startsWith(norm));
    const live = reachableNodes(moved);
    const used = normed.filter((node) => live[moved.nodes.indexOf(node)]);
    expect(used.map(({ shape }) => shape)).toEqual([
      [5, 13],
      [5, 13],
    ]);
    expect(flopsOf(moved)).toBeLessThan(0.6 * flopsOf(graph));
  });

  it.each(['layerNorm', 'rmsNorm'] as const)(
    'give the same values with %s, to the last bit, and the same gradients up to rounding',
    async (norm) => {
      for (const sizes of [
        AWKWARD,
        { batch: 1, tokens: 2, vocab: 1, width: 1, out: 1 },
        { batch: 5, tokens: 13, vocab: 17, width: 8, out: 3 },
      ]) {
        const graph = trainingOf(sizes, norm);
        const moved = computeOnTables(graph);
        expect(moved).not.toBe(graph);
        const feeds = feedsOf(sizes);
        const [whole, tables] = [await run(graph, feeds, 'f32'), await run(moved, feeds, 'f32')];
        for (const name of ['loss', 'y', 'z']) expect(tables[name]).toEqual(whole[name]);
        const [exact, exactly] = [await run(graph, feeds, 'f64'), await run(moved, feeds, 'f64')];
        for (const name of Object.keys(exact)) {
          for (const [i, value] of exact[name]!.entries()) {
            expect(exactly[name]![i]).toBeCloseTo(value, 9);
          }
        }
      }
    },
  );

  it('that nobody reads may hold anything', async () => {
    const feeds = feedsOf(AWKWARD);
    feeds.table.fill(Number.NaN, 4 * 13);
    const graph = trainingOf(AWKWARD, 'layerNorm');
    const expected = await run(graph, feeds, 'f64');
    const moved = await run(computeOnTables(graph), feeds, 'f64');
    for (const name of Object.keys(expected)) {
      for (const [i, value] of expected[name]!.entries()) {
        expect(value).not.toBeNaN();
        expect(moved[name]![i]).toBeCloseTo(value, 9);
      }
    }
  });

  it('are computed so on the wasm device, the same on any number of threads', async () => {
    const sizes = { batch: 8, tokens: 64, vocab: 23, width: 24, out: 40 };
    const graph = trainingOf(sizes, 'layerNorm');
    const feeds = feedsOf(sizes);
    const expected = await run(graph, feeds, 'f64');
    const runWith = async (threads: number) => {
      const device = createWasmDevice({ threads, splitFrom: 0 });
      const session = await device.open({ tensors: {}, graphs: { graph } });
      expect(session.plans.graph!.flops).toBeLessThan(0.6 * flopsOf(graph));
      const [outputs] = await session.run('graph', [feeds]);
      session.close();
      device.close();
      return outputs!;
    };
    const one = await runWith(1);
    for (const [name, values] of Object.entries(expected)) {
      const scale = Math.max(1, ...values.map(Math.abs));
      const worst = Math.max(...values.map((value, i) => Math.abs(value - one[name]![i]!)));
      expect(worst / scale).toBeLessThan(1e-5);
    }
    expect(await runWith(3)).toEqual(one);
  });

  it('stay rows where that spares nothing, or would be another number', () => {
    // As many rows as tokens; an eps that makes something of zeros.
    const few = { ...AWKWARD, vocab: 12 };
    for (const graph of [trainingOf(few, 'layerNorm'), trainingOf(AWKWARD, 'rmsNorm', 0)]) {
      expect(computeOnTables(graph)).toBe(graph);
    }
    // A bias makes another number of zeros, which an id outside the table reads.
    const b = new GraphBuilder();
    const x = b.emit('embedding', [b.input('table', [3, 4]), b.input('ids', [20], 'i32')]);
    const biased = b.matmul(b.add(x, b.input('bias', [4])), b.input('w', [4, 8]));
    const graph = b.finish({ biased });
    expect(computeOnTables(graph)).toBe(graph);
  });

  it('are added up before no product that rounds them', () => {
    const mixed = withMixedPrecision(trainingOf(AWKWARD, 'layerNorm'));
    const moved = computeOnTables(mixed);
    // Forward [5, ...], in place of [21, ...]; backward as it was.
    const sizes = (graph: Graph) => productsOf(graph).map(([rows]) => rows);
    expect(sizes(mixed).filter((rows) => rows === 21)).toHaveLength(4);
    expect(sizes(moved).filter((rows) => rows === 21)).toHaveLength(2);
    const live = reachableNodes(moved);
    const MOVES = ['reshape', 'transpose', 'embedding'];
    const source = (id: NodeId): string => {
      const { op, inputs } = moved.nodes[id]!;
      return MOVES.includes(op) ? source(inputs[0]!) : op;
    };
    const sides = moved.nodes.flatMap(({ op, inputs }, id) =>
      op === 'matmul' && live[id] ? inputs.map(source) : [],
    );
    expect(sides).toEqual(sides.map(() => 'roundF16'));
    expect(sides).toHaveLength(12);
  });
});
