import { bits } from '../verdicts/words';
import type { FollowUp, FollowUpKind } from './follow-up';
import { progressOf } from './next';
import { type ComparisonResult, heldUp, resultsOf } from './results';
import { repeatsOf } from './steadiness';

/** What each kind asks, as a heading. */
export const QUESTIONS: Readonly<Record<FollowUpKind, string>> = {
  replication: 'Do the kept changes hold up on fresh seeds?',
  attribution: 'Which kept changes still matter?',
  transfer: 'Is it better at a larger size and with more training?',
};

/** What came of a comparison, in a word or three. */
export function outcomeWords(kind: FollowUpKind, { outcome, clear }: ComparisonResult): string {
  if (outcome === 'open') return 'too few seeds yet';
  const words = {
    replication: { holds: 'holds up', fails: 'does not hold up' },
    attribution: { holds: 'still helps', fails: 'no longer helps' },
    transfer: { holds: 'still better', fails: 'not better' },
  }[kind][outcome];
  return clear ? words : `${words}, within noise`;
}

/** A follow-up as lines of text for a terminal or a report. */
export function describeFollowUp(followUp: FollowUp): string {
  const { plan, status, paused } = followUp;
  const results = resultsOf(followUp);
  const { done, all } = progressOf(followUp);
  const state = status === 'ended' ? 'done' : (paused ?? 'not finished');
  const lines = [
    `${followUp.id}: ${QUESTIONS[plan.kind]} (${done} of ${all} trials on ${plan.seeds.length} seeds; ${state})`,
    ...results.arms.map(({ title, seeds, valBpb, testBpb }) => {
      const score = valBpb === null ? 'no score' : `val_bpb ${valBpb.toFixed(4)}`;
      const test = testBpb === null ? '' : `, test ${testBpb.toFixed(4)}`;
      return `  ${title}: ${score}${test} (${seeds} seeds)`;
    }),
    '',
    ...results.comparisons.map((each) => `  ${comparisonLine(plan.kind, each)}`),
  ];
  if (plan.kind === 'replication') {
    const { held, of } = heldUp(results);
    lines.push(`  ${held} of ${of} kept changes hold up`);
    const { validation, test } = results.closed;
    if (validation !== null) {
      const onTest = test === null ? '' : `, and ${percent(test)} on the sealed test`;
      lines.push(
        `  the final program closes ${percent(validation)} of the distance to the entropy${onTest}`,
      );
    }
  }
  const repeats = repeatsOf(followUp);
  if (repeats > 0) {
    const trials = repeats === 1 ? '1 trial was' : `${repeats} trials were`;
    lines.push(`  ${trials} run again, since the machine's pace was another`);
  }
  for (const note of plan.notes) lines.push(`  ${note}`);
  return lines.join('\n');
}

function comparisonLine(kind: FollowUpKind, result: ComparisonResult): string {
  const { title, mean, interval, testMean, trouble } = result;
  const numbers =
    mean === null
      ? 'no seed has a score of both'
      : `${bits(mean)} bpb${interval ? ` (95% interval ${bits(interval[0])} to ${bits(interval[1])})` : ''}`;
  const test = testMean === null ? '' : `, on the sealed test ${bits(testMean)}`;
  return `${title}: ${numbers}${test}: ${outcomeWords(kind, result)}${trouble ? `; ${trouble}` : ''}`;
}

/** `34%` */
export const percent = (share: number): string => `${Math.round(100 * share)}%`;
