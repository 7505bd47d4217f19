// Tensors, and what each can do by itself.

import { axesOf, axisOf, listOf, shapeOf } from './axes';
import { describe, explainMissing, grantAccess, node, type Part, ShapeError } from './nodes';
import { binary, castTo, finite, float, logical, unary } from './promotion';

/** The type of a tensor's elements. Where types meet, the wider one wins: bool < i32 < f32. */
export type DType = 'f32' | 'i32' | 'bool';

/** Whatever arithmetic takes: a tensor, or a number that stands for a tensor of any shape. */
export type Operand = Tensor | number;

/**
 * Numbers in a box of axes: known by shape and type while the program runs, and computed later, at every
 * step of training. A tensor never changes; every method gives a new one.
 *
 * Where the shapes of two tensors differ they broadcast as NumPy's do: axes align at the end, and an axis
 * of 1 stretches. An axis may be counted from the end: -1 is the last.
 */
export class Tensor {
  static #issuing = false;
  readonly #part: Part;
  readonly #id: number;
  /** Sizes of the axes, outermost first; [] is a scalar. */
  readonly shape: readonly number[];
  readonly dtype: DType;

  private constructor(part: Part, id: number, shape: readonly number[], dtype: DType) {
    if (!Tensor.#issuing) {
      throw new ShapeError('a tensor is made by functions such as zeros, not by new Tensor');
    }
    Tensor.#issuing = false;
    this.#part = part;
    this.#id = id;
    this.shape = Object.freeze([...shape]);
    this.dtype = dtype;
    Object.freeze(this);
  }

  static {
    grantAccess({
      make(part, id, shape, dtype) {
        Tensor.#issuing = true;
        return new Tensor(part, id, shape, dtype);
      },
      open(value) {
        const own = typeof value === 'object' && value !== null && #id in value;
        return own ? { part: value.#part, id: value.#id } : undefined;
      },
    });
    Object.setPrototypeOf(
      Tensor.prototype,
      explainMissing(Object.getOwnPropertyNames(Tensor.prototype)),
    );
    // Without this, x * 2 would quietly be NaN.
    Object.defineProperty(Tensor.prototype, Symbol.toPrimitive, {
      value(this: Tensor, hint: string) {
        if (hint === 'string') return this.toString();
        throw new ShapeError(
          'a tensor is not a number: write a.add(b) and a.mul(b) for a + b and a * b',
        );
      },
    });
  }

  /** The type and shape in words, such as `f32[8, 64, 27]`. */
  toString(): string {
    return `${this.dtype}[${this.shape.join(', ')}]`;
  }

  // Arithmetic, element by element.

  /** Element by element, as are sub, mul and div. */
  add(other: Operand): Tensor {
    return binary('add', this, other);
  }

  sub(other: Operand): Tensor {
    return binary('sub', this, other);
  }

  mul(other: Operand): Tensor {
    return binary('mul', this, other);
  }

  div(other: Operand): Tensor {
    return binary('div', this, other, 'f32');
  }

  /** This to the power of `exponent`. A negative base needs a whole exponent. */
  pow(exponent: Operand): Tensor {
    return binary('pow', this, exponent, 'f32');
  }

  neg(): Tensor {
    return unary('neg', this, 'i32');
  }

  square(): Tensor {
    return unary('square', this, 'i32');
  }

  abs(): Tensor {
    return unary('abs', this, 'i32');
  }

  /** -1, 0 or 1. */
  sign(): Tensor {
    return unary('sign', this, 'i32');
  }

  /** e to the power of this. */
  exp(): Tensor {
    return unary('exp', this);
  }

  /** The natural logarithm. */
  log(): Tensor {
    return unary('log', this);
  }

  sqrt(): Tensor {
    return unary('sqrt', this);
  }

  /** 1 / sqrt(x). */
  rsqrt(): Tensor {
    return unary('rsqrt', this);
  }

  sin(): Tensor {
    return unary('sin', this);
  }

  cos(): Tensor {
    return unary('cos', this);
  }

  tanh(): Tensor {
    return unary('tanh', this);
  }

  sigmoid(): Tensor {
    return unary('sigmoid', this);
  }

  relu(): Tensor {
    return unary('relu', this);
  }

  /** The largest whole number not above each element. */
  floor(): Tensor {
    return unary('floor', this);
  }

  /** No less than `low` and no more than `high`. */
  clamp(low: Operand, high: Operand): Tensor {
    return binary('minimum', binary('maximum', this, low), high);
  }

  // Questions.

  /** Whether each element equals the other's, as bool. */
  equal(other: Operand): Tensor {
    return binary('equal', this, other, 'bool');
  }

  notEqual(other: Operand): Tensor {
    return binary('notEqual', this, other, 'bool');
  }

  less(other: Operand): Tensor {
    return binary('less', this, other);
  }

  lessEqual(other: Operand): Tensor {
    return binary('lessEqual', this, other);
  }

  greater(other: Operand): Tensor {
    return binary('greater', this, other);
  }

  greaterEqual(other: Operand): Tensor {
    return binary('greaterEqual', this, other);
  }

  /** Whether both are true; a number is true when it is not 0. */
  and(other: Operand): Tensor {
    return logical('logicalAnd', this, other);
  }

  /** Whether either is true. */
  or(other: Operand): Tensor {
    return logical('logicalOr', this, other);
  }

  /** Whether it is false. */
  not(): Tensor {
    return logical('logicalNot', this);
  }

  // Reductions.

  /** The sum over one axis, a list of axes, or everything. The axes go, or stay with size 1. */
  sum(axes?: number | readonly number[], options: { keepDims?: boolean } = {}): Tensor {
    return reduce('sum', this, axes, options.keepDims ?? false);
  }

  /** The mean, over axes as in `sum`. */
  mean(axes?: number | readonly number[], options: { keepDims?: boolean } = {}): Tensor {
    const reduced = axesOf('mean', axes, this.shape.length);
    const count = reduced.reduce((product, axis) => product * this.shape[axis]!, 1);
    return this.sum(reduced, options).div(count);
  }

  /** The largest element, over axes as in `sum`. */
  max(axes?: number | readonly number[], options: { keepDims?: boolean } = {}): Tensor {
    return reduce('max', this, axes, options.keepDims ?? false);
  }

  /** The smallest element, over axes as in `sum`. */
  min(axes?: number | readonly number[], options: { keepDims?: boolean } = {}): Tensor {
    return this.neg().max(axes, options).neg();
  }

  // Products.

  /**
   * [..., M, K] times [..., K, N] gives [..., M, N]; leading axes broadcast. A transposed operand is
   * read as if its last two axes were swapped.
   */
  matmul(other: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {}): Tensor {
    const { transposeA = false, transposeB = false } = options;
    return node('matmul', [float('matmul', this), float('matmul', other)], {
      transposeA,
      transposeB,
    });
  }

  // Movement.

  /** The same elements in the same order. One size may be -1: whatever is left. */
  reshape(shape: readonly number[]): Tensor {
    const wanted = listOf('reshape', 'its shape', shape);
    const open = wanted.indexOf(-1);
    if (open >= 0) {
      const rest = wanted.reduce((product, n, axis) => (axis === open ? product : product * n), 1);
      wanted[open] = this.shape.reduce((product, n) => product * n, 1) / rest;
      if (!Number.isInteger(wanted[open])) {
        throw new ShapeError(`reshape cannot turn ${this} into [${shape.join(', ')}]`);
      }
    }
    const to = shapeOf('reshape', wanted);
    return sameShape(this.shape, to) ? this : node('reshape', [this], { shape: to });
  }

  /** Axis i of the result is axis `order[i]` of this. With no order, the last two axes are swapped. */
  transpose(order?: readonly number[]): Tensor {
    const rank = this.shape.length;
    if (order === undefined && rank < 2) {
      throw new ShapeError(`transpose swaps the last two axes, and ${this} has none to swap`);
    }
    const swapped = Array.from({ length: rank }, (_, axis) =>
      axis < rank - 2 ? axis : 2 * rank - 3 - axis,
    );
    const perm = order === undefined ? swapped : listOf('transpose', 'its order', order);
    return node('transpose', [this], { perm: perm.map((axis) => axisOf('transpose', axis, rank)) });
  }

  broadcastTo(shape: readonly number[]): Tensor {
    const to = shapeOf('broadcastTo', shape);
    return sameShape(this.shape, to) ? this : node('broadcastTo', [this], { shape: to });
  }

  /** From `start` up to but not including `end` along one axis. Negative positions count from the end. */
  slice(axis: number, start: number, end?: number): Tensor {
    const along = axisOf('slice', axis, this.shape.length);
    const size = this.shape[along]!;
    const [from = 0, to = size] = [start, end ?? size].map((i) => (i < 0 ? i + size : i));
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > size || from >= to) {
      throw new ShapeError(
        `slice from ${describe(start)} to ${describe(end ?? size)} takes nothing, or too much, of axis ${axis} of ${this}`,
      );
    }
    return node('slice', [this], {
      starts: this.shape.map((_, i) => (i === along ? from : 0)),
      sizes: this.shape.map((n, i) => (i === along ? to - from : n)),
    });
  }

  /** `before` and `after` more elements of `value` along one axis. */
  pad(axis: number, before: number, after: number, value: number = 0): Tensor {
    const along = axisOf('pad', axis, this.shape.length);
    return node('pad', [this], {
      before: this.shape.map((_, i) => (i === along ? before : 0)),
      after: this.shape.map((_, i) => (i === along ? after : 0)),
      value: finite(value, 'pad'),
    });
  }

  // Types and gradients.

  /** f32 to i32 drops the fraction; to bool asks whether it is not 0. */
  cast(dtype: DType): Tensor {
    return castTo(this, dtype);
  }

  /** The same value, which the gradient takes for a constant. */
  stopGradient(): Tensor {
    return node('stopGradient', [this]);
  }
}

function reduce(
  op: 'sum' | 'max',
  x: Tensor,
  axes: number | readonly number[] | undefined,
  keepDims: boolean,
): Tensor {
  const reduced = axesOf(op, axes, x.shape.length);
  const input = float(op, x);
  return reduced.length === 0 ? input : node(op, [input], { axes: reduced, keepDims });
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}
