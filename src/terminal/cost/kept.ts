import { createFileDesks } from '../../agent/researchers/claude/desks/files';
import { METER } from '../../agent/researchers/claude/meter';
import { PRICES, type Price } from '../../agent/researchers/claude/prices';
import {
  added,
  type KeptSpending,
  keptSpending,
  NOTHING,
  promptOf,
  type Tokens,
} from '../../agent/researchers/claude/spent';
import type { Study } from '../../agent/study';
import { UsageError } from '../options';
import { dollarsInWords, markedModel, REPORTED_NOTE, table } from './table';

/** What a study of the history cost, as its researchers counted it. Throws UsageError where nothing was kept. */
export async function keptSpendingOf(folder: string, study: string): Promise<KeptSpending> {
  const json = await createFileDesks(folder).load(study, METER);
  if (json !== null) return keptSpending(JSON.parse(json), METER);
  throw new UsageError(`no costs were kept of study ${study}: Claude was not its researcher here`);
}

/** What so many experiments would cost on each model, if they went as those of this study did. Markdown. */
export function keptReport(study: Study, kept: KeptSpending, experiments: number): string {
  const done = study.experiments.length - 1;
  if (done < 1) throw new UsageError(`study ${study.id} has no experiments yet`);
  const used = kept.models.reduce((sum, { tokens }) => added(sum, tokens), NOTHING);
  const scaled = scaledBy(used, experiments / done);
  const sent = promptOf(used);
  const rows = Object.entries(PRICES)
    .map(([model, price]) => ({ model, dollars: dollarsAt(price, scaled) }))
    .sort((a, b) => b.dollars - a.dollars)
    .map(({ model, dollars }) => [markedModel(model), dollarsInWords(dollars)]);
  return [
    `Study ${study.id}: ${done} experiments took ${kept.requests} replies of ${kept.models.map(({ model }) => model).join(', ')}, ${millions(sent)} tokens sent (${Math.round((100 * used.cacheRead) / Math.max(1, sent))}% read from the cache) and ${millions(used.output)} received.`,
    `US dollars for ${experiments} experiments that go the same way. Prices of long prompts are left out: the count does not say which prompts were long.`,
    table(['model', 'all parts together'], rows),
    REPORTED_NOTE,
  ].join('\n\n');
}

function dollarsAt(price: Price, tokens: Tokens): number {
  const kinds = Object.keys(tokens) as (keyof Tokens)[];
  return kinds.reduce((sum, kind) => sum + (tokens[kind] * price[kind]) / 1e6, 0);
}

function scaledBy(tokens: Tokens, by: number): Tokens {
  const kinds = Object.keys(tokens) as (keyof Tokens)[];
  return Object.fromEntries(kinds.map((kind) => [kind, tokens[kind] * by])) as unknown as Tokens;
}

const millions = (count: number): string => `${(count / 1e6).toFixed(2)}M`;
