import { describe, isTensor, node, ShapeError } from './nodes';
import type { DType, Operand, Tensor } from './tensor';

// Numbers and types. Where types differ, the wider one wins, as in NumPy: bool < i32 < f32.

const WIDTH: Readonly<Record<DType, number>> = { bool: 0, i32: 1, f32: 2 };

/** The largest float32, which stands for infinity: a graph holds finite numbers only. */
const LARGEST = 3.4028234663852886e38;

export function finite(value: number, what: string): number {
  if (typeof value !== 'number')
    throw new ShapeError(`${what} needs a number, not ${describe(value)}`);
  if (Number.isNaN(value)) throw new ShapeError(`${what} was given NaN, which is not a number`);
  return Math.min(Math.max(value, -LARGEST), LARGEST);
}

function constant(value: number, dtype: DType, what: string): Tensor {
  return node('constant', [], { value: finite(value, what), dtype });
}

/** Operands as tensors of one type: the widest among them, and no narrower than `atLeast`. */
export function unify(
  what: string,
  operands: readonly Operand[],
  atLeast: DType = 'bool',
): Tensor[] {
  let widest: DType = atLeast;
  for (const operand of operands) {
    const dtype = dtypeOf(operand, what);
    if (WIDTH[dtype] > WIDTH[widest]) widest = dtype;
  }
  // Numbers alone are f32: i32 is for what counts or names something.
  if (widest !== 'f32' && operands.every((operand) => typeof operand === 'number')) widest = 'f32';
  return operands.map((operand) =>
    typeof operand === 'number' ? constant(operand, widest, what) : castTo(operand, widest),
  );
}

function dtypeOf(operand: Operand, what: string): DType {
  if (typeof operand === 'number') return Number.isInteger(operand) ? 'i32' : 'f32';
  if (!isTensor(operand)) {
    throw new ShapeError(`${what} needs a tensor or a number, not ${describe(operand)}`);
  }
  return operand.dtype;
}

export function castTo(tensor: Tensor, dtype: DType): Tensor {
  return tensor.dtype === dtype ? tensor : node('cast', [tensor], { dtype });
}

/** An operand as one f32 tensor. */
export function float(what: string, operand: Operand): Tensor {
  return unify(what, [operand], 'f32')[0]!;
}

export function unary(op: string, operand: Operand, atLeast: DType = 'f32'): Tensor {
  return node(op, unify(op, [operand], atLeast));
}

export function binary(op: string, a: Operand, b: Operand, atLeast: DType = 'i32'): Tensor {
  return node(op, unify(op, [a, b], atLeast));
}

/** Operands as true or false. */
export function logical(op: string, ...operands: Operand[]): Tensor {
  return node(
    op,
    operands.map((operand) => castTo(unify(op, [operand])[0]!, 'bool')),
  );
}
