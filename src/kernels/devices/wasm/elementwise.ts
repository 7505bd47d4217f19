import type { Attrs, DType } from '../../graph/types';
import { type Code, f32x4, i32x4, v128 } from './encoder/code';

/** Functions of assembly/math.ts that fused groups call, and how many vectors they take. */
export const MATH = {
  exp: 1,
  log: 1,
  tanh: 1,
  sigmoid: 1,
  gelu: 1,
  softplus: 1,
  sin: 1,
  cos: 1,
  pow: 2,
  roundF16: 1,
  uniform: 3,
} as const;
export type MathName = keyof typeof MATH;

/** Calls a function of assembly/math.ts on vectors. */
export type MathCall = (name: MathName, ...operands: readonly Code[]) => Code;

/** What an elementwise op becomes: four elements at once, from its operands' vectors. */
interface VectorOp {
  /** The operands' type. Booleans are masks: all bits of a lane, or none. */
  readonly dtype: DType;
  /** The type of the result, of which `cast` has several. */
  readonly gives: DType;
  readonly attrs: Attrs;
  readonly math: MathCall;
}

/** An op's vector from those of its operands. Each operand's code is a `local.get`, so it may come twice. */
type Write = (op: VectorOp, a: Code, b: Code, c: Code) => Code;

const zero = f32x4.const(0);
const one = f32x4.const(1);
const both =
  (ifFloat: (a: Code, b: Code) => Code, ifInt: (a: Code, b: Code) => Code): Write =>
  ({ dtype }, a, b) =>
    dtype === 'f32' ? ifFloat(a, b) : ifInt(a, b);
const math =
  (name: MathName): Write =>
  (op, a) =>
    op.math(name, a);

const TABLE: Readonly<Record<string, Write>> = {
  neg: both(f32x4.neg, i32x4.neg),
  exp: math('exp'),
  log: math('log'),
  sqrt: (_, a) => f32x4.sqrt(a),
  rsqrt: (_, a) => f32x4.div(one, f32x4.sqrt(a)),
  square: both(
    (a) => f32x4.mul(a, a),
    (a) => i32x4.mul(a, a),
  ),
  abs: both(f32x4.abs, i32x4.abs),
  sign: both(
    (a) => f32x4.sub(v128.and(f32x4.gt(a, zero), one), v128.and(f32x4.lt(a, zero), one)),
    // A true lane is -1.
    (a) => i32x4.sub(i32x4.lt(a, zero), i32x4.gt(a, zero)),
  ),
  tanh: math('tanh'),
  sigmoid: math('sigmoid'),
  // NaN stays, and the sum makes 0 of -0.
  relu: (_, a) => f32x4.add(f32x4.pmax(a, zero), zero),
  gelu: math('gelu'),
  silu: (op, a) => f32x4.mul(a, op.math('sigmoid', a)),
  softplus: math('softplus'),
  sin: math('sin'),
  cos: math('cos'),
  floor: (_, a) => f32x4.floor(a),
  roundF16: math('roundF16'),
  logicalNot: (_, a) => v128.not(a),

  add: both(f32x4.add, i32x4.add),
  sub: both(f32x4.sub, i32x4.sub),
  mul: both(f32x4.mul, i32x4.mul),
  div: (_, a, b) => f32x4.div(a, b),
  pow: (op, a, b) => op.math('pow', a, b),
  minimum: both(f32x4.min, i32x4.min),
  maximum: both(f32x4.max, i32x4.max),

  equal: both(f32x4.eq, i32x4.eq),
  notEqual: both(f32x4.ne, i32x4.ne),
  less: both(f32x4.lt, i32x4.lt),
  lessEqual: both(f32x4.le, i32x4.le),
  greater: both(f32x4.gt, i32x4.gt),
  greaterEqual: both(f32x4.ge, i32x4.ge),
  logicalAnd: (_, a, b) => v128.and(a, b),
  logicalOr: (_, a, b) => v128.or(a, b),

  select: (_, condition, yes, no) => v128.bitselect(yes, no, condition),
  cast: ({ dtype, gives }, a) => {
    if (dtype === gives) return a;
    if (gives === 'bool') return dtype === 'f32' ? f32x4.ne(a, zero) : i32x4.ne(a, zero);
    if (dtype === 'bool') return v128.and(a, gives === 'f32' ? one : i32x4.const(1));
    return gives === 'f32' ? f32x4.fromI32(a) : i32x4.fromF32(a);
  },
};

/** The code of an elementwise op over its operands' code; undefined where the op is of another kind. */
export function writeElementwise(
  name: string,
  op: VectorOp,
  operands: readonly Code[],
): Code | undefined {
  const write = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
  return write?.(op, operands[0] ?? [], operands[1] ?? [], operands[2] ?? []);
}
