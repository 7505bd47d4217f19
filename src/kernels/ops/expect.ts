import { GraphError } from '../graph/errors';
import { sameShape } from '../graph/shapes';
import { type DType, describeType, type Shape, type TensorType } from '../graph/types';

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

/** An input of the given type of element and, where `shape` is given, of exactly that shape. */
export function expectType(
  op: string,
  name: string,
  type: TensorType,
  dtype: DType,
  shape?: Shape,
): void {
  if (type.dtype === dtype && (!shape || sameShape(type.shape, shape))) return;
  const wanted = shape ? describeType({ dtype, shape }) : dtype;
  throw new GraphError(`${op} needs ${name} to be ${wanted}, not ${describeType(type)}`);
}

/** An f32 input with a last axis to work along. */
export function expectRows(op: string, name: string, type: TensorType): void {
  expectType(op, name, type, 'f32');
  if (type.shape.length === 0) {
    throw new GraphError(
      `${op} works along the last axis, and ${name} is a scalar, which has none`,
    );
  }
}

/** An f32 input with as many axes as there are letters. Returns its sizes: `expectAxes(op, 'x', x, 'BTHD')`. */
export function expectAxes(op: string, name: string, type: TensorType, axes: string): Shape {
  expectType(op, name, type, 'f32');
  if (type.shape.length !== axes.length) {
    throw new GraphError(
      `${op} needs ${name} to have the axes [${[...axes].join(', ')}], not the shape [${type.shape.join(', ')}]`,
    );
  }
  return type.shape;
}
