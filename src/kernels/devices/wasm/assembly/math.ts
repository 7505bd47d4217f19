import { madd, splat } from './simd';

// Four elements at a time. Polynomials and splittings of constants as in Cephes (Moshier, single precision
// routines); errors are a few units in the last place. NaN goes through.

// A vector that the code holds takes an engine three instructions, one that it loads a single one.
const OF_EXP = memory.data<f32>([
  -104, 89, 1.44269504088896341, 12582912, -0.693359375, 2.1219444e-4, 1.98756915e-4,
  1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
]);
const EXPONENT_BIAS = memory.data<i32>([127]);

/** A polynomial for what is left of x beside n ln 2, at most half of ln 2. */
// @inline
function expOfRest(x: v128, n: v128): v128 {
  let r = madd(n, v128.load_splat<f32>(OF_EXP + 16), x);
  r = madd(n, v128.load_splat<f32>(OF_EXP + 20), r);
  let p = madd(v128.load_splat<f32>(OF_EXP + 24), r, v128.load_splat<f32>(OF_EXP + 28));
  p = madd(p, r, v128.load_splat<f32>(OF_EXP + 32));
  p = madd(p, r, v128.load_splat<f32>(OF_EXP + 36));
  p = madd(p, r, v128.load_splat<f32>(OF_EXP + 40));
  p = madd(p, r, v128.load_splat<f32>(OF_EXP + 44));
  return f32x4.add(madd(p, f32x4.mul(r, r), r), v128.load_splat<f32>(OF_EXP + 48));
}

/** e^x: 2^n times a polynomial. */
// @inline
export function exp(x: v128): v128 {
  // These two give NaN back where x is NaN, and are one instruction each.
  const above = f32x4.pmax(x, v128.load_splat<f32>(OF_EXP));
  const bound = f32x4.pmin(above, v128.load_splat<f32>(OF_EXP + 4));
  // Beside 1.5 * 2^23 a float has no fraction, and its last bits are the whole number n.
  const whole = v128.load_splat<f32>(OF_EXP + 12);
  const shifted = madd(bound, v128.load_splat<f32>(OF_EXP + 8), whole);
  const n = f32x4.sub(shifted, whole);
  const power = expOfRest(bound, n);
  // In two steps, because 2^n itself may be too large or too small for a float that the product is not.
  const bits = i32x4.sub(shifted, whole);
  const half = i32x4.shr_s(bits, 1);
  const bias = v128.load_splat<i32>(EXPONENT_BIAS);
  const first = i32x4.shl(i32x4.add(half, bias), 23);
  const second = i32x4.shl(i32x4.add(i32x4.sub(bits, half), bias), 23);
  return f32x4.mul(f32x4.mul(power, first), second);
}

/** The least x of `expOfWeight`. */
const LEAST_WEIGHT = memory.data<f32>([-86]);

/**
 * e^x for x up to 80, where 2^n is counted onto the exponent of the polynomial: in half as many steps as `exp` takes
 * after it. 0 below -86: a weight that small, beside one of 1, counts for nothing.
 */
// @inline
export function expOfWeight(x: v128): v128 {
  const lowest = v128.load_splat<f32>(LEAST_WEIGHT);
  const bound = f32x4.pmax(x, lowest);
  const whole = v128.load_splat<f32>(OF_EXP + 12);
  const shifted = madd(bound, v128.load_splat<f32>(OF_EXP + 8), whole);
  const n = f32x4.sub(shifted, whole);
  const power = expOfRest(bound, n);
  const scaled = i32x4.add(power, i32x4.shl(shifted, 23));
  return v128.andnot(scaled, f32x4.lt(x, lowest));
}

// The least and the largest x of `power`, and what is left of 2^r beside 1 for r of at most a half, divided by r,
// within 2e-7: a fit of our own.
const OF_POWER = memory.data<f32>([
  -126, 127, 12582912, 1.326472731307149e-3, 9.671512991189957e-3, 5.550733581185341e-2,
  2.4022242426872253e-1, 6.931470036506653e-1, 1,
]);

/** 2^x, of x below -126 what it is there: a weight that small counts for nothing. For x up to 127. */
// @inline
export function power(x: v128): v128 {
  const bound = f32x4.pmax(x, v128.load_splat<f32>(OF_POWER));
  const whole = v128.load_splat<f32>(OF_POWER + 8);
  const shifted = f32x4.add(bound, whole);
  const r = f32x4.sub(bound, f32x4.sub(shifted, whole));
  let p = madd(v128.load_splat<f32>(OF_POWER + 12), r, v128.load_splat<f32>(OF_POWER + 16));
  p = madd(p, r, v128.load_splat<f32>(OF_POWER + 20));
  p = madd(p, r, v128.load_splat<f32>(OF_POWER + 24));
  p = madd(p, r, v128.load_splat<f32>(OF_POWER + 28));
  p = madd(p, r, v128.load_splat<f32>(OF_POWER + 32));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** The same for any x: of x above 127 what it is there. */
// @inline
export function powerUpTo127(x: v128): v128 {
  return power(f32x4.pmin(x, v128.load_splat<f32>(OF_POWER + 4)));
}

/** The natural logarithm; -infinity at 0 and NaN below. */
export function log(x: v128): v128 {
  const tiny = f32x4.lt(x, splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, splat(8388608)), x, tiny);
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3)); // of sqrt(1/2)
  const exponent = i32x4.shr_s(bits, 23);
  const n = f32x4.add(f32x4.convert_i32x4_s(exponent), v128.and(tiny, splat(-23)));
  const r = f32x4.sub(i32x4.sub(scaled, i32x4.shl(exponent, 23)), splat(1));
  let p = madd(splat(7.0376836292e-2), r, splat(-1.151461031e-1));
  p = madd(p, r, splat(1.167699874e-1));
  p = madd(p, r, splat(-1.2420140846e-1));
  p = madd(p, r, splat(1.4249322787e-1));
  p = madd(p, r, splat(-1.6668057665e-1));
  p = madd(p, r, splat(2.0000714765e-1));
  p = madd(p, r, splat(-2.4999993993e-1));
  p = madd(p, r, splat(3.3333331174e-1));
  const rr = f32x4.mul(r, r);
  let y = f32x4.mul(f32x4.mul(p, r), rr);
  y = madd(n, splat(-2.1219444e-4), y);
  y = f32x4.sub(y, f32x4.mul(rr, splat(0.5)));
  y = f32x4.add(madd(n, splat(0.693359375), r), y);
  y = v128.bitselect(splat(-Infinity), y, f32x4.eq(x, splat(0)));
  y = v128.bitselect(x, y, f32x4.eq(x, splat(Infinity)));
  return v128.bitselect(splat(NaN), y, v128.not(f32x4.ge(x, splat(0))));
}

/** log(1 + x) for x from 0 to 1, exact to the last bits near 0 too. */
function log1p(x: v128): v128 {
  const u = f32x4.add(x, splat(1));
  const rounded = f32x4.sub(u, splat(1));
  const y = f32x4.mul(log(u), f32x4.div(x, rounded));
  return v128.bitselect(x, y, f32x4.eq(rounded, splat(0)));
}

export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(x))));
}

export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  // Far from 0: 1 - 2 / (e^2x + 1); near it, where that would cancel, a polynomial.
  const e = exp(f32x4.add(size, size));
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(e, splat(1))));
  const z = f32x4.mul(x, x);
  let p = madd(splat(-5.70498872745e-3), z, splat(2.06390887954e-2));
  p = madd(p, z, splat(-5.37397155531e-2));
  p = madd(p, z, splat(1.33314422036e-1));
  p = madd(p, z, splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, z), x, x);
  const signed = v128.bitselect(x, far, i32x4.splat(0x80000000));
  return v128.bitselect(near, signed, f32x4.lt(size, splat(0.625)));
}

/** x times the sigmoid of 2u, which is (1 + tanh u) / 2, with u = sqrt(2 / pi) (x + 0.044715 x^3). */
export function gelu(x: v128): v128 {
  const cube = madd(f32x4.mul(x, x), splat(0.044715), splat(1));
  const u = f32x4.mul(f32x4.mul(x, cube), splat(1.5957691216057308));
  return f32x4.mul(x, sigmoid(u));
}

export function softplus(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.max(x, splat(0)), log1p(e));
}

export function sin(x: v128): v128 {
  return circle(x, 0);
}

export function cos(x: v128): v128 {
  return circle(x, 1);
}

/** sin(x + quarter * pi / 2). Within 1e-6 for |x| up to 8192, as far as three parts of pi / 2 reach. */
function circle(x: v128, quarter: i32): v128 {
  const n = f32x4.nearest(f32x4.mul(x, splat(0.636619772367581343)));
  let r = f32x4.sub(x, f32x4.mul(n, splat(1.5703125)));
  r = f32x4.sub(r, f32x4.mul(n, splat(4.837512969970703125e-4)));
  r = f32x4.sub(r, f32x4.mul(n, splat(7.54978995489188216e-8)));
  const z = f32x4.mul(r, r);
  let s = madd(splat(-1.9515295891e-4), z, splat(8.3321608736e-3));
  s = madd(s, z, splat(-1.6666654611e-1));
  const sine = madd(f32x4.mul(s, z), r, r);
  let c = madd(splat(2.443315711809948e-5), z, splat(-1.388731625493765e-3));
  c = madd(c, z, splat(4.166664568298827e-2));
  const cosine = madd(f32x4.mul(c, z), z, f32x4.sub(splat(1), f32x4.mul(z, splat(0.5))));
  const turns = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(quarter));
  const odd = i32x4.ne(v128.and(turns, i32x4.splat(1)), i32x4.splat(0));
  const sign = i32x4.shl(v128.and(turns, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(cosine, sine, odd), sign);
}

/** a^b for a from 0 up, and for any a where b is a whole number. */
export function pow(a: v128, b: v128): v128 {
  const size = exp(f32x4.mul(b, log(f32x4.abs(a))));
  const odd = i32x4.shl(i32x4.trunc_sat_f32x4_s(b), 31);
  const signed = v128.or(size, v128.and(v128.and(a, odd), i32x4.splat(0x80000000)));
  const whole = f32x4.eq(f32x4.nearest(b), b);
  const valid = v128.or(f32x4.ge(a, splat(0)), whole);
  const one = v128.or(f32x4.eq(b, splat(0)), f32x4.eq(a, splat(1)));
  const value = v128.bitselect(signed, splat(NaN), valid);
  return v128.bitselect(splat(1), value, one);
}

/** The nearest number that float16 has, ties to even; infinity from 65520 on. NaN goes through. */
export function roundF16(x: v128): v128 {
  const size = f32x4.abs(x);
  // 2^13 times the power of two below x (2^-14 at least): a float beside it has float16's bits left, and rounds.
  const power = v128.and(size, i32x4.splat(0x7f800000));
  const far = f32x4.mul(f32x4.pmax(splat(6.103515625e-5), power), splat(8192));
  const near = f32x4.sub(f32x4.add(size, far), far);
  const tooLarge = f32x4.ge(size, splat(65520));
  const rounded = v128.bitselect(i32x4.splat(0x7f800000), near, tooLarge);
  return v128.bitselect(x, rounded, i32x4.splat(0x80000000));
}

/** Numbers of [0, 1) by Threefry-2x32: `uniformAt` of src/kernels/random/threefry.ts, bit for bit. */
export function uniform(seed: v128, stream: v128, index: v128): v128 {
  const third = v128.xor(v128.xor(seed, stream), i32x4.splat(0x1bd11bda));
  let x0 = i32x4.add(seed, i32x4.shr_u(index, 1));
  let x1 = stream;
  let key = stream;
  let next = third;
  let last = seed;
  for (let group = 0; group < 5; group++) {
    const odd = (group & 1) != 0;
    for (let round = 0; round < 4; round++) {
      const turn = rotation(odd, round);
      x0 = i32x4.add(x0, x1);
      x1 = v128.or(i32x4.shl(x1, turn), i32x4.shr_u(x1, 32 - turn));
      x1 = v128.xor(x1, x0);
    }
    x0 = i32x4.add(x0, key);
    x1 = i32x4.add(i32x4.add(x1, next), i32x4.splat(group + 1));
    const first = key;
    key = next;
    next = last;
    last = first;
  }
  const second = i32x4.ne(v128.and(index, i32x4.splat(1)), i32x4.splat(0));
  const bits = i32x4.shr_u(v128.bitselect(x1, x0, second), 8);
  return f32x4.mul(f32x4.convert_i32x4_s(bits), splat(5.9604644775390625e-8));
}

function rotation(odd: bool, round: i32): i32 {
  if (odd) return round == 0 ? 17 : round == 1 ? 29 : round == 2 ? 16 : 24;
  return round == 0 ? 13 : round == 1 ? 15 : round == 2 ? 26 : 6;
}
