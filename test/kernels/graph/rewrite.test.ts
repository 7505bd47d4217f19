import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import { copyNodes, rewriteGraph } from '../../../src/kernels/graph/rewrite';

const line = (number: number) => ({ file: 'model.js', line: number });

/** exp(x + y), with a product that nobody wants. */
function sum() {
  const b = new GraphBuilder();
  const [x, y] = [b.input('x', [3]), b.input('y', [3])];
  b.emit('mul', [x, y]);
  const added = b.emit('add', [x, y], {}, line(1));
  const out = b.emit('exp', [added], {}, line(2));
  return b.finish({ out }, { x: added });
}

describe('rewriteGraph', () => {
  it('replaces what the rule replaces, under the same names, and leaves out what nobody wants', () => {
    const graph = rewriteGraph(sum(), (b) => ({ op }, inputs) => {
      return op === 'add' ? b.emit('neg', [b.emit('sub', inputs)]) : undefined;
    });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['input', 'input', 'sub', 'neg', 'exp']);
    expect(graph.outputs).toEqual({ out: 4 });
    expect(graph.updates).toEqual({ x: 3 });
    expect(graph.nodes[4]!.inputs).toEqual([3]);
  });

  it('gives new nodes the line of what they replace', () => {
    const graph = rewriteGraph(sum(), (b) => ({ op }, inputs) => {
      return op === 'add' ? b.emit('neg', [b.emit('sub', inputs)]) : undefined;
    });
    expect(graph.nodes.slice(2).map(({ at }) => at?.line)).toEqual([1, 1, 2]);
  });
});

describe('copyNodes', () => {
  it('goes on in a builder of other nodes, and gives its line to those that have none', () => {
    const b = new GraphBuilder();
    b.input('other', [1]);
    b.currentLine = line(7);
    const map = copyNodes(b, sum(), () => undefined);
    expect([...map.values()]).toEqual([1, 2, 3, 4, 5]);
    expect(b.nodes.map(({ at }) => at?.line)).toEqual([undefined, 7, 7, 7, 1, 2]);
    expect(b.currentLine).toEqual(line(7));
  });
});
