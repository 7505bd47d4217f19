import { type FindOptions, findHelpful, type Tried } from '../../../src/agent/power/find';
import type { Edit } from '../../../src/agent/researchers/local';
import { normalAt } from '../../../src/kernels/random/threefry';
import type { TrialRequest, TrialResult } from '../../../src/model/harness/trial';
import type { ProgramSource } from '../../../src/model/programs/program';
import { finished } from '../fixtures';
import { graphOf } from '../loop/world';

/** What each feature of a program adds to its score: at the budget, and at ten times the budget. */
export type Effects = Readonly<Record<string, readonly [short: number, long: number]>>;

export const SHORT = { unit: 'steps', amount: 150 } as const;
export const LONG = { unit: 'steps', amount: 1500 } as const;

/** A program that is a list of features. */
export const having = (...features: readonly string[]): ProgramSource => ({
  model: features.join(' '),
  optimizer: '',
});

export const featuresOf = ({ model }: ProgramSource): readonly string[] =>
  model.split(' ').filter(Boolean);

/** Adds one feature to a program that does not have it. */
export const adding = (feature: string): Edit => ({
  kind: feature,
  family: 'architecture',
  title: feature,
  apply: (program) =>
    featuresOf(program).includes(feature)
      ? null
      : { title: feature, hypothesis: '', program: having(...featuresOf(program), feature) },
});

/** Bits per byte: 3 and its effects, with luck that a seed shares and luck of the program's own. */
export function scoreOf(effects: Effects, { program, seed, budget }: TrialRequest): number {
  const long = budget?.amount === LONG.amount ? 1 : 0;
  const sum = featuresOf(program).reduce((sum, feature) => sum + effects[feature]![long], 0);
  const own = [...program.model].reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) | 0, 7);
  return 3 + sum + 0.01 * normalAt(seed, 0, long) + 0.002 * normalAt(seed, own >>> 0, long);
}

export const resultOf = (effects: Effects, request: TrialRequest): TrialResult =>
  finished(scoreOf(effects, request), graphOf(request.program));

/** The search, with all that it tried and all trials that it asked for. */
export async function find(effects: Effects, options: Partial<FindOptions> = {}) {
  const trials: TrialRequest[] = [];
  const tried: Tried[] = [];
  const found = await findHelpful({
    program: having(),
    edits: Object.keys(effects).map(adding),
    budget: SHORT,
    longBudget: LONG,
    wanted: 12,
    seeds: 6,
    confirmations: 16,
    draws: 2,
    name: 'test',
    score: async (request) => {
      trials.push(request);
      return scoreOf(effects, request);
    },
    onTried: (each) => tried.push(each),
    ...options,
  });
  return { found, trials, tried };
}
