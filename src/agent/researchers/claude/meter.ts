import { type PriceTable, priceOf } from './prices';

/** Tokens of one reply, as the API bills them. */
export interface Tokens {
  /** Read neither from the cache nor written to it. */
  readonly input: number;
  readonly output: number;
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
  readonly cacheRead: number;
}

export interface Spent {
  readonly requests: number;
  readonly tokens: Tokens;
  /** US dollars; of models without a known price only the tokens are counted. */
  readonly dollars: number;
  readonly models: readonly {
    readonly model: string;
    readonly tokens: Tokens;
    /** Null where no price is known. */
    readonly dollars: number | null;
  }[];
}

/** Limits that a person sets; a study that reaches one ends gently. */
export interface Caps {
  readonly dollars?: number;
  /** Tokens of every kind together. */
  readonly tokens?: number;
  readonly experiments?: number;
  readonly hours?: number;
}

const NOTHING: Tokens = { input: 0, output: 0, cacheWrite: 0, cacheWriteHour: 0, cacheRead: 0 };

/** Counts what the replies of one study's researchers cost, by model. */
export class Meter {
  readonly #prices: PriceTable;
  readonly #models = new Map<string, { tokens: Tokens; dollars: number | null }>();
  #requests = 0;

  constructor(prices: PriceTable = {}) {
    this.#prices = prices;
  }

  /** Whether money can be counted for this model: a cap on money needs it. */
  knows(model: string): boolean {
    return priceOf(model, this.#prices) !== null;
  }

  count(model: string, tokens: Tokens): Spent {
    this.#requests++;
    const before = this.#models.get(model) ?? { tokens: NOTHING, dollars: 0 };
    const dollars = this.#dollarsOf(model, tokens);
    this.#models.set(model, {
      tokens: added(before.tokens, tokens),
      dollars: dollars === null || before.dollars === null ? null : before.dollars + dollars,
    });
    return this.spent;
  }

  get spent(): Spent {
    const models = [...this.#models].map(([model, rest]) => ({ model, ...rest }));
    return {
      requests: this.#requests,
      tokens: models.reduce((sum, { tokens }) => added(sum, tokens), NOTHING),
      dollars: models.reduce((sum, { dollars }) => sum + (dollars ?? 0), 0),
      models,
    };
  }

  #dollarsOf(model: string, tokens: Tokens): number | null {
    const usual = priceOf(model, this.#prices);
    if (!usual) return null;
    const prompt = promptOf(tokens);
    const price = usual.long && prompt > usual.long.above ? usual.long.price : usual;
    const kinds = Object.keys(NOTHING) as (keyof Tokens)[];
    return kinds.reduce((sum, kind) => sum + (tokens[kind] * price[kind]) / 1e6, 0);
  }
}

/** Every token that was sent. */
export function promptOf({ input, cacheWrite, cacheWriteHour, cacheRead }: Tokens): number {
  return input + cacheWrite + cacheWriteHour + cacheRead;
}

function added(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    cacheWriteHour: a.cacheWriteHour + b.cacheWriteHour,
    cacheRead: a.cacheRead + b.cacheRead,
  };
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
