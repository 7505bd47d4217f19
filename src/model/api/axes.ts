import { describe, ShapeError } from './nodes';

// Axes, counted from the front or, when negative, from the back.

export function axisOf(what: string, axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || front < 0 || front >= rank) {
    throw new ShapeError(
      `${what} was given axis ${describe(axis)}, and the tensor has ${rank === 1 ? '1 axis' : `${rank} axes`}`,
    );
  }
  return front;
}

/** Distinct axes from the front, ascending; all of them when none is named. */
export function axesOf(
  what: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === 'number' ? [axes] : listOf(what, 'axes', axes);
  return [...new Set(list.map((axis) => axisOf(what, axis, rank)))].sort((a, b) => a - b);
}

/** A list of whole numbers, copied. */
export function listOf(what: string, name: string, list: unknown): number[] {
  if (!Array.isArray(list) || !list.every((n) => Number.isSafeInteger(n))) {
    throw new ShapeError(
      `${what} needs ${name} to be a list of whole numbers, not ${describe(list)}`,
    );
  }
  return [...(list as number[])];
}

/** A shape: whole numbers of at least 1. */
export function shapeOf(what: string, shape: unknown): number[] {
  const list = listOf(what, 'its shape', shape);
  if (list.some((n) => n < 1)) {
    throw new ShapeError(
      `${what} was given the shape [${list.join(', ')}]: every axis needs at least 1`,
    );
  }
  return list;
}
