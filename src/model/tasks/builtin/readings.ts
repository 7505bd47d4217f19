import type { Part, Rule } from './grammar';

/** What a grammar says of a text. */
export interface Readings {
  /** Ways to derive the whole text. */
  readonly count: number;
  /** -log2 of the sum of their probabilities; Infinity where there is none. */
  readonly bits: number;
  /** How far into the text any derivation reaches. */
  readonly understood: number;
}

/** A derivation under way, which has written text[0..at). */
interface Reading<S> {
  readonly at: number;
  readonly state: S;
  readonly probabilityBits: number;
  readonly pending: readonly Part<S>[];
}

/**
 * The probability of a text: the sum over all derivations, found by following every alternative that fits.
 * It assumes nothing of the grammar, so it also tells whether a text has one derivation only.
 */
export function readingsOf<S>(start: Rule<S>, initial: S, text: string): Readings {
  let count = 0;
  let understood = 0;
  let bits = Number.POSITIVE_INFINITY;
  const open: Reading<S>[] = [{ at: 0, state: initial, probabilityBits: 0, pending: [start] }];
  for (let reading = open.pop(); reading !== undefined; reading = open.pop()) {
    const { at, state, probabilityBits, pending } = reading;
    understood = Math.max(understood, at);
    const [part, ...rest] = pending;
    if (part === undefined) {
      if (at < text.length) continue;
      count++;
      bits = sumInBits(bits, probabilityBits);
    } else if (typeof part === 'string') {
      if (text.startsWith(part, at)) open.push({ ...reading, at: at + part.length, pending: rest });
    } else {
      const ways = part(state).filter((way) => way.weight > 0);
      const total = ways.reduce((sum, way) => sum + way.weight, 0);
      for (const way of ways) {
        if (!text.startsWith(way.text, at)) continue;
        open.push({
          at: at + way.text.length,
          state: way.set ? { ...state, ...way.set(state) } : state,
          probabilityBits: probabilityBits - Math.log2(way.weight / total),
          pending: [...(way.next ?? []), ...rest],
        });
      }
    }
  }
  return { count, bits, understood };
}

/** -log2(2^-a + 2^-b), without leaving the logarithms. */
function sumInBits(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  return more === Number.POSITIVE_INFINITY ? less : less - Math.log2(1 + 2 ** (less - more));
}
