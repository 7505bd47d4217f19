// The tracing API: everything that a program can say. This file is its one source: it runs inside the
// sandbox as the module 'loopy', and the reference and the editor's types are derived from it.

import { axesOf, axisOf, listOf, shapeOf } from './axes';
import {
  currentPart,
  describe,
  explainMissing,
  grantAccess,
  guarded,
  isTensor,
  node,
  type Part,
  request,
  ShapeError,
} from './nodes';
import { binary, castTo, finite, float, logical, unary, unify } from './promotion';

/** The type of a tensor's elements. Where types meet, the wider one wins: bool < i32 < f32. */
export type DType = 'f32' | 'i32' | 'bool';

/** Whatever arithmetic takes: a tensor, or a number that stands for a tensor of any shape. */
export type Operand = Tensor | number;

/** Tensors by name: the parameters of a model, or their gradients. */
export type Params = Record<string, Tensor>;

/** What an optimizer remembers from step to step: named groups of named tensors, such as `state.m.wte`. */
export type State = Record<string, Params>;

/** Named tensors, in groups of any depth. */
export type Tree = { readonly [name: string]: Tensor | Tree };

/** What model.ts exports. */
export interface Model {
  /** Sizes and settings, for people to read; the program reads them itself where it needs them. */
  readonly config?: object;
  /** Every parameter by name, and how it begins. */
  init(task: Task): Params;
  /** tokens i32 [B, T] -> logits f32 [B, T, task.vocab], where logits at t may depend on tokens up to t only. */
  forward(params: Params, tokens: Tensor): Tensor;
  /** What training makes small: one number. Without it, the mean cross-entropy of the logits. */
  loss?(inputs: LossInputs): Tensor;
}

/** What optimizer.ts exports. */
export interface Optimizer {
  /** Sequences in a step. */
  readonly batch?: number;
  /** In place of one batch size for all of training. */
  readonly phases?: readonly Phase[];
  /** What is remembered from step to step, and how it begins. */
  state(params: Params): State;
  /** One step: every parameter and every tensor of the state, anew. */
  update(params: Params, grads: Params, state: State, t: Time): { params: Params; state: State };
  /** The parameters to evaluate and sample with, where they are others than those being trained. */
  averaged?(params: Params, state: State): Params;
}

/** A part of the budget, which ends at the share `until`; the last one ends at 1. */
export interface Phase {
  readonly until: number;
  /** Sequences in a step; without it, `batch` as exported. */
  readonly batch?: number;
  /** Tokens in a sequence, at most the task's. */
  readonly context?: number;
}

/** What `init` is told of the task: tokens in the vocabulary, and tokens in a sequence. */
export interface Task {
  readonly vocab: number;
  readonly context: number;
}

/** Where training is, in scalars: `step` counts from 0; `progress` is the share of the budget used, 0 to 1. */
export interface Time {
  readonly step: Tensor;
  readonly progress: Tensor;
}

/** What a model's own loss is given. `targets` i32 [B, T] holds -1 where nothing is to be predicted. */
export interface LossInputs {
  readonly params: Params;
  readonly tokens: Tensor;
  readonly targets: Tensor;
  readonly logits: Tensor;
  readonly t: Time;
}

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
    return minimum(maximum(this, low), high);
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

// How parameters begin. The last three can be used anywhere.

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

// Tensors from nothing.

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

// Elementwise functions.

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

// Putting together and taking apart.

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

// Layers.

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

// What the functions above share.

function tensor(what: string, value: unknown): Tensor {
  if (isTensor(value)) return value;
  throw new ShapeError(`${what} needs a tensor, not ${describe(value)}`);
}

function listOfTensors(what: string, list: readonly Tensor[]): Tensor[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw new ShapeError(`${what} needs a list of tensors, not ${describe(list)}`);
  }
  return list.map((item) => tensor(what, item));
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
