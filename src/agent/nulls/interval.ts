import { incompleteBeta } from '../verdicts/student-t';

/**
 * The exact interval of a chance of which `hits` of `trials` came true (Clopper & Pearson, Biometrika 26,
 * 1934), at 95%: its ends are quantiles of Beta(hits, trials - hits + 1) and Beta(hits + 1, trials - hits).
 */
export function clopperPearson(hits: number, trials: number): readonly [number, number] {
  const low = hits === 0 ? 0 : betaQuantile(0.025, hits, trials - hits + 1);
  const high = hits === trials ? 1 : betaQuantile(0.975, hits + 1, trials - hits);
  return [low, high];
}

/** By bisection; the distribution function only rises. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
