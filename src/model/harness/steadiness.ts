/** A stretch of training steps that were handed to the device together. */
export interface Chunk {
  readonly phase: number;
  readonly steps: number;
  readonly seconds: number;
}

/** From this multiple of its phase's median on, a chunk was held up. Below it lies ordinary jitter. */
const HELD_UP = 1.25;

/**
 * The share of training time, 0 to 1, that was lost to hold-ups: what the chunks that took at least 1.25
 * times as long for each step as their phase's median took beyond that median. The first chunk of a phase
 * is left out, for it fills caches. A machine that is slow from beginning to end loses nothing by this
 * measure; its pace shows elsewhere.
 */
export function lostShare(chunks: readonly Chunk[]): number {
  let lost = 0;
  let total = 0;
  for (const phase of new Set(chunks.map((chunk) => chunk.phase))) {
    const own = chunks.filter((chunk) => chunk.phase === phase).slice(1);
    const pace = median(own.map(({ seconds, steps }) => seconds / steps));
    for (const { seconds, steps } of own) {
      total += seconds;
      if (seconds >= HELD_UP * pace * steps) lost += seconds - pace * steps;
    }
  }
  return total > 0 ? lost / total : 0;
}

/** Of an even number of values, the mean of the two in the middle; of none, 0. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
