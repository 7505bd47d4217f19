/**
 * Student's t distribution with `freedom` degrees of freedom, through the regularised incomplete beta
 * function (Abramowitz & Stegun 26.5.27 and 26.7.1; NIST DLMF 8.17).
 */

/** P(T <= t). Accurate to about 1e-12. */
export function studentCdf(t: number, freedom: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t that T stays under with probability p, for 0 < p < 1. */
export function studentQuantile(p: number, freedom: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability lies between 0 and 1, not at ${p}`);
  if (p > 0.5) return -studentQuantile(1 - p, freedom);
  let high = 0;
  let low = -1;
  while (studentCdf(low, freedom) > p) low *= 2;
  for (let i = 0; i < 200 && high - low > 1e-13 * (1 - low); i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, freedom) > p) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b), by the continued fraction of DLMF 8.17.22, which converges fast for x < (a + 1) / (a + b + 2). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront =
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return (Math.exp(logFront) * betaFraction(x, a, b)) / a;
}

/** The continued fraction 1 / (1 + d1 / (1 + d2 / (1 + ...))), from its front (Lentz, 1976). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const awayFromZero = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const step of [even, odd]) {
      d = 1 / awayFromZero(1 + step * d);
      c = awayFromZero(1 + step / c);
      change = c * d;
      value *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

/** ln of the gamma function for x > 0: Stirling's series (DLMF 5.11.1) after moving x past 10. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift += Math.log(z);
    z += 1;
  }
  const w = 1 / (z * z);
  const series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
