import { integer, list, nullable, number, record, text } from '../../history/format/readers';

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
  readonly models: readonly SpentOn[];
}

export interface SpentOn {
  readonly model: string;
  readonly tokens: Tokens;
  /** Null where no price is known. */
  readonly dollars: number | null;
}

export const NOTHING: Tokens = {
  input: 0,
  output: 0,
  cacheWrite: 0,
  cacheWriteHour: 0,
  cacheRead: 0,
};

/** Every token that was sent. */
export function promptOf({ input, cacheWrite, cacheWriteHour, cacheRead }: Tokens): number {
  return input + cacheWrite + cacheWriteHour + cacheRead;
}

export function added(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    cacheWriteHour: a.cacheWriteHour + b.cacheWriteHour,
    cacheRead: a.cacheRead + b.cacheRead,
  };
}

/** What a study cost, as it is kept. */
export interface KeptSpending {
  readonly requests: number;
  /** Time that its researchers were at work. */
  readonly milliseconds: number;
  readonly models: readonly SpentOn[];
}

export const keptSpending = record<KeptSpending>({
  requests: integer,
  milliseconds: number,
  models: list(
    record<SpentOn>({
      model: text(200),
      tokens: record<Tokens>({
        input: number,
        output: number,
        cacheWrite: number,
        cacheWriteHour: number,
        cacheRead: number,
      }),
      dollars: nullable(number),
    }),
    100,
  ),
});
