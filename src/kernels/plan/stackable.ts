import type { Attrs, GraphNode, Shape } from '../graph/types';
import { elementwiseNamed } from '../ops/elementwise/elementwise';
import { attrInts } from '../ops/op';

/**
 * The attributes of one node that does to a stack of `count` tensors, along a new first axis, what `node`
 * does to one; null for an op that cannot.
 */
export function stackedAttrs({ op, attrs }: GraphNode, count: number): Attrs | null {
  const later = (name: string) => attrInts(attrs, name).map((axis) => axis + 1);
  if (op === 'matmul' || elementwiseNamed(op)) return attrs;
  switch (op) {
    case 'transpose':
      return { ...attrs, perm: [0, ...later('perm')] };
    case 'reshape':
    case 'broadcastTo':
      return { ...attrs, shape: [count, ...attrInts(attrs, 'shape')] };
    case 'sum':
    case 'max':
      return attrInts(attrs, 'axes').length === 0 ? null : { ...attrs, axes: later('axes') };
    default:
      return null;
  }
}

/**
 * The shape in which a stack of operands of `shape` goes into the stacked node: axes align at the end, so
 * an operand of fewer axes than the result needs axes of 1 between the stack's and its own.
 */
export function operandShape(node: GraphNode, shape: Shape, count: number): Shape {
  const aligns = node.op === 'matmul' || node.op === 'broadcastTo' || elementwiseNamed(node.op);
  const missing = aligns ? node.shape.length - shape.length : 0;
  return [count, ...new Array<number>(missing).fill(1), ...shape];
}
