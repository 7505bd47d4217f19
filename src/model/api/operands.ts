// What functions of the API take, asked for in words. No part of what a program sees.

import { describe, isTensor, ShapeError } from './nodes';
import type { Tensor } from './tensor';

export function tensor(what: string, value: unknown): Tensor {
  if (isTensor(value)) return value;
  throw new ShapeError(`${what} needs a tensor, not ${describe(value)}`);
}

export function listOfTensors(what: string, list: readonly Tensor[]): Tensor[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw new ShapeError(`${what} needs a list of tensors, not ${describe(list)}`);
  }
  return list.map((item) => tensor(what, item));
}
