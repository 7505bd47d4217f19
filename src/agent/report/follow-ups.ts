import type { FollowUp } from '../followups/follow-up';
import { progressOf } from '../followups/next';
import { type ComparisonResult, heldUp, resultsOf } from '../followups/results';
import { outcomeWords, percent, QUESTIONS } from '../followups/words';

/** A follow-up as a report tells it. */
export interface FollowUpFacts {
  readonly kind: FollowUp['plan']['kind'];
  readonly question: string;
  /** `24 of 40 trials on 10 seeds` */
  readonly extent: string;
  readonly rows: readonly (ComparisonResult & { readonly words: string })[];
  /** What it comes to, in sentences. */
  readonly summary: readonly string[];
  readonly sealedTest: boolean;
}

export function followUpFacts(followUp: FollowUp): FollowUpFacts {
  const { plan, status, paused } = followUp;
  const results = resultsOf(followUp);
  const { done, all } = progressOf(followUp);
  const rows = results.comparisons.map((each) => ({
    ...each,
    words: outcomeWords(plan.kind, each),
  }));
  const summary: string[] = [];
  if (plan.kind === 'replication') {
    const { held, of } = heldUp(results);
    if (of > 0)
      summary.push(`${held} of ${of} kept changes hold up on seeds that the study never used.`);
    const { validation, test } = results.closed;
    if (validation !== null) {
      const onTest = test === null ? '' : `, and ${percent(test)} of it on the sealed test`;
      summary.push(
        `The final program closes ${percent(validation)} of the distance from the baseline to the entropy${onTest}.`,
      );
    }
  }
  if (status !== 'ended') summary.push(`It has not ended${paused ? `: ${paused}` : ''}.`);
  return {
    kind: plan.kind,
    question: QUESTIONS[plan.kind],
    extent: `${done} of ${all} trials on ${plan.seeds.length} seeds`,
    rows,
    summary: [...summary, ...plan.notes],
    sealedTest: rows.some(({ testMean }) => testMean !== null),
  };
}
