import { GraphError } from '../../graph/errors';
import type { Attrs, TensorType } from '../../graph/types';
import { expectRows, expectType } from '../expect';
import { attrNumber } from '../op';

/** The shape rule of a norm: x [..., N], and the same out. */
export function expectNormInput(op: string, [x]: readonly TensorType[], attrs: Attrs): TensorType {
  expectRows(op, 'x', x!);
  const eps = attrNumber(attrs, 'eps');
  if (eps < 0) throw new GraphError(`${op} needs eps to be at least 0, not ${eps}`);
  return { shape: x!.shape, dtype: 'f32' };
}

/** The shape rule of a norm's gradient: x and dy [..., N], and the same out. */
export function expectNormGradInputs(
  op: string,
  [x, dy]: readonly TensorType[],
  attrs: Attrs,
): TensorType {
  const type = expectNormInput(op, [x!], attrs);
  expectType(op, 'dy', dy!, 'f32', x!.shape);
  return type;
}
