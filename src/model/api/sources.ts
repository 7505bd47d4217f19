// Tensors from nothing: how parameters begin, constants, positions and random numbers.

import { axisOf, shapeOf } from './axes';
import { currentPart, node, request } from './nodes';
import { tensor } from './operands';
import { finite, float } from './promotion';
import type { Tensor } from './tensor';

/** In `init`: a parameter drawn from a normal distribution, anew for every trial. */
export function normal(
  shape: readonly number[],
  options: { mean?: number; std?: number } = {},
): Tensor {
  const { mean = 0, std = 1 } = options;
  return initial('normal', shape, { mean, std });
}

/** In `init`: a parameter drawn evenly from `low`, 0 if not given, up to `high`, 1 if not given. */
export function uniform(
  shape: readonly number[],
  options: { low?: number; high?: number } = {},
): Tensor {
  const { low = 0, high = 1 } = options;
  return initial('uniform', shape, { low, high });
}

/**
 * In `init`: a parameter [out, in] drawn so that its shorter side is orthonormal, times `gain` (Saxe et
 * al., 2014).
 */
export function orthogonal(shape: readonly number[], options: { gain?: number } = {}): Tensor {
  const { gain = 1 } = options;
  return initial('orthogonal', shape, { gain });
}

/** A tensor filled with one number; like zeros and ones, it can also begin a parameter. */
export function constant(shape: readonly number[], value: number): Tensor {
  return scalar(value).broadcastTo(shapeOf('constant', shape));
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[]): Tensor {
  return constant(shape, 0);
}

/** A tensor of ones. */
export function ones(shape: readonly number[]): Tensor {
  return constant(shape, 1);
}

/** Zeros of the same shape. */
export function zerosLike(x: Tensor): Tensor {
  return constant(tensor('zerosLike', x).shape, 0);
}

/** Ones of the same shape. */
export function onesLike(x: Tensor): Tensor {
  return constant(tensor('onesLike', x).shape, 1);
}

/** One number as an f32 tensor []. Infinity becomes the largest f32. */
export function scalar(value: number): Tensor {
  return float('scalar', value);
}

/** 0, 1, ..., size - 1 as i32 [size]. */
export function range(size: number): Tensor {
  return iota([size], 0);
}

/** i32 of that shape; each element is its own position along one axis. Two of them make any mask. */
export function iota(shape: readonly number[], axis: number): Tensor {
  const sizes = shapeOf('iota', shape);
  return node('iota', [], { shape: sizes, axis: axisOf('iota', axis, sizes.length) });
}

/** New numbers in [0, 1) at every step. In training only: `isTraining()` asks. */
export function randomUniform(shape: readonly number[]): Tensor {
  const { name, training } = currentPart('randomUniform');
  if (!training) {
    throw new Error(
      `${name} has random numbers only while it trains; put what needs them under if (isTraining())`,
    );
  }
  return request({ random: shapeOf('randomUniform', shape) }, 'randomUniform');
}

/** New numbers from the standard normal distribution at every step (Box & Muller, 1958). In training only. */
export function randomNormal(shape: readonly number[]): Tensor {
  const radius = scalar(1).sub(randomUniform(shape)).log().mul(-2).sqrt();
  return radius.mul(
    randomUniform(shape)
      .mul(2 * Math.PI)
      .cos(),
  );
}

/** Whether this is the training step, in which dropout and random numbers are active. */
export function isTraining(): boolean {
  return currentPart('isTraining').training;
}

function initial(kind: string, shape: readonly number[], settings: Record<string, number>): Tensor {
  const { name } = currentPart(kind);
  if (name !== 'init') {
    throw new Error(
      `${kind} says how a parameter begins, in init; ${name} can use ${kind === 'normal' ? 'randomNormal' : 'randomUniform'}`,
    );
  }
  for (const setting of Object.keys(settings)) finite(settings[setting]!, `${kind}'s ${setting}`);
  return request({ init: { kind, ...settings }, shape: shapeOf(kind, shape) }, kind);
}
