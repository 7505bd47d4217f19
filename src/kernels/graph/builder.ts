import type { AttrKind, OpDefinition } from '../ops/op';
import { opNamed } from '../ops/table';
import { GraphError } from './errors';
import { broadcastShapes, checkShape, normalizeAxes, sameShape } from './shapes';
import {
  type Attrs,
  type AttrValue,
  type DType,
  describeType,
  type Graph,
  type GraphNode,
  type NodeId,
  type Shape,
  type SourceLine,
  type TensorType,
} from './types';

/**
 * Grows a graph node by node. Every node is inferred and checked as it is added, and an equal node is
 * never added twice, so two programs that compute the same thing tend towards the same graph.
 */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly #known = new Map<string, NodeId>();
  readonly #inputs = new Map<AttrValue, NodeId>();
  /** Given to nodes emitted without a line of their own: gradients carry the line they come from. */
  currentLine: SourceLine | undefined;

  /** A builder that begins with the nodes of a graph already built, under the same ids. */
  static extending(nodes: readonly GraphNode[]): GraphBuilder {
    const builder = new GraphBuilder();
    for (const node of nodes) builder.#append(node);
    return builder;
  }

  /** Adds a node (or finds its equal) and returns its id. Throws GraphError naming the program's line. */
  emit(op: string, inputs: readonly NodeId[], given: Attrs = {}, at = this.currentLine): NodeId {
    try {
      const definition = opNamed(op);
      checkAttrs(definition, given);
      const attrs = withoutNegativeZero(given);
      if (definition.arity !== 'variadic' && definition.arity !== inputs.length) {
        const { arity } = definition;
        throw new GraphError(
          `${op} takes ${arity} ${arity === 1 ? 'input' : 'inputs'}, not ${inputs.length}`,
        );
      }
      if (inputs.length > MAX_INPUTS) {
        throw new GraphError(`${op} takes at most ${MAX_INPUTS} inputs, not ${inputs.length}`);
      }
      const known = this.#known.get(identityOf(op, inputs, attrs));
      if (known !== undefined) return known;
      const types = inputs.map((id) => this.type(id));
      const type = definition.infer(types, attrs);
      checkShape(op, type.shape);
      if (op === 'input') this.#checkName(attrs.name!, type);
      const { shape, dtype } = type;
      return this.#append({ op, inputs, attrs, shape, dtype, ...(at ? { at } : {}) });
    } catch (error) {
      if (error instanceof GraphError && !error.at && at) throw new GraphError(error.message, at);
      throw error;
    }
  }

  #append(node: GraphNode): NodeId {
    const id = this.nodes.length;
    this.nodes.push(node);
    this.#known.set(identityOf(node.op, node.inputs, node.attrs), id);
    if (node.op === 'input') this.#inputs.set(node.attrs.name!, id);
    return id;
  }

  /** A name stands for one tensor: two inputs of one name and different types cannot both be it. */
  #checkName(name: AttrValue, type: TensorType): void {
    const first = this.#inputs.get(name);
    if (first !== undefined) {
      throw new GraphError(
        `the input ${name} is ${describeType(this.type(first))}, and cannot be ${describeType(type)} too`,
      );
    }
  }

  node(id: NodeId): GraphNode {
    const node = this.nodes[id];
    if (!node) throw new GraphError(`there is no node ${id}`);
    return node;
  }

  type(id: NodeId): TensorType {
    return this.node(id);
  }

  shape(id: NodeId): Shape {
    return this.node(id).shape;
  }

  /** The graph so far. The builder may grow on without changing it. */
  finish(
    outputs: Readonly<Record<string, NodeId>>,
    updates: Readonly<Record<string, NodeId>> = {},
  ): Graph {
    return { nodes: [...this.nodes], outputs, updates };
  }

  // What gradients and the harness write most, by name.

  input(name: string, shape: Shape, dtype: DType = 'f32'): NodeId {
    return this.emit('input', [], { name, shape: [...shape], dtype });
  }

  constant(value: number, dtype: DType = 'f32'): NodeId {
    return this.emit('constant', [], { value, dtype });
  }

  add = (a: NodeId, b: NodeId): NodeId => this.emit('add', [a, b]);
  sub = (a: NodeId, b: NodeId): NodeId => this.emit('sub', [a, b]);
  mul = (a: NodeId, b: NodeId): NodeId => this.emit('mul', [a, b]);
  div = (a: NodeId, b: NodeId): NodeId => this.emit('div', [a, b]);
  neg = (a: NodeId): NodeId => this.emit('neg', [a]);
  scale = (a: NodeId, factor: number): NodeId => this.mul(a, this.constant(factor));
  select = (condition: NodeId, yes: NodeId, no: NodeId): NodeId =>
    this.emit('select', [condition, yes, no]);

  reshape(a: NodeId, shape: Shape): NodeId {
    return sameShape(this.shape(a), shape) ? a : this.emit('reshape', [a], { shape: [...shape] });
  }

  transpose(a: NodeId, perm: readonly number[]): NodeId {
    return this.emit('transpose', [a], { perm: [...perm] });
  }

  broadcastTo(a: NodeId, shape: Shape): NodeId {
    return sameShape(this.shape(a), shape)
      ? a
      : this.emit('broadcastTo', [a], { shape: [...shape] });
  }

  sum(a: NodeId, axes: readonly number[], keepDims = false): NodeId {
    const normal = normalizeAxes(axes, this.shape(a).length);
    return normal.length === 0 ? a : this.emit('sum', [a], { axes: normal, keepDims });
  }

  matmul(
    a: NodeId,
    b: NodeId,
    { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
  ): NodeId {
    return this.emit('matmul', [a, b], { transposeA, transposeB });
  }

  /** Undoes broadcasting: sums `a` down to `shape`, over every axis that was stretched to reach it. */
  sumTo(a: NodeId, shape: Shape): NodeId {
    const from = this.shape(a);
    if (sameShape(from, shape)) return a;
    broadcastShapes(from, shape);
    const lead = from.length - shape.length;
    const axes = from.flatMap((n, axis) =>
      axis < lead || (shape[axis - lead] === 1 && n !== 1) ? [axis] : [],
    );
    return this.reshape(axes.length === 0 ? a : this.sum(a, axes), shape);
  }
}

/** Of a variadic op. */
const MAX_INPUTS = 1024;

/** Two nodes of the same identity compute the same tensor. */
export function identityOf(op: string, inputs: readonly NodeId[], attrs: Attrs): string {
  const sorted = Object.keys(attrs)
    .sort()
    .map((key) => [key, attrs[key]]);
  return JSON.stringify([op, inputs, sorted]);
}

/** A graph is JSON, which has no -0: there is only one zero. */
function withoutNegativeZero(attrs: Attrs): Attrs {
  if (!Object.values(attrs).some((value) => Object.is(value, -0))) return attrs;
  const entries = Object.entries(attrs);
  return Object.fromEntries(entries.map(([key, value]) => [key, value === 0 ? 0 : value]));
}

const ATTR_CHECKS: Record<AttrKind, (value: unknown) => boolean> = {
  int: Number.isSafeInteger,
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  string: (value) => typeof value === 'string' && value.length <= 200,
  boolean: (value) => typeof value === 'boolean',
  ints: (value) =>
    Array.isArray(value) && value.length <= 16 && value.every((n) => Number.isSafeInteger(n)),
};

function checkAttrs(definition: OpDefinition, attrs: Attrs): void {
  for (const [name, kind] of Object.entries(definition.attrs)) {
    const value = Object.hasOwn(attrs, name) ? attrs[name] : undefined;
    if (!ATTR_CHECKS[kind](value)) {
      throw new GraphError(
        `${definition.name} needs ${name} to be ${kind === 'ints' ? 'a list of integers' : `a finite ${kind}`}, not ${describe(value)}`,
      );
    }
  }
  for (const name of Object.keys(attrs)) {
    if (!Object.hasOwn(definition.attrs, name)) {
      throw new GraphError(`${definition.name} has no attribute ${name.slice(0, 40)}`);
    }
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'number'
    ? String(value)
    : (JSON.stringify(value)?.slice(0, 60) ?? 'that');
}
