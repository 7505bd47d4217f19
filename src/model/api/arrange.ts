// Putting together and taking apart.

import { axisOf } from './axes';
import { describe, guarded, isTensor, node, ShapeError } from './nodes';
import { listOfTensors, tensor } from './operands';
import type { Tree } from './program';
import { unify } from './promotion';
import { range } from './sources';
import type { Tensor } from './tensor';

/** One after another along an axis; the other axes are equal. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const parts = unify('concat', listOfTensors('concat', tensors));
  return node('concat', parts, { axis: axisOf('concat', axis, parts[0]!.shape.length) });
}

/** Tensors of one shape along a new axis. */
export function stack(tensors: readonly Tensor[], axis: number = 0): Tensor {
  const parts = listOfTensors('stack', tensors);
  const at = axisOf('stack', axis, parts[0]!.shape.length + 1);
  return concat(
    parts.map((part) => part.reshape([...part.shape.slice(0, at), 1, ...part.shape.slice(at)])),
    at,
  );
}

/** Equal parts along an axis. */
export function split(x: Tensor, parts: number, axis: number = -1): Tensor[] {
  const input = tensor('split', x);
  const size = input.shape[axisOf('split', axis, input.shape.length)]! / parts;
  if (!Number.isInteger(size) || !Number.isInteger(parts)) {
    throw new ShapeError(
      `split cannot cut axis ${axis} of ${input} into ${describe(parts)} equal parts`,
    );
  }
  return Array.from({ length: parts }, (_, i) => input.slice(axis, i * size, (i + 1) * size));
}

/** i32 [...] -> f32 [..., size]: 1 at the position that each id names, else 0. */
export function oneHot(ids: Tensor, size: number): Tensor {
  const named = tensor('oneHot', ids);
  return named
    .reshape([...named.shape, 1])
    .equal(range(size))
    .cast('f32');
}

/**
 * The same names with new tensors: `f` is called with each tensor and its name. Groups stay groups.
 */
export function map<T extends Tree>(tree: T, f: (x: Tensor, name: string) => Tensor): T {
  if (typeof tree !== 'object' || tree === null || isTensor(tree)) {
    throw new ShapeError(`map needs named tensors, not ${describe(tree)}`);
  }
  const mapped = Object.create(null) as Record<string, Tensor | Tree>;
  for (const name of Object.keys(tree)) {
    const value = tree[name]!;
    mapped[name] = isTensor(value) ? f(value, name) : map(value, f);
  }
  return guarded(mapped, 'tensor') as T;
}
