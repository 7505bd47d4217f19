import { GraphError } from '../../graph/errors';
import type { DType, GraphNode, NodeId, Shape } from '../../graph/types';
import { elementwiseNamed, wgslOf } from '../../ops/elementwise/elementwise';
import { attrInts, attrNumber } from '../../ops/op';
import {
  addIndex,
  constantIndex,
  coordinatesOf,
  type IndexExpr,
  indexToWgsl,
  linearIndex,
} from '../../plan/indexing';
import { COPY } from '../../plan/kinds';
import type { Body } from './body';

/** What the expressions of a kernel are made from. */
export interface ValueSource {
  node(id: NodeId): GraphNode;
  /** Whether this kernel computes a node, rather than reading what another launch has stored. */
  computes(id: NodeId): boolean;
  /** The element of a stored tensor at a place in its memory. */
  load(id: NodeId, place: string): string;
}

/**
 * Writes the values of nodes, element by element, into a kernel's body. A movement op writes nothing: it
 * asks its operand for the element at another place.
 */
export class Values {
  /** The nodes whose values have been written, operands before what is computed from them. */
  readonly computed = new Set<NodeId>();
  readonly #source: ValueSource;
  readonly #body: Body;
  readonly #known = new Map<string, string>();

  constructor(source: ValueSource, body: Body) {
    this.#source = source;
    this.#body = body;
  }

  /** The value of a node's element at some coordinates, as the name of a `let`. */
  at(id: NodeId, coords: readonly IndexExpr[]): string {
    const node = this.#source.node(id);
    const place = indexToWgsl(linearIndex(coords, node.shape));
    const key = `${id} ${place}`;
    let value = this.#known.get(key);
    if (value === undefined) {
      if (this.#source.computes(id)) {
        value = this.#compute(node, coords);
        this.computed.add(id);
      } else {
        value = this.#source.load(id, place);
      }
      this.#known.set(key, value);
    }
    return value;
  }

  #compute(node: GraphNode, coords: readonly IndexExpr[]): string {
    const { attrs, shape, inputs } = node;
    const operand = (where: readonly IndexExpr[], n = 0) => this.at(inputs[n]!, where);
    const shapeOf = (n: number): Shape => this.#source.node(inputs[n]!).shape;
    switch (node.op) {
      case 'constant':
        return this.#constant(attrNumber(attrs, 'value'), node.dtype);
      case 'iota':
        return this.#body.let(`i32(${indexToWgsl(coords[attrNumber(attrs, 'axis')]!)})`);
      case 'randomUniform':
        return this.#random(attrNumber(attrs, 'stream'), operand([]), linearIndex(coords, shape));
      case 'stopGradient':
      case COPY:
        return operand(coords);
      case 'reshape':
        return operand(coordinatesOf(linearIndex(coords, shape), shapeOf(0), this.#body.index));
      case 'transpose': {
        const perm = attrInts(attrs, 'perm');
        return operand(perm.map((_, axis) => coords[perm.indexOf(axis)]!));
      }
      case 'broadcastTo':
        return operand(stretched(coords, shapeOf(0)));
      case 'slice': {
        const starts = attrInts(attrs, 'starts').map(constantIndex);
        return operand(coords.map((coord, axis) => addIndex(coord, starts[axis]!)));
      }
      case 'pad':
        return this.#pad(node, coords);
      case 'concat':
        return this.#concat(node, coords);
      default: {
        const op = elementwiseNamed(node.op);
        if (!op) throw new GraphError(`this device has no kernel for ${node.op}`, node.at);
        const operands = inputs.map((_, n) => operand(stretched(coords, shapeOf(n)), n));
        return this.#body.let(wgslOf(op, attrs, operands));
      }
    }
  }

  #pad(node: GraphNode, coords: readonly IndexExpr[]): string {
    const inner = this.#source.node(node.inputs[0]!).shape;
    const before = attrInts(node.attrs, 'before');
    const inside: string[] = [];
    const moved = coords.map((coord, axis) => {
      if (inner[axis] === node.shape[axis]) return coord;
      const shifted = this.#body.shifted(coord, before[axis]!, inner[axis]!);
      inside.push(shifted.inside);
      return shifted.coord;
    });
    const value = this.at(node.inputs[0]!, moved);
    if (inside.length === 0) return value;
    const padding = this.#constant(attrNumber(node.attrs, 'value'), node.dtype);
    return this.#body.let(`select(${padding}, ${value}, ${inside.join(' && ')})`);
  }

  #concat(node: GraphNode, coords: readonly IndexExpr[]): string {
    const axis = attrNumber(node.attrs, 'axis');
    if (node.inputs.length === 1) return this.at(node.inputs[0]!, coords);
    let start = 0;
    let joined = '';
    for (const input of node.inputs) {
      const size = this.#source.node(input).shape[axis]!;
      const { coord, inside } = this.#body.shifted(coords[axis]!, start, size);
      const value = this.at(
        input,
        coords.map((c, k) => (k === axis ? coord : c)),
      );
      joined = start === 0 ? value : this.#body.let(`select(${joined}, ${value}, ${inside})`);
      start += size;
    }
    return joined;
  }

  #random(stream: number, seed: string, index: IndexExpr): string {
    // As two halves, each exact in float32, so that dropouts of other streams share this shader.
    const high = this.#body.number(Math.floor(stream / 65_536));
    const low = this.#body.number(stream % 65_536);
    const key = `(u32(${high}) << 16u) | u32(${low})`;
    return this.#body.let(`uniform_at(${seed}, ${key}, ${indexToWgsl(index)})`);
  }

  #constant(value: number, dtype: DType): string {
    if (dtype === 'f32') return this.#body.number(value);
    return this.#body.let(dtype === 'bool' ? `${value !== 0}` : `i32(${value})`);
  }
}

/** Coordinates in an operand that broadcasts: axes align at the end, and an axis of 1 is always at 0. */
function stretched(coords: readonly IndexExpr[], operand: Shape): IndexExpr[] {
  const lead = coords.length - operand.length;
  return operand.map((n, axis) => (n === 1 ? constantIndex(0) : coords[lead + axis]!));
}
