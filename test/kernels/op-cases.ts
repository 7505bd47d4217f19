import type { OpCase } from './cases/case';
import { elementwiseCases } from './cases/elementwise';
import { matmulCases } from './cases/matmul';
import { movementCases } from './cases/movement';
import { reductionCases } from './cases/reductions';
import { rowCases } from './cases/rows';
import { sequenceCases } from './cases/sequences';
import { sourceCases } from './cases/sources';
import { tokenCases } from './cases/tokens';

/** Every op in many shapes and settings: what each device computes and is compared on. */
export const OP_CASES: readonly OpCase[] = [
  ...sourceCases,
  ...elementwiseCases,
  ...movementCases,
  ...reductionCases,
  ...matmulCases,
  ...rowCases,
  ...sequenceCases,
  ...tokenCases,
];

/** The cases of each op, in the order of the list. */
export function casesByOp(cases: readonly OpCase[] = OP_CASES): ReadonlyMap<string, OpCase[]> {
  const groups = new Map<string, OpCase[]>();
  for (const one of cases) groups.set(one.op, [...(groups.get(one.op) ?? []), one]);
  return groups;
}
