import { type Attrs, type DType, type Shape, sizeOf } from '../../../src/kernels/graph/types';
import { hashName, uniformAt } from '../../../src/kernels/random/threefry';

/** One op on one set of shapes and attributes, with inputs drawn the same way every time. */
export interface OpCase {
  /** Unique in the list, and short: `add [2, 3] + [3]`. */
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly CaseInput[];
  readonly attrs: Attrs;
  /** Which inputs to differentiate, by position. Where absent, every f32 one that has a gradient. */
  readonly differentiable?: readonly number[];
}

export interface CaseInput {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Element i of `size`, from a uniform number in [0, 1). */
  readonly draw: (uniform: number, i: number, size: number) => number;
}

/** Uniform in [low, high). */
export function f32(shape: Shape, low = -2, high = 2): CaseInput {
  return { shape, dtype: 'f32', draw: (u) => low + (high - low) * u };
}

/** Of either sign and away from 0, for ops that have a corner or a pole there. */
export function awayFromZero(shape: Shape, nearest = 0.1, farthest = 2): CaseInput {
  const draw = (u: number) => (u < 0.5 ? -1 : 1) * (nearest + (farthest - nearest) * ((2 * u) % 1));
  return { shape, dtype: 'f32', draw };
}

/** Numbers in no order with at least 0.01 between any two, for ops that pick one of several. */
export function distinct(shape: Shape): CaseInput {
  // Stepping through a prime number of places visits each once.
  const prime = 65_537;
  const draw = (_: number, i: number) => (((i + 1) * 20_011) % prime) * 0.01 - 300;
  return { shape, dtype: 'f32', draw };
}

/** Whole numbers from `low` to `high`, both included. */
export function i32(shape: Shape, low = -9, high = 9): CaseInput {
  return { shape, dtype: 'i32', draw: (u) => low + Math.floor((high - low + 1) * u) };
}

export function bool(shape: Shape): CaseInput {
  return { shape, dtype: 'bool', draw: (u) => (u < 0.5 ? 0 : 1) };
}

/** The data of every input of a case. */
export function drawInputs({ name, inputs }: OpCase): (Float64Array | Int32Array)[] {
  return inputs.map(({ shape, dtype, draw }, stream) => {
    const size = sizeOf(shape);
    const data = dtype === 'f32' ? new Float64Array(size) : new Int32Array(size);
    const seed = hashName(name);
    // Rounded to float32, so that every device begins with the same numbers.
    for (let i = 0; i < size; i++) data[i] = Math.fround(draw(uniformAt(seed, stream, i), i, size));
    return data;
  });
}

/** `[2, 3]`, for names. */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Scalars, single elements, primes, and sizes past one workgroup of 256 threads. */
export const SHAPES: readonly Shape[] = [[], [1], [7], [3, 5], [257], [2, 3, 89], [1031]];

/** Pairs of shapes that broadcast, and one pair that need not. */
export const PAIRS: readonly (readonly [Shape, Shape])[] = [
  [[], []],
  [[1], [1]],
  [[7], [7]],
  [[5, 7], []],
  [[], [5, 7]],
  [[5, 7], [7]],
  [[7], [5, 7]],
  [
    [5, 7],
    [5, 1],
  ],
  [
    [5, 1],
    [1, 7],
  ],
  [
    [3, 1, 5],
    [4, 1],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 5],
  ],
  [
    [17, 67],
    [17, 67],
  ],
  [
    [263, 3],
    [1, 3],
  ],
];
