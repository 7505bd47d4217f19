import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { GraphError } from '../../../src/kernels/graph/errors';
import type { Graph } from '../../../src/kernels/graph/types';
import { DEFAULT_LIMITS, validateGraph } from '../../../src/kernels/graph/validate';

function example(): Graph {
  const b = new GraphBuilder();
  b.currentLine = { file: 'model.ts', line: 3, column: 5 };
  const x = b.input('x', [2, 3]);
  const w = b.input('w', [2, 3]);
  const loss = b.sum(b.mul(x, w), []);
  return b.finish({ loss }, { w: b.sub(w, b.scale(x, 0.1)) });
}

type Json = Record<string, unknown>;

/** The example as JSON, one thing about it changed. */
function forged(change: (graph: Json & { nodes: Json[] }) => void): unknown {
  const graph = JSON.parse(JSON.stringify(example()));
  change(graph);
  return graph;
}

describe('validateGraph', () => {
  it('gives back a graph that is sound, through JSON and all', () => {
    expect(validateGraph(JSON.parse(JSON.stringify(example())))).toEqual(example());
  });

  it('shares nothing with what came in', () => {
    const json = JSON.parse(JSON.stringify(example()));
    const graph = validateGraph(json);
    json.nodes[0].attrs.shape[0] = 99;
    json.outputs.loss = 99;
    expect(graph).toEqual(example());
  });

  it.each<[string, string, (graph: Json & { nodes: Json[] }) => void]>([
    ['a shape of its own making', 'node 2 (mul) claims a shape', (g) => (g.nodes[2]!.shape = [1])],
    ['a false type', 'claims a shape or type', (g) => (g.nodes[2]!.dtype = 'i32')],
    ['an op that is not one', 'no op named "eval"', (g) => (g.nodes[2]!.op = 'eval')],
    ['an op that is no text', 'name of an op', (g) => (g.nodes[2]!.op = { toString: 1 })],
    [
      'a node that reads itself',
      'may only read nodes before',
      (g) => (g.nodes[2]!.inputs = [2, 0]),
    ],
    ['a node that reads nothing', 'may only read nodes', (g) => (g.nodes[2]!.inputs = [-1, 0])],
    ['half a node', 'may only read nodes', (g) => (g.nodes[2]!.inputs = [0.5, 0])],
    ['inputs that are no list', 'may only read nodes', (g) => (g.nodes[2]!.inputs = { length: 2 })],
    ['no attributes', 'the attributes of node 2', (g) => (g.nodes[2]!.attrs = null)],
    ['an unknown attribute', 'no attribute', (g) => (g.nodes[2]!.attrs = { __proto__x: 1 })],
    ['a node twice', 'node 4 repeats node 0', (g) => (g.nodes[4] = g.nodes[0]!)],
    ['a node that is a list', 'node 1 must be an object', (g) => (g.nodes[1] = [] as never)],
    ['no nodes', 'needs a list of nodes', (g) => (g.nodes = 'none' as never)],
    ['no outputs', 'must be an object', (g) => delete g.outputs],
    ['an output of nothing', 'loss names a node that does not', (g) => (g.outputs = { loss: 99 })],
    ['an output of text', 'loss names a node', (g) => (g.outputs = { loss: '0' })],
    ['an update of nothing', 'w names a node', (g) => (g.updates = { w: -1 })],
    ['an update of another shape', 'the new w has shape []', (g) => (g.updates = { w: 3 })],
    [
      'a tensor of 2^40 elements',
      '1099511627776 elements',
      (g) => {
        const attrs = { name: 'x', dtype: 'f32', shape: [2 ** 20, 2 ** 20] };
        g.nodes[0] = { op: 'input', inputs: [], attrs, shape: [2 ** 20, 2 ** 20], dtype: 'f32' };
      },
    ],
  ])('refuses %s', (_, message, change) => {
    expect(() => validateGraph(forged(change))).toThrow(GraphError);
    expect(() => validateGraph(forged(change))).toThrow(message);
  });

  it('refuses a prototype slipped in as an attribute', () => {
    const text = JSON.stringify(example()).replace('"attrs":{}', '"attrs":{"__proto__":{"x":1}}');
    expect(() => validateGraph(JSON.parse(text))).toThrow('mul has no attribute __proto__');
  });

  it.each([null, 7, 'graph', [], undefined])('refuses %j', (json) => {
    expect(() => validateGraph(json)).toThrow(new GraphError('a graph must be an object'));
  });

  it('holds to its limits', () => {
    const graph = example();
    const limits = { ...DEFAULT_LIMITS };
    expect(() => validateGraph(graph, { ...limits, nodes: 3 })).toThrow('may have 3 nodes');
    expect(() => validateGraph(graph, { ...limits, tensorBytes: 23 })).toThrow(
      'model.ts:3: input makes a tensor of shape [2, 3], 24 bytes; the limit is 23',
    );
    expect(() => validateGraph(graph, { ...limits, totalBytes: 100 })).toThrow(
      'may hold 100 bytes',
    );
  });

  it('forgets a source line that is not one', () => {
    const json = forged((g) => (g.nodes[0]!.at = { file: 'x'.repeat(5000), line: 'one' }));
    expect(validateGraph(json).nodes[0]!.at).toBeUndefined();
  });
});
