import type { GraphBuilder } from '../../graph/builder';
import { rewriteGraph } from '../../graph/rewrite';
import { asRows } from '../../graph/shapes';
import type { Graph, GraphNode, NodeId } from '../../graph/types';
import { attrBoolean, attrInts } from '../../ops/op';

/** Into how many parts a sum over rows is cut: of two threads, each then sums the rows that it wrote itself. */
const PARTS = 2;
/** Rows that are worth a part of their own: each part is written to memory, and read where they are added up. */
const LEAST_ROWS = 256;

/**
 * The graph with every sum over many rows, such as the tokens in the gradient of a weight, computed as two sums,
 * over the first and over the last half of the rows, which are added up where they are used. Launches deal out
 * rows among threads: one sum over all of them makes threads wait for each other, and read what the others wrote.
 * Results are equal up to rounding, and do not depend on the number of threads.
 */
export function sumInHalves(graph: Graph): Graph {
  return rewriteGraph(graph, (b) => (node, inputs) => {
    if (node.op === 'matmul') return halvedProduct(b, node, inputs);
    if (node.op === 'sum' && node.dtype === 'f32') return halvedSum(b, node, inputs[0]!);
    return undefined;
  });
}

/** [K, M], transposed, times [K, N]. */
function halvedProduct(
  builder: GraphBuilder,
  { attrs }: GraphNode,
  inputs: readonly NodeId[],
): NodeId | undefined {
  const shapes = inputs.map((input) => builder.shape(input));
  const rows = shapes[0]![0]!;
  if (!attrBoolean(attrs, 'transposeA') || attrBoolean(attrs, 'transposeB')) return undefined;
  if (shapes.some(({ length }) => length !== 2) || !worthIt(rows)) return undefined;
  const sides = inputs.map((input, i) =>
    builder.reshape(input, [PARTS, rows / PARTS, shapes[i]![1]!]),
  );
  return addUp(builder, builder.emit('matmul', sides, attrs));
}

/** Over all axes but the last. */
function halvedSum(
  builder: GraphBuilder,
  { attrs, shape }: GraphNode,
  input: NodeId,
): NodeId | undefined {
  const from = builder.shape(input);
  const last = from.length - 1;
  const axes = attrInts(attrs, 'axes');
  if (axes.length !== last || axes.includes(last)) return undefined;
  const { rows, width } = asRows(from);
  if (!worthIt(rows)) return undefined;
  const halves = builder.reshape(input, [PARTS, rows / PARTS, width]);
  return builder.reshape(addUp(builder, builder.sum(halves, [1])), shape);
}

function worthIt(rows: number): boolean {
  return rows % PARTS === 0 && rows / PARTS >= LEAST_ROWS;
}

/** The sum over the first axis, as additions: these are computed where they are used. */
function addUp(builder: GraphBuilder, parts: NodeId): NodeId {
  const [, ...shape] = builder.shape(parts);
  const all = Array.from({ length: PARTS }, (_, part) => {
    const starts = [part, ...shape.map(() => 0)];
    const slice = builder.emit('slice', [parts], { starts, sizes: [1, ...shape] });
    return builder.reshape(slice, shape);
  });
  return all.reduce((sum, part) => builder.add(sum, part));
}
