import type { Experiment, Study, Trial } from '../../../src/agent/study';
import { summarise } from '../../../src/agent/verdicts/noise';
import { DEFAULT_PAIRED } from '../../../src/agent/verdicts/paired';
import { hashName, uniformAt } from '../../../src/kernels/random/threefry';
import { byProgress, type ProgressPoint, smoothedLoss } from '../../../src/model/harness/early-end';
import { median } from '../../../src/model/harness/steadiness';
import type { TrialSummary } from '../../../src/model/harness/trial';
import { simulate } from '../verdicts/simulated';
import { quarterOf } from './quarters';

/**
 * What races would have brought to a study that ran without them: several candidates train on one seed for a
 * share of the budget, beside the incumbent, and only the one whose curve lies lowest there goes on to a verdict.
 */
export interface Race {
  /** Candidates in it. */
  readonly of: number;
  /** Of the budget, 0 to 1. */
  readonly share: number;
  /** The least of these wins. */
  by(entrant: Entrant): number;
}

/** A candidate of the study. */
export interface Entrant {
  readonly number: number;
  /** The incumbent that it was proposed against, by number. */
  readonly against: number;
  /** Candidate minus incumbent in val_bpb, as its verdict found it. */
  readonly effect: number;
  readonly kept: boolean;
  /** Seeds that its verdict took. */
  readonly seeds: number;
  /** Nats by which its smoothed training loss lay above the incumbent's on its first seed, at a share of the budget. */
  gapAt(share: number): number;
}

export interface Field {
  readonly entrants: readonly Entrant[];
  /** Standard deviation of one difference from seed to seed, in bpb. */
  readonly noise: number;
  /** Seconds that a trial trains, and that it takes beside that. */
  readonly budget: number;
  readonly overhead: number;
}

/** What is gained in how many seconds. */
export interface Yield {
  readonly kept: number;
  /** By the kept changes together, in bpb. */
  readonly gain: number;
  readonly seconds: number;
}

export const byCurve = (of: number, share: number): Race => ({
  of,
  share,
  by: (entrant) => entrant.gapAt(share),
});

/**
 * Whole trials of a quarter of the budget, which score in the end: with the schedules that the programs have over
 * a whole trial, where a curve is looked at in its middle.
 */
export const byShortTrial = (of: number, study: Study): Race => ({
  of,
  share: 0.25,
  by: ({ number, against }) => quarterOf(study, number, against),
});

/** A race that knows what verdicts would say: the most that any could bring at that price. */
export const knowing = (of: number, share: number): Race => ({ of, share, by: (e) => e.effect });

/** The candidates of a study that have a score beside their incumbent's. Its budget must be one of seconds. */
export function fieldOf(study: Study): Field {
  const { unit, amount } = study.task.budget;
  if (unit !== 'seconds') throw new Error(`${study.id} has a budget of ${unit}, not of seconds`);
  const entrants: Entrant[] = [];
  const overheads: number[] = [];
  let squares = 0;
  let freedom = 0;
  let incumbent = study.experiments[0]!;
  for (const { number, trials, verdict } of study.experiments.slice(1)) {
    const pairs = pairsOf(trials, incumbent);
    const kept = verdict?.decision === 'keep';
    const effect = verdict?.evidence.mean ?? null;
    const [first] = pairs;
    if (first && effect !== null) {
      const spread = summarise(pairs.map(([own, other]) => own.valBpb - other.valBpb));
      squares += spread.squares;
      freedom += spread.n - 1;
      for (const [own] of pairs) overheads.push(own.totalSeconds - own.trainingSeconds);
      const gapAt = gapsOf(study, first);
      const against = incumbent.number;
      entrants.push({ number, against, effect, kept, seeds: pairs.length, gapAt });
    }
    if (kept) incumbent = study.experiments[number]!;
  }
  const noise = Math.sqrt(squares / freedom);
  return { entrants, noise, budget: amount, overhead: median(overheads) };
}

function pairsOf(trials: readonly Trial[], incumbent: Experiment): [TrialSummary, TrialSummary][] {
  return trials.flatMap(({ seed, era, result }): [TrialSummary, TrialSummary][] => {
    const other = incumbent.trials.findLast(
      (trial) => trial.seed === seed && trial.era === era && trial.result.status === 'finished',
    )?.result;
    return result.status === 'finished' && other?.status === 'finished'
      ? [[result.summary, other.summary]]
      : [];
  });
}

/** Remembers what it found: orders of candidates ask for it again and again. */
function gapsOf(study: Study, pair: readonly TrialSummary[]): (share: number) => number {
  const [own, other] = pair.map(({ curve, flopsPerToken }) =>
    byProgress(curve, study.task.budget, flopsPerToken),
  );
  const known = new Map<number, number>();
  return (share) => {
    const gap = known.get(share) ?? lossAt(own!, share) - lossAt(other!, share);
    known.set(share, gap);
    return gap;
  };
}

const lossAt = (curve: readonly ProgressPoint[], share: number) =>
  smoothedLoss(curve, share) ?? Number.NaN;

/**
 * The study again in its own order: what was proposed against one program runs in races, and what a race leaves
 * over gets the verdict that it got, at the seeds that it took. The mean over all places where races may begin.
 * Without a race: the study as it was. On a machine on which the incumbent runs beside each candidate.
 *
 * It flatters races: the last proposal against a program was kept, and so meets few others or none.
 */
export function inItsOrder(field: Field, race: Race | null): Yield {
  const programs = [...new Set(field.entrants.map(({ against }) => against))];
  const groups = programs.map((one) => field.entrants.filter(({ against }) => against === one));
  const size = race?.of ?? 1;
  const sum = { kept: 0, gain: 0, seconds: 0 };
  for (const group of groups) {
    for (let start = 0; start < size; start++) {
      for (const part of parted(group, start, size)) {
        const best = part.reduce((a, b) => (race && race.by(b) < race.by(a) ? b : a));
        const raced = race && part.length > 1 ? secondsOf(field, race, part.length + 1) : 0;
        sum.seconds += (raced + verdictSeconds(field, 2 * best.seeds, best.kept ? 1 : 0)) / size;
        if (!best.kept) continue;
        sum.kept += 1 / size;
        sum.gain -= best.effect / size;
      }
    }
  }
  return sum;
}

/** A list cut into pieces of `size`, the first of which has `start` elements, where that is not 0. */
function parted<T>(list: readonly T[], start: number, size: number): T[][] {
  const pieces: T[][] = start > 0 ? [list.slice(0, start)] : [];
  for (let at = start; at < list.length; at += size) pieces.push(list.slice(at, at + size));
  return pieces;
}

/**
 * What races keep in the time that the study took, as a multiple of what it kept: where they save time, they go
 * on with ideas as good as those after `late`, of which they lose as large a part as of the others.
 */
export function inTheSameTime(field: Field, race: Race, late: number): number {
  const [now, raced] = [inItsOrder(field, null), inItsOrder(field, race)];
  const later = field.entrants.filter(({ number }) => number > late);
  const rate = later.filter(({ kept }) => kept).length / later.length;
  const more = field.entrants.length * (now.seconds / raced.seconds - 1);
  return raced.kept / now.kept + (more * rate * (raced.kept / now.kept)) / now.kept;
}

/** How often an entrant is kept, and trials of its own that its verdict takes: through the loop, scores drawn. */
export interface Judged {
  readonly entrant: Entrant;
  readonly kept: number;
  readonly trials: number;
}

/** Every candidate through the loop and its policy, in so many studies of all of them in an order that is drawn. */
export function judged({ entrants, noise }: Field, name: string, studies: number): Judged[] {
  const tallies = entrants.map((entrant) => ({ entrant, kept: 0, trials: 0 }));
  for (let i = 0; i < studies; i++) {
    const order = tallies
      .map((tally, at) => ({ tally, at: uniformAt(i, hashName(name), at) }))
      .sort((a, b) => a.at - b.at)
      .map(({ tally }) => tally);
    const candidates = order.map(({ entrant }) => ({
      effect: entrant.effect,
      deviation: noise / Math.SQRT2,
    }));
    const study = simulate({ name: `${name} ${i}`, shared: noise, candidates });
    for (const { number, verdict } of study.experiments.slice(1)) {
      const tally = order[number - 1]!;
      tally.trials += (verdict?.evidence.trials ?? 0) / studies;
      if (verdict?.ground === 'better') tally.kept += 1 / studies;
    }
  }
  return tallies;
}

/**
 * What one verdict yields on average where ideas never run out and are all as good as those of the study: each
 * race is drawn from them anew. `restless`: the incumbent runs beside each candidate, in races too.
 */
export function endlessly(
  field: Field,
  pool: readonly Judged[],
  race: Race | null,
  restless: boolean,
): Yield {
  const n = pool.length;
  const order = race ? [...pool].sort((a, b) => race.by(a.entrant) - race.by(b.entrant)) : pool;
  const sum = { kept: 0, gain: 0, trials: 0 };
  order.forEach(({ entrant, kept, trials }, i) => {
    // The chance that the best of `of` draws is the i-th best of all.
    const chance = race ? ((n - i) / n) ** race.of - ((n - i - 1) / n) ** race.of : 1 / n;
    sum.kept += chance * kept;
    sum.gain -= chance * kept * entrant.effect;
    sum.trials += chance * trials;
  });
  const raced = race ? secondsOf(field, race, race.of + (restless ? 1 : 0)) : 0;
  const seconds = raced + verdictSeconds(field, (restless ? 2 : 1) * sum.trials, sum.kept);
  return { kept: sum.kept, gain: sum.gain, seconds };
}

/** Short trials of a race: the incumbent's counts where it has none on that seed. */
function secondsOf({ budget, overhead }: Field, { share }: Race, trials: number): number {
  return trials * (share * budget + overhead);
}

/** So many whole trials, and the calibration of what is kept. */
function verdictSeconds({ budget, overhead }: Field, trials: number, kept: number): number {
  return (trials + DEFAULT_PAIRED.calibration * kept) * (budget + overhead);
}

/** Spearman's rank correlation of two lists of equal length, ties in their order. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const squares = x.reduce((sum, rank, i) => sum + (rank - y[i]!) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value);
  const found: number[] = [];
  order.forEach(({ i }, rank) => {
    found[i] = rank;
  });
  return found;
}
