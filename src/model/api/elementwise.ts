// Functions of each element by itself.

import { describe, node, ShapeError } from './nodes';
import { tensor } from './operands';
import { binary, castTo, unary, unify } from './promotion';
import { isTraining, randomUniform } from './sources';
import type { Operand, Tensor } from './tensor';

/** The smaller of the two, element by element. */
export function minimum(a: Operand, b: Operand): Tensor {
  return binary('minimum', a, b);
}

/** The larger of the two, element by element. */
export function maximum(a: Operand, b: Operand): Tensor {
  return binary('maximum', a, b);
}

/** `yes` where the condition is true, else `no`. */
export function where(condition: Operand, yes: Operand, no: Operand): Tensor {
  const asked = castTo(unify('where', [condition])[0]!, 'bool');
  return node('select', [asked, ...unify('where', [yes, no])]);
}

/** x where it is positive, else 0. */
export function relu(x: Operand): Tensor {
  return unary('relu', x);
}

/** The tanh form (Hendrycks & Gimpel, 2016). */
export function gelu(x: Operand): Tensor {
  return unary('gelu', x);
}

/** x * sigmoid(x), also called swish. */
export function silu(x: Operand): Tensor {
  return unary('silu', x);
}

/** log(1 + exp(x)). */
export function softplus(x: Operand): Tensor {
  return unary('softplus', x);
}

/** 1 / (1 + exp(-x)). */
export function sigmoid(x: Operand): Tensor {
  return unary('sigmoid', x);
}

/** The hyperbolic tangent. */
export function tanh(x: Operand): Tensor {
  return unary('tanh', x);
}

/** e to the power of x. */
export function exp(x: Operand): Tensor {
  return unary('exp', x);
}

/** The natural logarithm. */
export function log(x: Operand): Tensor {
  return unary('log', x);
}

/** The square root. */
export function sqrt(x: Operand): Tensor {
  return unary('sqrt', x);
}

/** cap * tanh(x / cap): nearly x when small, and never beyond the cap (Gemma 2, 2024). */
export function softcap(x: Tensor, cap: number): Tensor {
  return tensor('softcap', x).div(cap).tanh().mul(cap);
}

/** The same value, which the gradient takes for a constant. */
export function stopGradient(x: Tensor): Tensor {
  return tensor('stopGradient', x).stopGradient();
}

/** In training, drops each element with probability `rate` and scales up the others; else x itself. */
export function dropout(x: Tensor, rate: number): Tensor {
  const input = tensor('dropout', x);
  if (!(rate >= 0 && rate < 1)) {
    throw new ShapeError(`dropout needs a rate from 0 up to 1, not ${describe(rate)}`);
  }
  if (!isTraining() || rate === 0) return input;
  const kept = randomUniform(input.shape).greaterEqual(rate);
  return where(kept, input.div(1 - rate), 0);
}
