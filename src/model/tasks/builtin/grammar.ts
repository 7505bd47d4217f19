/**
 * A probabilistic grammar with state. A rule, given the story so far, lists the ways to go on; one is
 * chosen in proportion to its weight; its text is written, its changes are made to the state, and the
 * parts that follow are written in their order.
 *
 * Two conditions make -log2 p of a derivation that of its text: every choice is visible at once (where
 * there are several alternatives, none has a text that begins another's), and the end is visible too (no
 * text of the language begins another). Then a text has one derivation, and reading it from left to
 * right, one never has to guess.
 */
export interface Alternative<S> {
  /** Relative to the other alternatives' weights; 0 or less: not now. */
  readonly weight: number;
  readonly text: string;
  /** What changes in the state; a pure function. */
  readonly set?: (state: S) => Partial<S>;
  readonly next?: readonly Part<S>[];
}

/** A pure function of the state, in arithmetic that is exact in every engine: no Math.pow, no Math.exp. */
export type Rule<S> = (state: S) => readonly Alternative<S>[];

/** A rule, or a text that must stand there. */
export type Part<S> = string | Rule<S>;

/** The rule with one way: a text made from the state, at no cost in bits. */
export function always<S>(text: (state: S) => string): Rule<S> {
  return (state) => [{ weight: 1, text: text(state) }];
}

/** Throws when the texts of some alternatives cannot be told apart from left to right. */
export function assertVisible<S>(alternatives: readonly Alternative<S>[]): void {
  const texts = alternatives.filter(({ weight }) => weight > 0).map(({ text }) => text);
  if (texts.length === 0) throw new Error('A rule has no way to go on.');
  texts.sort();
  for (let i = 1; i < texts.length; i++) {
    // In sorted order, a text that begins any other begins its neighbour.
    if (texts[i]!.startsWith(texts[i - 1]!)) {
      throw new Error(
        `Of two alternatives, ${JSON.stringify(texts[i - 1])} begins ${JSON.stringify(texts[i])}.`,
      );
    }
  }
}
