import { hashName, threefry2x32 } from '../../kernels/random/threefry';
import type { TrialRequest } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { Budget } from '../../model/tasks/task';
import type { Edit } from '../researchers/local';
import { Random } from '../researchers/local/random';
import { compare } from './compare';
import { type Difference, isGain, meanOf } from './gain';

/** An edit that helps at the long budget, with what that is known by. */
export interface FoundEdit {
  readonly kind: string;
  readonly title: string;
  /** The program that it edits. */
  readonly baseline: ProgramSource;
  /** Titles of the edits that led there from the first program; none for that program itself. */
  readonly on: readonly string[];
  readonly program: ProgramSource;
  /** At the long budget, on all of the search's seeds; their 99% interval lies below 0. */
  readonly long: readonly Difference[];
  /** At the budget itself, on all of the seeds for that; null where a program had no score there. */
  readonly short: readonly Difference[] | null;
}

/** Whether it helps at the budget too, by the same rule: then a verdict at the budget should see it. */
export const isKnownAtBoth = ({ short }: FoundEdit): boolean => short !== null && isGain(short);

/** What became of one change that was tried. */
export interface Tried {
  readonly title: string;
  readonly on: readonly string[];
  /** Mean difference at the long budget; null without a score. */
  readonly mean: number | null;
  readonly fate:
    | 'too costly'
    | 'no score'
    | 'no gain'
    | 'known at the long budget'
    | 'known at both';
}

export interface FindOptions {
  readonly program: ProgramSource;
  readonly edits: readonly Edit[];
  /** The budget at which verdicts are given, and the long one. */
  readonly budget: Budget;
  readonly longBudget: Budget;
  /** Edits known at both budgets. */
  readonly wanted: number;
  /** Seeds of the long budget; an edit is dropped after two, or any more, on which it does not win on average. */
  readonly seeds: number;
  /** Seeds of the budget itself: a number that is fixed beforehand, and nothing is looked at on the way. */
  readonly confirmations: number;
  /** Draws of an edit's numbers on each program, at most. */
  readonly draws: number;
  /** Names all seeds and draws. */
  readonly name: string;
  /**
   * Bits per byte of a trial, or null where its program crashed. What a program scores on a seed is asked for
   * each of its edits.
   */
  readonly score: (request: TrialRequest) => Promise<number | null>;
  /** Whether a program is cheap enough to be trained; missing: all are. */
  readonly affordable?: (program: ProgramSource) => Promise<boolean>;
  readonly onTried?: (tried: Tried) => void;
}

/** A program that is edited: the first one, or one that was found. */
interface Base {
  readonly program: ProgramSource;
  readonly on: readonly string[];
  /** Its mean score at the long budget, minus the first program's. */
  readonly gain: number;
}

const SCREEN = 2;

/**
 * Edits that help, in the order in which they were found, until enough are known at both budgets. A library
 * of edits holds only so many that help one program. When all draws on the first are used up, the search
 * goes on from the strongest program that is known at both budgets and was not edited yet, as a study would
 * have gone on from it; what is found there is judged against that program.
 *
 * Why at both: an edit may help in a long training and not in a short one, which has no time to use it. A
 * verdict at the budget that turns it down is right, so that it says nothing of the verdict's power. Each of the two
 * budgets has seeds of its own, which no study uses.
 *
 * Deterministic but for what the trials say.
 */
export async function findHelpful(o: FindOptions): Promise<readonly FoundEdit[]> {
  const found: FoundEdit[] = [];
  const enough = () => found.filter(isKnownAtBoth).length >= o.wanted;
  const next: Base[] = [{ program: o.program, on: [], gain: 0 }];
  for (let number = 0; next.length > 0; number++) {
    const base = next.splice(strongest(next), 1)[0]!;
    for await (const edit of foundOn(base, number, o, found)) {
      found.push(edit);
      if (enough()) return found;
      if (!isKnownAtBoth(edit)) continue;
      const { program, on, title, long } = edit;
      next.push({ program, on: [...on, title], gain: base.gain + meanOf(long) });
    }
  }
  return found;
}

const strongest = (bases: readonly Base[]): number =>
  bases.reduce((best, { gain }, i) => (gain < bases[best]!.gain ? i : best), 0);

/**
 * An edit of every kind in turn, those of which one was found on an earlier program first; then further
 * draws of the kinds. Kinds of which one was found on this program come again in the last round alone. No
 * text is tried twice.
 */
async function* foundOn(
  base: Base,
  number: number,
  o: FindOptions,
  earlier: readonly FoundEdit[],
): AsyncGenerator<FoundEdit> {
  const name = number === 0 ? o.name : `${o.name} ${number}`;
  const before = new Set(earlier.map(({ kind }) => kind));
  const here = new Set<string>();
  const texts = new Set<string>();
  for (let draw = 0; draw < o.draws; draw++) {
    const order = shuffled(o.edits, new Random(name, `order ${draw}`));
    const helped = order.filter(({ kind }) => before.has(kind));
    for (const edit of [...helped, ...order.filter(({ kind }) => !before.has(kind))]) {
      if (draw < o.draws - 1 && here.has(edit.kind)) continue;
      const change = edit.apply(base.program, new Random(name, `${edit.kind} ${draw}`));
      const text = change && JSON.stringify([change.program.model, change.program.optimizer]);
      if (!change || texts.has(text!)) continue;
      texts.add(text!);
      const { title, program } = change;
      const about = { kind: edit.kind, title, baseline: base.program, on: base.on, program };
      const helpful = await tried(o, about);
      if (!helpful) continue;
      here.add(edit.kind);
      yield helpful;
    }
  }
}

async function tried(
  o: FindOptions,
  change: Omit<FoundEdit, 'long' | 'short'>,
): Promise<FoundEdit | null> {
  const { title, on } = change;
  const say = (fate: Tried['fate'], mean: number | null = null) =>
    o.onTried?.({ title, on, mean, fate });
  if (o.affordable && !(await o.affordable(change.program))) {
    say('too costly');
    return null;
  }
  const at = (budget: Budget, seeds: readonly number[], screen: number) =>
    compare({
      own: change.program,
      other: change.baseline,
      seeds,
      screen,
      score: (program, seed) => {
        const which = program === change.program ? change.kind : 'original';
        const id = `${o.name}.${on.length}.${which}.${budget.amount}.${seed}`;
        return o.score({ id, program, seed, budget });
      },
    });
  const long = await at(o.longBudget, seedsOf(o.name, 'seeds of power', o.seeds), SCREEN);
  if (!long || long.length < o.seeds || !isGain(long)) {
    say(long ? 'no gain' : 'no score', long && meanOf(long));
    return null;
  }
  const own = seedsOf(o.name, 'seeds of power at the budget', o.confirmations);
  const short = await at(o.budget, own, Number.POSITIVE_INFINITY);
  const edit = { ...change, long, short };
  say(isKnownAtBoth(edit) ? 'known at both' : 'known at the long budget', meanOf(long));
  return edit;
}

function seedsOf(name: string, what: string, count: number): readonly number[] {
  return Array.from(
    { length: count },
    (_, index) => threefry2x32(hashName(name), hashName(what), index, 0)[0] >>> 1,
  );
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((entry) => ({ entry, place: random.uniform() }))
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
}
