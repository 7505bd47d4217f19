import { Meter } from '../../agent/researchers/claude/meter';
import { PRICES } from '../../agent/researchers/claude/prices';
import { promptOf, type Tokens } from '../../agent/researchers/claude/spent';
import type { Asked } from './endpoint';

/** US dollars of a whole study on one model. */
export interface Bill {
  readonly model: string;
  readonly researcher: number;
  readonly critic: number;
  readonly director: number;
  /** Critic and director together, on the cheaper model; null where its price is not known. */
  readonly cheaperRoles: number | null;
}

export interface BillOptions {
  readonly rolesModel: string;
  /** Share of the input read from the cache, in place of the measured one; null leaves it as measured. */
  readonly cached: number | null;
}

/** What the measured requests cost on each model of the price table, dearest first. */
export function billsOf(
  asked: readonly Asked[],
  { rolesModel, cached }: BillOptions,
): readonly Bill[] {
  const tokensBy = (by: Asked['by']) =>
    asked.filter((each) => each.by === by).map(({ measured }) => cachedAs(measured.tokens, cached));
  const [researcher, critic, director] = [
    tokensBy('researcher'),
    tokensBy('critic'),
    tokensBy('director'),
  ];
  const cheap = new Meter().knows(rolesModel)
    ? dollarsOf(rolesModel, [...critic, ...director])
    : null;
  return Object.keys(PRICES)
    .map((model) => ({
      model,
      researcher: dollarsOf(model, researcher),
      critic: dollarsOf(model, critic),
      director: dollarsOf(model, director),
      cheaperRoles: cheap,
    }))
    .sort((a, b) => b.researcher - a.researcher);
}

/** Counted request by request, as a study's meter does: long prompts may have another price. */
function dollarsOf(model: string, requests: readonly Tokens[]): number {
  const meter = new Meter();
  for (const tokens of requests) meter.count(model, tokens);
  return meter.spent.dollars;
}

function cachedAs(tokens: Tokens, share: number | null): Tokens {
  if (share === null) return tokens;
  const prompt = promptOf(tokens);
  const cacheRead = share * prompt;
  return { ...tokens, input: 0, cacheWriteHour: 0, cacheRead, cacheWrite: prompt - cacheRead };
}
