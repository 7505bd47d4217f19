import { promptOf, type Spent } from './spent';

/** Limits that a person sets; a study that reaches one ends gently. */
export interface Caps {
  readonly dollars?: number;
  /** Tokens of every kind together. */
  readonly tokens?: number;
  readonly experiments?: number;
  readonly hours?: number;
}

/** Which cap is reached, in words, or null. */
export function capReached(
  caps: Caps,
  spent: Spent,
  { experiments, hours }: { readonly experiments: number; readonly hours: number },
): string | null {
  const all = promptOf(spent.tokens) + spent.tokens.output;
  if (caps.dollars !== undefined && spent.dollars >= caps.dollars) {
    return `the cap of $${caps.dollars} is reached: $${spent.dollars.toFixed(2)} were spent`;
  }
  if (caps.tokens !== undefined && all >= caps.tokens) {
    return `the cap of ${caps.tokens} tokens is reached: ${all} were used`;
  }
  if (caps.experiments !== undefined && experiments >= caps.experiments) {
    return `the cap of ${caps.experiments} experiments is reached`;
  }
  if (caps.hours !== undefined && hours >= caps.hours) {
    return `the cap of ${caps.hours} hours is reached`;
  }
  return null;
}
