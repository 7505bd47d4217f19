/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Written to the cache for five minutes, and for an hour. */
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
  readonly cacheRead: number;
  /** Other prices for requests whose whole prompt has more than so many tokens. */
  readonly long?: { readonly above: number; readonly price: Price };
}

export type PriceTable = Readonly<Record<string, Price>>;

/**
 * The day from which the table's newest prices are. The official page decides:
 * https://platform.claude.com/docs/en/about-claude/pricing
 */
export const PRICES_DATE = '2026-10-24';

/** Models whose prices were reported by others and not read on the official page. */
export const REPORTED_PRICES: readonly string[] = [
  'claude-opus-5-5',
  'claude-sonnet-5-5',
  'claude-sonnet-5',
  'claude-haiku-5-5',
];

const price = (
  input: number,
  output: number,
  cacheRead: number,
  long?: { above: number; price: Price },
): Price => ({
  input,
  output,
  cacheWrite: 1.25 * input,
  cacheWriteHour: 2 * input,
  cacheRead,
  ...(long && { long }),
});

/** By the beginning of a model's id; the longest beginning counts. A person can put other prices in its place. */
export const PRICES: PriceTable = {
  'claude-fable-5-1': price(10, 50, 0.25),
  'claude-fable-5': price(10, 50, 1),
  'claude-mythos-5-1': price(10, 50, 0.25),
  'claude-mythos-5': price(10, 50, 1),
  'claude-opus-5-5': price(4, 20, 0.2),
  'claude-opus-5': price(5, 25, 0.5),
  'claude-opus-4-8': price(5, 25, 0.5),
  'claude-opus-4-7': price(5, 25, 0.5),
  'claude-opus-4-6': price(5, 25, 0.5),
  'claude-opus-4-5': price(5, 25, 0.5),
  'claude-sonnet-5-5': price(2, 10, 0.1),
  'claude-sonnet-5': price(2, 10, 0.2),
  'claude-sonnet-4-6': price(3, 15, 0.3),
  'claude-sonnet-4-5': price(3, 15, 0.3),
  'claude-haiku-5-5': price(0.1, 0.5, 0.01, { above: 100_000, price: price(0.5, 2.5, 0.05) }),
  'claude-haiku-4-5': price(1, 5, 0.1),
};

/** Null for a model that neither table knows: its tokens are counted, and its money is not. */
export function priceOf(model: string, own: PriceTable = {}): Price | null {
  for (const table of [own, PRICES]) {
    const names = Object.keys(table).filter(
      (name) => model === name || model.startsWith(`${name}-`),
    );
    // A version that is not listed is another model: 5-9 must not be taken for a dated 5.
    const fitting = names.filter((name) => /^(-\d{8}|-latest)?$/.test(model.slice(name.length)));
    const best = fitting.sort((a, b) => b.length - a.length)[0];
    if (best !== undefined) return table[best]!;
  }
  return null;
}
