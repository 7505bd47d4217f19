import { GraphError } from './errors';
import { type Shape, sizeOf } from './types';

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** No tensor may have more elements than this: an index must fit in 32 bits on every device. */
export const MAX_ELEMENTS = 2 ** 31;

/** Throws unless every axis has at least one element, and all of them together at most MAX_ELEMENTS. */
export function checkShape(op: string, shape: Shape): void {
  let size = 1;
  for (const n of shape) {
    if (!Number.isInteger(n) || n < 1) {
      throw new GraphError(
        `${op} makes the shape [${shape.join(', ')}], and every axis needs at least one element`,
      );
    }
    size *= n;
  }
  if (size > MAX_ELEMENTS) {
    throw new GraphError(
      `${op} makes the shape [${shape.join(', ')}], ${size} elements; a tensor may have ${MAX_ELEMENTS}`,
    );
  }
}

/** The shape of an elementwise result, by NumPy's rule: axes align at the end, and 1 stretches. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new GraphError(
        `shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast: ${m} against ${n}`,
      );
    }
    return m === 1 ? n : m;
  });
}

/** Elements to move in memory for one step along each axis of a contiguous tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Strides that read `from` as if it had the larger shape `to`: 0 along every stretched axis. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from);
  const lead = to.length - from.length;
  return to.map((n, axis) => {
    const i = axis - lead;
    return i < 0 || (from[i] === 1 && n !== 1) ? 0 : own[i]!;
  });
}

/** An axis counted from the front; -1 is the last. Throws when the tensor has no such axis. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    throw new GraphError(`axis ${axis} is out of range for a tensor of ${rank} axes`);
  }
  return normal;
}

/** Distinct axes from the front, ascending. An empty list means all of them. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  const all = axes.length === 0 ? Array.from({ length: rank }, (_, i) => i) : axes;
  const normal = all.map((axis) => normalizeAxis(axis, rank)).sort((a, b) => a - b);
  if (new Set(normal).size !== normal.length) throw new GraphError('an axis is named twice');
  return normal;
}

/** A shape read as rows of its last axis: [rows, width]. A scalar is one row of one. */
export function asRows(shape: Shape): { rows: number; width: number } {
  const width = shape.at(-1) ?? 1;
  return { rows: sizeOf(shape) / width, width };
}
