import type { GraphBuilder } from '../graph/builder';
import { flopsOf } from '../graph/flops';
import { rewriteGraph } from '../graph/rewrite';
import { sameShape } from '../graph/shapes';
import { type Graph, type GraphNode, type NodeId, type Shape, sizeOf } from '../graph/types';
import { attrBoolean, attrInts, attrNumber } from '../ops/op';

/** Rows of a table [V, C] by ids [N]: what a tensor of N rows of C is known to be. */
interface Rows {
  readonly table: NodeId;
  readonly ids: NodeId;
}

/** A table is worth the detour where it is read so many times as often as it has rows. */
const LEAST_REPEATS = 2;
/** What is spared of a graph's operations has to pay for more rows to read and to add up. */
const WORTH = 0.99;

/**
 * The graph with what is computed of a table's rows, one by one, computed of the table instead, where fewer rows are
 * in the table than are read of it: `embedding(x, ids) W` is `embedding(x W, ids)`. So the norm and the products that
 * follow a token's embedding are computed once for each token of the vocabulary. The other way round for gradients:
 * what is computed of many rows and then added up by ids is added up first. The same graph where that spares nothing.
 *
 * Forward, each row is the same to the last bit; gradients are equal up to rounding. Only what makes zeros of
 * zeros is moved, for an id outside the table reads zeros, and nothing that is rounded to float16 is added up
 * before: that would be another number.
 */
export function computeOnTables(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === 'embedding')) return graph;
  const moved = rewriteGraph(graph, (b) => {
    const rows = new TableRows(b);
    return (node, inputs) => rows.moved(node, inputs);
  });
  return flopsOf(moved) < WORTH * flopsOf(graph) ? moved : graph;
}

class TableRows {
  readonly #b: GraphBuilder;
  readonly #rows = new Map<NodeId, Rows>();
  /** What was added up by ids already, under the names of both. */
  readonly #sums = new Map<string, NodeId>();

  constructor(b: GraphBuilder) {
    this.#b = b;
  }

  /** A node by other means, where it is computed of a table's rows. */
  moved(node: GraphNode, inputs: readonly NodeId[]): NodeId | undefined {
    switch (node.op) {
      case 'embedding':
        return this.#embedding(inputs[0]!, inputs[1]!);
      case 'layerNorm':
      case 'rmsNorm':
        return attrNumber(node.attrs, 'eps') > 0 ? this.#rowByRow(node, inputs) : undefined;
      case 'roundF16':
        return this.#rowByRow(node, inputs);
      case 'mul':
        return (
          this.#scaled(node, inputs[0]!, inputs[1]!) ?? this.#scaled(node, inputs[1]!, inputs[0]!)
        );
      case 'reshape':
        return this.#reshaped(node, inputs[0]!);
      case 'matmul':
        return this.#product(node, inputs) ?? this.#weightGradient(node, inputs);
      case 'sum':
        return this.#gainGradient(node, inputs[0]!);
      case 'embeddingGrad':
        return this.#tableGradient(node, inputs[0]!, inputs[1]!);
      default:
        return undefined;
    }
  }

  // Forward: later from the table.

  #embedding(table: NodeId, ids: NodeId): NodeId | undefined {
    const shape = this.#b.shape(ids);
    const flat = this.#b.reshape(ids, [sizeOf(shape)]);
    const [V, C] = this.#b.shape(table);
    if (V! * LEAST_REPEATS > sizeOf(shape)) return undefined;
    return this.#read({ table: this.#asked(table, flat), ids: flat }, [...shape, C!]);
  }

  /**
   * The table with zeros for rows that nobody reads: these may hold anything, NaN too (an optimizer that divides
   * by a gradient of zero), which would come into sums that go over the whole table.
   */
  #asked(table: NodeId, ids: NodeId): NodeId {
    const [V] = this.#b.shape(table);
    const one = this.#b.broadcastTo(this.#b.constant(1), [...this.#b.shape(ids), 1]);
    const times = this.#b.emit('embeddingGrad', [ids, one], { rows: V! });
    const zero = this.#b.constant(0);
    return this.#b.select(this.#b.emit('greater', [times, zero]), table, zero);
  }

  /** The rows as a tensor of the shape. */
  #read(rows: Rows, shape: Shape): NodeId {
    const read = this.#b.reshape(this.#b.emit('embedding', [rows.table, rows.ids]), shape);
    this.#rows.set(read, rows);
    return read;
  }

  #rowByRow({ op, attrs, shape }: GraphNode, inputs: readonly NodeId[]): NodeId | undefined {
    const rows = this.#rows.get(inputs[0]!);
    return rows && this.#read({ ...rows, table: this.#b.emit(op, [rows.table], attrs) }, shape);
  }

  /** Times a vector, or a number. */
  #scaled({ shape }: GraphNode, x: NodeId, by: NodeId): NodeId | undefined {
    const rows = this.#rows.get(x);
    if (!rows || this.#b.shape(by).length > 1 || this.#b.shape(x).length < 2) return undefined;
    return this.#read({ ...rows, table: this.#b.mul(rows.table, by) }, shape);
  }

  #reshaped({ shape }: GraphNode, x: NodeId): NodeId | undefined {
    const rows = this.#rows.get(x);
    return rows && shape.at(-1) === this.#b.shape(x).at(-1) ? this.#read(rows, shape) : undefined;
  }

  #product({ attrs, shape }: GraphNode, [x, w]: readonly NodeId[]): NodeId | undefined {
    const rows = this.#rows.get(x!);
    if (!rows || attrBoolean(attrs, 'transposeA') || this.#b.shape(w!).length !== 2)
      return undefined;
    return this.#read({ ...rows, table: this.#b.emit('matmul', [rows.table, w!], attrs) }, shape);
  }

  // Backward: earlier to the table.

  /** y^T x, or x^T y, where x is read of a table: the rows of y that meet the same row of it are added up first. */
  #weightGradient({ attrs }: GraphNode, [a, b]: readonly NodeId[]): NodeId | undefined {
    if (!attrBoolean(attrs, 'transposeA') || attrBoolean(attrs, 'transposeB')) return undefined;
    if ([a!, b!].some((side) => this.#b.shape(side).length !== 2)) return undefined;
    const sides = (
      rows: Rows | undefined,
      y: NodeId,
      both: (table: NodeId, sum: NodeId) => NodeId[],
    ) =>
      rows && !this.#isRounded(y)
        ? this.#b.emit('matmul', both(rows.table, this.#sumOf(y, rows)), attrs)
        : undefined;
    return (
      sides(this.#rows.get(b!), a!, (table, sum) => [sum, table]) ??
      sides(this.#rows.get(a!), b!, (table, sum) => [table, sum])
    );
  }

  /** The sum over all rows of dy * x, where x is read of a table. */
  #gainGradient({ attrs, shape }: GraphNode, product: NodeId): NodeId | undefined {
    const { op, inputs, shape: whole } = this.#b.node(product);
    const axes = attrInts(attrs, 'axes');
    if (op !== 'mul' || axes.length !== whole.length - 1 || axes.includes(axes.length))
      return undefined;
    for (const [x, dy] of [inputs, [...inputs].reverse()]) {
      const rows = this.#rows.get(x!);
      if (!rows || !sameShape(this.#b.shape(dy!), whole)) continue;
      const sum = this.#earlier(dy!, rows);
      if (sum === undefined) continue;
      return this.#b.reshape(this.#b.sum(this.#b.mul(sum, rows.table), [0]), shape);
    }
    return undefined;
  }

  #tableGradient(node: GraphNode, ids: NodeId, dout: NodeId): NodeId | undefined {
    const flat = this.#b.reshape(ids, [sizeOf(this.#b.shape(ids))]);
    // A row of as many as there are in the table: what `Rows` of these ids have.
    const table = [...this.#rows.values()].find((rows) => rows.ids === flat)?.table;
    if (table === undefined || this.#b.shape(table)[0] !== node.shape[0]) return undefined;
    return this.#earlier(dout, { table, ids: flat });
  }

  /** The rows of y added up by ids: [V, C]. */
  #sumOf(y: NodeId, rows: Rows): NodeId {
    return this.#earlier(y, rows) ?? this.#added(y, rows);
  }

  #added(y: NodeId, { table, ids }: Rows): NodeId {
    const flat = this.#b.reshape(y, [...this.#b.shape(ids), this.#b.shape(y).at(-1)!]);
    return this.#b.emit('embeddingGrad', [ids, flat], { rows: this.#b.shape(table)[0]! });
  }

  /** The same where what y is computed from can be added up instead, and a product becomes smaller for it. */
  #earlier(y: NodeId, rows: Rows): NodeId | undefined {
    const name = `${y} ${rows.ids} ${this.#b.shape(rows.table)[0]}`;
    const known = this.#sums.get(name);
    if (known !== undefined) return known;
    const sum = this.#computeEarlier(y, rows);
    if (sum !== undefined) this.#sums.set(name, sum);
    return sum;
  }

  #computeEarlier(y: NodeId, rows: Rows): NodeId | undefined {
    const { op, inputs, attrs, shape } = this.#b.node(y);
    const [a, b] = inputs;
    switch (op) {
      case 'reshape':
        return this.#b.shape(a!).at(-1) === shape.at(-1) ? this.#earlier(a!, rows) : undefined;
      case 'add': {
        if (inputs.some((input) => !sameShape(this.#b.shape(input), shape))) return undefined;
        const sums = inputs.map((input) => this.#earlier(input, rows));
        if (sums.every((sum) => sum === undefined)) return undefined;
        return this.#b.add(sums[0] ?? this.#added(a!, rows), sums[1] ?? this.#added(b!, rows));
      }
      case 'mul':
        return this.#scaledEarlier(a!, b!, shape, rows) ?? this.#scaledEarlier(b!, a!, shape, rows);
      case 'layerNormGrad':
      case 'rmsNormGrad': {
        const x = this.#rows.get(a!);
        const sum = x?.ids === rows.ids ? this.#earlier(b!, rows) : undefined;
        return sum === undefined ? undefined : this.#b.emit(op, [x!.table, sum], attrs);
      }
      case 'matmul': {
        if (attrBoolean(attrs, 'transposeA') || this.#b.shape(b!).length !== 2) return undefined;
        if (this.#isRounded(a!)) return undefined;
        return this.#b.emit('matmul', [this.#sumOf(a!, rows), b!], attrs);
      }
      default:
        return undefined;
    }
  }

  #scaledEarlier(x: NodeId, by: NodeId, shape: Shape, rows: Rows): NodeId | undefined {
    if (this.#b.shape(by).length > 1 || !sameShape(this.#b.shape(x), shape)) return undefined;
    const sum = this.#earlier(x, rows);
    return sum === undefined ? undefined : this.#b.mul(sum, by);
  }

  #isRounded(id: NodeId): boolean {
    const { op, inputs } = this.#b.node(id);
    return op === 'roundF16' || (op === 'reshape' && this.#isRounded(inputs[0]!));
  }
}
