import { messageOf } from '../../loop/waiting';
import type { DeskStore } from './desks/store';
import { type PriceTable, priceOf } from './prices';
import {
  added,
  type KeptSpending,
  keptSpending,
  NOTHING,
  promptOf,
  type Spent,
  type Tokens,
} from './spent';

export { type Caps, capReached } from './caps';
export type { Spent, Tokens } from './spent';

/** The name under which a study's costs are kept among its desks. */
export const METER = 'meter';

/**
 * Counts what the replies of one study's researchers cost, by model, and the time that they were at it. One
 * meter is shared by all of a study's researchers. Kept in a store, it goes on after a reload, so that caps
 * hold over it.
 */
export class Meter {
  readonly #prices: PriceTable;
  #models = new Map<string, { tokens: Tokens; dollars: number | null }>();
  #requests = 0;
  #clock: () => number = () => 0;
  /** Milliseconds before this meter was opened, and when that was. */
  #earlier = 0;
  #opened: number | null = null;
  #book: { readonly study: string; readonly store: DeskStore | undefined } | null = null;
  #opening: Promise<string | null> = Promise.resolve(null);
  #kept: Promise<unknown> = Promise.resolve();

  constructor(prices: PriceTable = {}) {
    this.#prices = prices;
  }

  /**
   * Begins the count of a study, or goes on with it; however often it is asked, once for each study. Resolves
   * to why the earlier count is lost, or null.
   */
  open(study: string, clock: () => number, store?: DeskStore): Promise<string | null> {
    if (this.#book?.study === study) return this.#opening;
    // What was counted before any study was opened belongs to the first one.
    if (this.#book) {
      this.#models = new Map();
      this.#requests = 0;
    }
    this.#book = { study, store };
    this.#clock = clock;
    this.#opened = clock();
    this.#earlier = 0;
    this.#opening = this.#restore();
    return this.#opening;
  }

  /** Hours that the study's researchers were at work, waiting for trials included. */
  get hours(): number {
    return this.#milliseconds / 3_600_000;
  }

  /** Whether money can be counted for this model: a cap on money needs it. */
  knows(model: string): boolean {
    return priceOf(model, this.#prices) !== null;
  }

  count(model: string, tokens: Tokens): Spent {
    this.#requests++;
    this.#add(model, tokens, this.#dollarsOf(model, tokens));
    this.keep().catch(() => {});
    return this.spent;
  }

  /** Writes the count into the store. Resolves once it is there; rejects when the store fails. */
  keep(): Promise<void> {
    const { study, store } = this.#book ?? {};
    if (study === undefined || !store) return Promise.resolve();
    const write = async () => {
      // Never over what is still to be read.
      await this.#opening;
      const spending: KeptSpending = {
        requests: this.#requests,
        milliseconds: this.#milliseconds,
        models: this.spent.models,
      };
      return store.save(study, METER, JSON.stringify(spending));
    };
    const kept = this.#kept.then(write, write);
    this.#kept = kept;
    return kept;
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

  get #milliseconds(): number {
    return this.#earlier + (this.#opened === null ? 0 : Math.max(0, this.#clock() - this.#opened));
  }

  #add(model: string, tokens: Tokens, dollars: number | null): void {
    const before = this.#models.get(model) ?? { tokens: NOTHING, dollars: 0 };
    this.#models.set(model, {
      tokens: added(before.tokens, tokens),
      dollars: dollars === null || before.dollars === null ? null : before.dollars + dollars,
    });
  }

  async #restore(): Promise<string | null> {
    const { study, store } = this.#book!;
    try {
      const json = (await store?.load(study, METER)) ?? null;
      if (json === null || this.#book?.study !== study) return null;
      const { requests, milliseconds, models } = keptSpending(JSON.parse(json), METER);
      this.#requests += requests;
      this.#earlier = milliseconds;
      for (const { model, tokens, dollars } of models) this.#add(model, tokens, dollars);
      return null;
    } catch (error) {
      return `what the study cost before could not be read, and is counted from nothing: ${messageOf(error)}`;
    }
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
