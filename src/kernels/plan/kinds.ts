import type { GraphNode, Shape } from '../graph/types';
import { sizeOf } from '../graph/types';
import { elementwiseNamed } from '../ops/elementwise/elementwise';
import { attrInts } from '../ops/op';

/** The planner's own op: a tensor once more, in another buffer. It never appears in a program's graph. */
export const COPY = 'copy';

const MOVEMENT = new Set(['reshape', 'transpose', 'broadcastTo', 'slice', 'pad', 'concat']);
const SOURCES = new Set(['constant', 'iota', 'randomUniform']);

/** Ops whose every element is a short expression of its place and of elements of the operands. */
export function isMap(op: string): boolean {
  return op === COPY || MOVEMENT.has(op) || SOURCES.has(op) || elementwiseNamed(op) !== undefined;
}

/** Ops that change nothing in memory: their result is the very buffer of their operand. */
export function isAlias(op: string): boolean {
  return op === 'reshape' || op === 'stopGradient';
}

/** Whether each thread reads the operand at its own place in memory, so that it may stay in a register. */
export function readsInPlace(node: GraphNode, operand: Shape): boolean {
  if (sizeOf(operand) !== sizeOf(node.shape)) return false;
  switch (node.op) {
    case 'transpose': {
      const moved = attrInts(node.attrs, 'perm').filter((axis) => operand[axis] !== 1);
      return moved.every((axis, i) => i === 0 || moved[i - 1]! < axis);
    }
    case 'randomUniform':
      return sizeOf(node.shape) === 1;
    default:
      // Of equal size, an elementwise operand differs from the result by axes of 1 at most; so does
      // whatever a slice, pad, concat or stretch leaves whole.
      return true;
  }
}

const COSTS: Readonly<Record<string, number>> = {
  randomUniform: 60,
  pow: 12,
  gelu: 12,
  silu: 10,
  sigmoid: 10,
  softplus: 10,
  tanh: 8,
  exp: 8,
  log: 8,
  sin: 8,
  cos: 8,
  sqrt: 4,
  rsqrt: 4,
  roundF16: 4,
  div: 4,
};

/** Roughly how many additions one element of an op costs, for weighing "again" against "once, and store". */
export function costOf(op: string): number {
  if (MOVEMENT.has(op) || isAlias(op)) return 0;
  if (op === COPY || op === 'constant' || op === 'iota' || op === 'cast') return 0;
  return COSTS[op] ?? 1;
}
