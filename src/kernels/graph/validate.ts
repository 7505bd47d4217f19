import { GraphBuilder } from './builder';
import { GraphError } from './errors';
import { sameShape } from './shapes';
import { type Attrs, bytesOf, type Graph, type GraphNode, type NodeId } from './types';

/** What a graph may cost at most. A graph over a limit is refused before anything is allocated. */
export interface GraphLimits {
  readonly nodes: number;
  /** Bytes of one tensor, and of all tensors of the graph together. */
  readonly tensorBytes: number;
  readonly totalBytes: number;
}

export const DEFAULT_LIMITS: GraphLimits = {
  nodes: 60_000,
  tensorBytes: 1 << 30,
  totalBytes: 2 ** 36,
};

/**
 * Turns untrusted JSON into a graph, or throws GraphError. Nothing that it claims is believed: every
 * node is built again through the op table, and what it says of its own shape must come out the same.
 */
export function validateGraph(json: unknown, limits: GraphLimits = DEFAULT_LIMITS): Graph {
  const { nodes, outputs, updates } = asRecord(json, 'a graph');
  if (!Array.isArray(nodes)) throw new GraphError('a graph needs a list of nodes');
  if (nodes.length > limits.nodes) {
    throw new GraphError(
      `a graph may have ${limits.nodes} nodes, and this one has ${nodes.length}`,
    );
  }
  const builder = new GraphBuilder();
  let total = 0;
  nodes.forEach((raw, id) => {
    const claimed = asRecord(raw, `node ${id}`);
    const { op, inputs } = claimed;
    if (typeof op !== 'string') throw new GraphError(`node ${id} needs the name of an op`);
    if (!Array.isArray(inputs) || !inputs.every((n) => Number.isInteger(n) && n >= 0 && n < id)) {
      throw new GraphError(`node ${id} may only read nodes before it`);
    }
    const at = sourceLineOf(claimed.at);
    const built = builder.emit(op, [...inputs], copyAttrs(claimed.attrs, id), at);
    if (built !== id) throw new GraphError(`node ${id} repeats node ${built}`, at);
    const node = builder.node(id);
    if (
      !Array.isArray(claimed.shape) ||
      !sameShape(claimed.shape, node.shape) ||
      claimed.dtype !== node.dtype
    ) {
      throw new GraphError(
        `node ${id} (${node.op}) claims a shape or type that is not its own`,
        at,
      );
    }
    checkBytes(node, limits);
    total += bytesOf(node);
  });
  if (total > limits.totalBytes) {
    throw new GraphError(
      `a graph may hold ${limits.totalBytes} bytes, and this one needs ${total}`,
    );
  }
  const graph = builder.finish(
    namedNodes(outputs, nodes.length),
    namedNodes(updates, nodes.length),
  );
  checkUpdates(graph);
  return graph;
}

/** Throws when one tensor alone is larger than the limit. */
export function checkBytes(node: GraphNode, limits: GraphLimits): void {
  if (bytesOf(node) > limits.tensorBytes) {
    throw new GraphError(
      `${node.op} makes a tensor of shape [${node.shape.join(', ')}], ${bytesOf(node)} bytes; the limit is ${limits.tensorBytes}`,
      node.at,
    );
  }
}

function checkUpdates(graph: Graph): void {
  const inputs = new Map<unknown, GraphNode>();
  for (const node of graph.nodes) if (node.op === 'input') inputs.set(node.attrs.name, node);
  for (const [name, id] of Object.entries(graph.updates)) {
    const target = inputs.get(name);
    const value = graph.nodes[id]!;
    if (target && (!sameShape(target.shape, value.shape) || target.dtype !== value.dtype)) {
      throw new GraphError(
        `the new ${name} has shape [${value.shape.join(', ')}], and the old one [${target.shape.join(', ')}]`,
        value.at,
      );
    }
  }
}

/** A copy that shares nothing with what came in; emit checks what is in it. */
function copyAttrs(json: unknown, id: NodeId): Attrs {
  const entries = Object.entries(asRecord(json, `the attributes of node ${id}`));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as Attrs;
}

function namedNodes(json: unknown, count: number): Record<string, NodeId> {
  const entries = Object.entries(asRecord(json, 'the names of a graph'));
  for (const [name, id] of entries) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= count) {
      throw new GraphError(`${name.slice(0, 100)} names a node that does not exist`);
    }
  }
  return Object.fromEntries(entries) as Record<string, NodeId>;
}

function sourceLineOf(json: unknown): GraphNode['at'] {
  if (typeof json !== 'object' || json === null) return undefined;
  const { file, line, column } = json as { file?: unknown; line?: unknown; column?: unknown };
  if (typeof file !== 'string' || !isCount(line)) return undefined;
  return { file: file.slice(0, 100), line, ...(isCount(column) ? { column } : {}) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function asRecord(json: unknown, what: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new GraphError(`${what} must be an object`);
  }
  return json as Record<string, unknown>;
}
