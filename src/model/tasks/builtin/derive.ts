import type { Alternative, Part, Rule } from './grammar';

/** A text of a grammar with its cost. */
export interface Derivation {
  readonly text: string;
  /** -log2 p of each character given all before it. They sum to -log2 p of the text. */
  readonly bits: readonly number[];
}

/** Parts still to be written, the next one first. */
interface Pending<S> {
  readonly part: Part<S>;
  readonly rest: Pending<S> | null;
}

/** Draws one text. `uniform` gives independent numbers in [0, 1). */
export function derive<S>(start: Rule<S>, initial: S, uniform: () => number): Derivation {
  const bits: number[] = [];
  let text = '';
  let state = initial;
  let pending: Pending<S> | null = { part: start, rest: null };
  while (pending !== null) {
    const { part, rest }: Pending<S> = pending;
    pending = rest;
    if (typeof part === 'string') {
      text += part;
      for (let i = 0; i < part.length; i++) bits.push(0);
      continue;
    }
    const alternatives = part(state);
    const chosen = choose(alternatives, uniform);
    text += chosen.text;
    spreadBits(alternatives, chosen, bits);
    if (chosen.set) state = { ...state, ...chosen.set(state) };
    for (const following of chosen.next?.toReversed() ?? []) {
      pending = { part: following, rest: pending };
    }
  }
  return { text, bits };
}

function choose<S>(alternatives: readonly Alternative<S>[], uniform: () => number): Alternative<S> {
  if (alternatives.length === 1) return alternatives[0]!; // nothing to draw
  let left = uniform() * totalWeight(alternatives);
  let last = alternatives[0]!;
  for (const alternative of alternatives) {
    if (alternative.weight <= 0) continue;
    last = alternative;
    left -= alternative.weight;
    if (left < 0) break;
  }
  return last; // the last of all by rounding only
}

/**
 * The cost of a choice, character by character: each narrows the alternatives down to those that begin
 * with the text so far, and costs the share of the weight that it keeps.
 */
function spreadBits<S>(
  alternatives: readonly Alternative<S>[],
  { text }: Alternative<S>,
  bits: number[],
): void {
  let open = alternatives;
  let weight = totalWeight(open);
  for (let i = 0; i < text.length; i++) {
    if (open.length === 1) {
      bits.push(0);
      continue;
    }
    const character = text[i];
    open = open.filter((other) => other.weight > 0 && other.text[i] === character);
    const kept = totalWeight(open);
    bits.push(Math.log2(weight / kept));
    weight = kept;
  }
}

function totalWeight<S>(alternatives: readonly Alternative<S>[]): number {
  let sum = 0;
  for (const { weight } of alternatives) if (weight > 0) sum += weight;
  return sum;
}
