import { GraphError } from '../graph/errors';
import { type DType, describeType, type TensorType } from '../graph/types';

/** The checks that shape rules share. Each throws a GraphError that shows the types it was given. */

export function expectDType(op: string, type: TensorType, ...allowed: readonly DType[]): void {
  if (!allowed.includes(type.dtype)) {
    throw new GraphError(`${op} takes ${allowed.join(' or ')}, not ${describeType(type)}`);
  }
}

export function expectSameDType(op: string, a: TensorType, b: TensorType): void {
  if (a.dtype !== b.dtype) {
    throw new GraphError(
      `${op} takes two tensors of one type, not ${describeType(a)} and ${describeType(b)}`,
    );
  }
}

export function expectMinRank(op: string, type: TensorType, rank: number): void {
  if (type.shape.length < rank) {
    throw new GraphError(
      `${op} needs a tensor of at least ${rank} ${rank === 1 ? 'axis' : 'axes'}, not ${describeType(type)}`,
    );
  }
}

/** One entry of an attribute for each axis of the input. */
export function expectPerAxis(
  op: string,
  type: TensorType,
  name: string,
  list: readonly number[],
): void {
  if (list.length !== type.shape.length) {
    throw new GraphError(
      `${op} needs one number in ${name} for each axis of ${describeType(type)}, not [${list.join(', ')}]`,
    );
  }
}

/** That a number can be an element of the type: i32 holds whole numbers of 32 bits, bool 0 and 1. */
export function expectElement(op: string, value: number, dtype: DType): void {
  const fits =
    dtype === 'f32'
      ? Number.isFinite(Math.fround(value))
      : dtype === 'i32'
        ? (value | 0) === value
        : value === 0 || value === 1;
  if (!fits) throw new GraphError(`${op} cannot hold ${value} as ${dtype}`);
}

export function expectDTypeName(op: string, name: string): asserts name is DType {
  if (name !== 'f32' && name !== 'i32' && name !== 'bool') {
    throw new GraphError(`${op} knows the types f32, i32 and bool, not ${name.slice(0, 40)}`);
  }
}
