import type { TrialSummary } from '../../model/harness/trial';
import { meanOf } from '../scores';
import type { Study } from '../study';
import { studentQuantile } from '../verdicts/student-t';
import type { FollowUp, FollowUpPlan, PlannedComparison } from './follow-up';

/**
 * What became of a change on fresh seeds. `holds`: its mean is on the right side of its bound (below 0; for
 * a simpler program, below what it may lose); `fails`: it is not, or the program crashed; `open`: too few
 * seeds so far to say.
 */
export type Outcome = 'holds' | 'fails' | 'open';

export interface ComparisonResult extends PlannedComparison {
  readonly outcome: Outcome;
  /** Whether the 95% interval agrees, all of it on one side of the bound. */
  readonly clear: boolean;
  /** `arm` minus `against` on each seed that scored both, in bits per byte; negative is better. */
  readonly differences: readonly { readonly seed: number; readonly difference: number }[];
  readonly mean: number | null;
  readonly interval: readonly [number, number] | null;
  /** The same on the sealed test, where it was scored. */
  readonly testMean: number | null;
  /** Why there is no score, where a program crashed. */
  readonly trouble: string | null;
}

export interface ArmResult {
  readonly arm: string;
  readonly title: string;
  readonly seeds: number;
  /** Means over the seeds that it has a score on, in bits per byte. */
  readonly valBpb: number | null;
  readonly testBpb: number | null;
}

export interface FollowUpResults {
  readonly arms: readonly ArmResult[];
  readonly comparisons: readonly ComparisonResult[];
  /** Share of the distance from the baseline to the entropy that the final closes; null where unknown. */
  readonly closed: { readonly validation: number | null; readonly test: number | null };
}

/** What a follow-up has shown so far. Pure. */
export function resultsOf(followUp: FollowUp): FollowUpResults {
  const { plan } = followUp;
  return {
    arms: plan.arms.map(({ id, title }) => {
      const summaries = [...summariesOf(followUp, id).values()];
      return {
        arm: id,
        title,
        seeds: summaries.length,
        valBpb: meanOf(summaries, valBpb),
        testBpb: testMeanOf(summaries),
      };
    }),
    comparisons: plan.comparisons.map((planned) => compared(followUp, planned)),
    closed: closedBy(followUp),
  };
}

const valBpb = ({ valBpb }: TrialSummary) => valBpb;

function compared(followUp: FollowUp, planned: PlannedComparison): ComparisonResult {
  const [own, other] = [summariesOf(followUp, planned.arm), summariesOf(followUp, planned.against)];
  const seeds = followUp.plan.seeds.filter((seed) => own.has(seed) && other.has(seed));
  const differences = seeds.map((seed) => ({
    seed,
    difference: own.get(seed)!.valBpb - other.get(seed)!.valBpb,
  }));
  const { mean, interval } = pairedMean(differences.map(({ difference }) => difference));
  const tests = seeds.flatMap((seed) => {
    const [a, b] = [own.get(seed)!.testBpb, other.get(seed)!.testBpb];
    return a === undefined || b === undefined ? [] : [a - b];
  });
  const trouble = troubleOf(followUp, planned.arm) ?? troubleOf(followUp, planned.against);
  const { margin } = planned;
  // A program that loses nothing is as good as asked where it may lose something.
  const holds = mean !== null && mean < margin;
  const outcome = interval
    ? holds && !troubleOf(followUp, planned.arm)
      ? 'holds'
      : 'fails'
    : 'open';
  return {
    ...planned,
    outcome: interval === null && troubleOf(followUp, planned.arm) ? 'fails' : outcome,
    clear: interval !== null && (holds ? interval[1] < margin : interval[0] > margin),
    differences,
    mean,
    interval,
    testMean: tests.length === 0 ? null : tests.reduce((sum, d) => sum + d, 0) / tests.length,
    trouble,
  };
}

/** The mean of paired differences and its two-sided 95% interval, by the paired t-test (Student, 1908). */
function pairedMean(differences: readonly number[]): Pick<ComparisonResult, 'mean' | 'interval'> {
  const n = differences.length;
  if (n === 0) return { mean: null, interval: null };
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  if (n === 1) return { mean, interval: null };
  const squares = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
  const half = studentQuantile(0.975, n - 1) * Math.sqrt(squares / (n * (n - 1)));
  return { mean, interval: [mean - half, mean + half] };
}

function closedBy(followUp: FollowUp): FollowUpResults['closed'] {
  const { entropy, comparisons } = followUp.plan;
  const whole = comparisons.find(({ experiment }) => experiment === null);
  if (!entropy || !whole || followUp.plan.kind !== 'replication') {
    return { validation: null, test: null };
  }
  const [own, other] = [summariesOf(followUp, whole.arm), summariesOf(followUp, whole.against)];
  const both = followUp.plan.seeds.filter((seed) => own.has(seed) && other.has(seed));
  const share = (floor: number, measure: (of: readonly TrialSummary[]) => number | null) => {
    const final = measure(both.map((seed) => own.get(seed)!));
    const baseline = measure(both.map((seed) => other.get(seed)!));
    return final === null || baseline === null ? null : (baseline - final) / (baseline - floor);
  };
  return {
    validation: share(entropy.validation, (of) => meanOf(of, valBpb)),
    test: share(entropy.test, testMeanOf),
  };
}

/** Null unless every one of them was scored on the test. */
function testMeanOf(summaries: readonly TrialSummary[]): number | null {
  const scores = summaries.flatMap(({ testBpb }) => (testBpb === undefined ? [] : [testBpb]));
  const whole = scores.length > 0 && scores.length === summaries.length;
  return whole ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null;
}

function summariesOf({ trials }: FollowUp, arm: string): Map<number, TrialSummary> {
  return new Map(
    trials.flatMap((trial) =>
      trial.arm === arm && trial.result.status === 'finished'
        ? [[trial.seed, trial.result.summary] as const]
        : [],
    ),
  );
}

function troubleOf({ trials, plan }: FollowUp, arm: string): string | null {
  const crashed = trials.find((t) => t.arm === arm && t.result.status === 'crashed');
  if (crashed?.result.status !== 'crashed') return null;
  const { title } = plan.arms.find(({ id }) => id === arm)!;
  const { kind, message } = crashed.result.crash;
  return `${title} crashed on seed ${crashed.seed} (${kind}: ${message})`;
}

/** How many of the kept changes hold up, of those with an answer. */
export function heldUp(results: FollowUpResults): { readonly held: number; readonly of: number } {
  const answered = results.comparisons.filter(
    ({ experiment, outcome }) => experiment !== null && outcome !== 'open',
  );
  const held = answered.filter(({ outcome }) => outcome === 'holds').length;
  return { held, of: answered.length };
}

/** The last follow-up of a kind, or null. */
export function latestFollowUp({ followUps }: Study, kind: FollowUpPlan['kind']): FollowUp | null {
  return followUps.findLast(({ plan }) => plan.kind === kind) ?? null;
}
