/** Exponents of float16 begin here: below 2^-14 its numbers lie as far apart as just above it. */
const LEAST_EXPONENT = -14;
/** Bits of its fraction. */
const FRACTION = 10;
/** Half way from 65504, its largest number, to what would be the next. */
const TOO_LARGE = 65_520;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * The number nearest to x that IEEE 754's binary16 has; of two that are as near, the one whose last bit is 0.
 * Subnormal numbers are kept, sizes from 65520 on become infinity, NaN stays.
 */
export function roundF16(x: number): number {
  const size = Math.abs(x);
  if (!(size < TOO_LARGE)) return Number.isNaN(x) ? x : Math.sign(x) * Infinity;
  float[0] = size;
  const exponent = Math.max((bits[0]! >>> 23) - 127, LEAST_EXPONENT);
  // Beside 2^52 steps a double has no room for a fraction of one, and rounds it away, ties to even.
  const far = 2 ** (exponent - FRACTION + 52);
  const rounded = size + far - far;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}
