// What a transformer is made of.

import { axisOf } from './axes';
import { maximum } from './elementwise';
import { node } from './nodes';
import { tensor } from './operands';
import { float } from './promotion';
import type { Tensor } from './tensor';

/** x [..., in] times the matrix w [out, in] gives [..., out]. */
export function linear(x: Tensor, w: Tensor): Tensor {
  return tensor('linear', x).matmul(tensor('linear', w), { transposeB: true });
}

/** [..., M, K] times [..., K, N] gives [..., M, N]; leading axes broadcast. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return tensor('matmul', a).matmul(tensor('matmul', b));
}

/** The rows of `table` [V, C] that `ids` i32 [...] name: [..., C]. An id outside the table reads zeros. */
export function embedding(table: Tensor, ids: Tensor): Tensor {
  return node('embedding', [tensor('embedding', table), tensor('embedding', ids)]);
}

/** x / sqrt(mean(x^2) + eps) over the last axis, times `gain` [C] if given (Zhang & Sennrich, 2019). */
export function rmsNorm(x: Tensor, options: { gain?: Tensor; eps?: number } = {}): Tensor {
  const { gain, eps = 1e-5 } = options;
  const y = node('rmsNorm', [float('rmsNorm', x)], { eps });
  return gain ? y.mul(gain) : y;
}

/** (x - mean) / sqrt(var + eps) over the last axis, then `gain` and `bias` [C] if given (Ba et al., 2016). */
export function layerNorm(
  x: Tensor,
  options: { gain?: Tensor; bias?: Tensor; eps?: number } = {},
): Tensor {
  const { gain, bias, eps = 1e-5 } = options;
  const y = node('layerNorm', [float('layerNorm', x)], { eps });
  const scaled = gain ? y.mul(gain) : y;
  return bias ? scaled.add(bias) : scaled;
}

/**
 * Scaled dot-product attention (Vaswani et al., 2017). q [B, T, H, D], k and v [B, T, G, D] -> [B, T, H, D],
 * where G divides H: with fewer key heads than query heads, neighbouring queries share one.
 *
 * `causal`: a position sees itself and those before it, as every model here must in the end. `window`: only the last so many, itself included.
 * `scale`: what scores are multiplied by, 1 / sqrt(D) unless given. `softcap`: scores s become
 * c * tanh(s / c). `alibi`: scores fall with distance, by 2^(-8 (h + 1) / H) a step in head h (Press et
 * al., 2022).
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: {
    causal?: boolean;
    window?: number;
    scale?: number;
    softcap?: number;
    alibi?: boolean;
  } = {},
): Tensor {
  const inputs = [tensor('attention', q), tensor('attention', k), tensor('attention', v)];
  const width = inputs[0]!.shape.at(-1) ?? 1;
  const { causal = true, window = 0, scale = width ** -0.5, softcap = 0, alibi = false } = options;
  return node('attention', inputs, { causal, window, scale, softcap, alibi });
}

/**
 * Rotary position embedding (Su et al., 2021) of x [B, T, H, D], D even: the pair (d, d + D / 2) of
 * position t turns by the angle t * base^(-2 d / D).
 */
export function rope(x: Tensor, options: { base?: number } = {}): Tensor {
  const { base = 10000 } = options;
  return node('rope', [tensor('rope', x)], { base, inverse: false });
}

/** exp(x) / sum(exp(x)) over an axis. */
export function softmax(x: Tensor, options: { axis?: number } = {}): Tensor {
  return overAxis('softmax', x, options.axis, (rows) => node('softmax', [rows]));
}

/** x - log(sum(exp(x))) over an axis. */
export function logSoftmax(x: Tensor, options: { axis?: number } = {}): Tensor {
  return overAxis('logSoftmax', x, options.axis, (rows) =>
    rows.sub(node('logSumExp', [rows]).reshape([...rows.shape.slice(0, -1), 1])),
  );
}

/** log(sum(exp(x))) over an axis, which goes. */
export function logSumExp(x: Tensor, options: { axis?: number } = {}): Tensor {
  const input = float('logSumExp', x);
  const axis = axisOf('logSumExp', options.axis ?? -1, input.shape.length);
  return node('logSumExp', [moveAxis(input, axis, input.shape.length - 1)]);
}

/**
 * The mean of -log softmax(logits)[target], in nats, over the positions that have a target.
 * logits [..., V], targets i32 [...] with -1 for none -> a scalar.
 */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const counted = tensor('crossEntropy', targets).greaterEqual(0).sum();
  return tokenLosses(logits, targets).sum().div(maximum(counted, 1));
}

/** Position by position: -log softmax(logits)[target] in nats, and 0 where the target is -1. */
export function tokenLosses(logits: Tensor, targets: Tensor): Tensor {
  return node('crossEntropy', [float('tokenLosses', logits), tensor('tokenLosses', targets)]);
}

/** Applies what works along the last axis along another one. */
function overAxis(what: string, x: Tensor, axis: number = -1, rows: (x: Tensor) => Tensor): Tensor {
  const input = float(what, x);
  const along = axisOf(what, axis, input.shape.length);
  const last = input.shape.length - 1;
  return moveAxis(rows(moveAxis(input, along, last)), last, along);
}

/** Takes an axis out of its place and puts it into another; the others keep their order. */
function moveAxis(x: Tensor, from: number, to: number): Tensor {
  if (from === to) return x;
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== from);
  order.splice(to, 0, from);
  return x.transpose(order);
}
