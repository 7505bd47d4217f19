import { GraphError } from '../graph/errors';
import type { DType, GraphNode, NodeId, Shape } from '../graph/types';
import { attrInts, attrNumber } from '../ops/op';
import {
  addIndex,
  constantIndex,
  coordinatesOf,
  type IndexExpr,
  type IndexVar,
  indexToWgsl,
  linearIndex,
  variableIndex,
} from './indexing';
import type { Kept } from './keep';
import { COPY, isMap } from './kinds';
import type { Draft } from './prepare';
import type { Unit } from './units';

/** A coordinate within one of several parts of an axis, and whether it is there at all. */
export interface Shifted<Value> {
  /** Where `inside` does not hold, some place that is safe to read. */
  readonly coord: IndexExpr;
  readonly inside: Value;
}

/** Writes the values that the nodes of a fused group become. Values are whatever the writer calls them. */
export interface ExpressionWriter<Value> {
  constant(value: number, dtype: DType): Value;
  /** An index as an i32. */
  index(expr: IndexExpr): Value;
  random(seed: Value, stream: number, index: IndexExpr): Value;
  load(id: NodeId, place: IndexExpr): Value;
  /** Undefined where there is no such op. */
  elementwise(
    node: GraphNode,
    operands: readonly Value[],
    dtypes: readonly DType[],
  ): Value | undefined;
  /** `value` where all conditions hold. */
  choose(conditions: readonly Value[], value: Value, otherwise: Value): Value;
  /** The coordinate less `by`, where that is from 0 to `size` - 1. */
  shift(coord: IndexExpr, by: number, size: number): Shifted<Value>;
  /** A variable of its own for an expression that cannot be taken apart. */
  name(expr: IndexExpr, bound: number): IndexVar;
}

/** Where in a fused group each node's value is computed: movement ops change places, and nothing else. */
export class Expressions<Value> {
  readonly computes = new Set<NodeId>();
  readonly #own: ReadonlySet<NodeId>;
  readonly #here: string;
  readonly #values = new Map<string, Value>();

  /** `here` is the place of the element that is computed. */
  constructor(
    readonly draft: Draft,
    readonly kept: Kept,
    readonly unit: Unit,
    readonly writer: ExpressionWriter<Value>,
    readonly here: IndexExpr,
  ) {
    this.#own = new Set(unit.nodes);
    this.#here = indexToWgsl(here);
  }

  /** The value of one of the group's nodes, at the element that is computed. */
  valueOf(id: NodeId): Value {
    const { shape } = this.#node(id);
    return this.#value(id, coordinatesOf(this.here, shape, this.#name));
  }

  #node(id: NodeId): GraphNode {
    return this.draft.nodes[id]!;
  }

  #name = (expr: IndexExpr, bound: number): IndexVar => this.writer.name(expr, bound);

  #value(id: NodeId, coords: readonly IndexExpr[]): Value {
    const node = this.#node(id);
    const place = linearIndex(coords, node.shape);
    const where = indexToWgsl(place);
    const key = `${id}@${where}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const held = this.draft.storage[id]!;
    const own = this.#own.has(held);
    if (own && where !== this.#here) {
      throw new Error(`${node.op} is read away from the element that is computed`);
    }
    const here = own || (isMap(this.#node(held).op) && !this.kept.has(held));
    const value = here ? this.#compute(node, coords) : this.writer.load(held, place);
    if (here) this.computes.add(id);
    this.#values.set(key, value);
    return value;
  }

  #compute(node: GraphNode, coords: readonly IndexExpr[]): Value {
    const { attrs, shape, inputs } = node;
    const { writer } = this;
    const at = (n: number, where: readonly IndexExpr[]) => this.#value(inputs[n]!, where);
    const shapeOf = (n: number): Shape => this.#node(inputs[n]!).shape;
    switch (node.op) {
      case 'constant':
        return writer.constant(attrNumber(attrs, 'value'), node.dtype);
      case 'iota':
        return writer.index(coords[attrNumber(attrs, 'axis')]!);
      case 'randomUniform':
        return writer.random(at(0, []), attrNumber(attrs, 'stream'), linearIndex(coords, shape));
      case 'reshape':
        return at(0, coordinatesOf(linearIndex(coords, shape), shapeOf(0), this.#name));
      case 'transpose': {
        const perm = attrInts(attrs, 'perm');
        const moved = perm.map((_, axis) => coords[perm.indexOf(axis)]!);
        return at(0, moved);
      }
      case 'broadcastTo':
        return at(0, stretched(coords, shapeOf(0)));
      case 'slice': {
        const starts = attrInts(attrs, 'starts');
        const moved = coords.map((coord, axis) => addIndex(coord, constantIndex(starts[axis]!)));
        return at(0, moved);
      }
      case 'pad':
        return this.#pad(node, coords);
      case 'concat':
        return this.#concat(node, coords);
      case 'stopGradient':
      case COPY:
        return at(0, coords);
      default: {
        const operands = inputs.map((_, n) => at(n, stretched(coords, shapeOf(n))));
        const dtypes = inputs.map((input) => this.#node(input).dtype);
        const value = writer.elementwise(node, operands, dtypes);
        if (value === undefined) {
          throw new GraphError(`this device has no kernel for ${node.op}`, node.at);
        }
        return value;
      }
    }
  }

  #pad(node: GraphNode, coords: readonly IndexExpr[]): Value {
    const inner = this.#node(node.inputs[0]!).shape;
    const before = attrInts(node.attrs, 'before');
    const inside: Value[] = [];
    const moved = coords.map((coord, axis) => {
      if (inner[axis] === node.shape[axis]) return coord;
      const shifted = this.writer.shift(coord, before[axis]!, inner[axis]!);
      inside.push(shifted.inside);
      return shifted.coord;
    });
    const value = this.#value(node.inputs[0]!, moved);
    if (inside.length === 0) return value;
    const padding = this.writer.constant(attrNumber(node.attrs, 'value'), node.dtype);
    return this.writer.choose(inside, value, padding);
  }

  #concat(node: GraphNode, coords: readonly IndexExpr[]): Value {
    const axis = attrNumber(node.attrs, 'axis');
    if (node.inputs.length === 1) return this.#value(node.inputs[0]!, coords);
    let start = 0;
    let joined: Value | undefined;
    for (const input of node.inputs) {
      const size = this.#node(input).shape[axis]!;
      const { coord, inside } = this.writer.shift(coords[axis]!, start, size);
      const moved = coords.map((other, k) => (k === axis ? coord : other));
      const value = this.#value(input, moved);
      joined = joined === undefined ? value : this.writer.choose([inside], value, joined);
      start += size;
    }
    return joined!;
  }
}

/** Coordinates in an operand that broadcasts: axes align at the end, and an axis of 1 is always at 0. */
function stretched(coords: readonly IndexExpr[], operand: Shape): IndexExpr[] {
  const lead = coords.length - operand.length;
  return operand.map((n, axis) => (n === 1 ? constantIndex(0) : coords[lead + axis]!));
}

/** The place of the element that a group of `count` elements computes. */
export function elementIndex(count: number): IndexExpr {
  return variableIndex({ name: 'i', bound: count });
}

/** A few of the ops, each once, in the order in which they are computed: for a person to read. */
export function labelOf(ops: readonly string[]): string {
  const all = [...new Set(ops)].filter((op) => op !== 'reshape' && op !== 'stopGradient');
  const named = all.filter((op) => op !== 'constant' && op !== 'iota');
  const shown = named.length > 0 ? named : all;
  return shown.slice(0, 5).join(' ') + (shown.length > 5 ? ' ...' : '');
}
