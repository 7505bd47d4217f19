import { GraphError } from '../graph/errors';
import { sameShape } from '../graph/shapes';
import { type DType, describeType, type Shape, type TensorType } from '../graph/types';

// What the shape rules of the rooms demand of their inputs. Each throws a GraphError that names the op,
// the input and the type it really has.

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
