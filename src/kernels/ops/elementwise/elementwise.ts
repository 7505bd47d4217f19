import { arithmeticOps, logicOps } from './binary';
import { choiceOps } from './choice';
import type { ElementwiseOp } from './row';
import { unaryOps } from './unary';

export { type ElementwiseOp, wgslOf } from './row';

/** Every op that computes each element of its result from the elements in the same place. */
export const elementwiseOps: readonly ElementwiseOp[] = [
  ...unaryOps,
  ...arithmeticOps,
  ...logicOps,
  ...choiceOps,
];

const BY_NAME = new Map(elementwiseOps.map((op) => [op.name, op]));

/** The row of an elementwise op, or undefined where the op is of another kind: what a fuser asks. */
export function elementwiseNamed(name: string): ElementwiseOp | undefined {
  return BY_NAME.get(name);
}
