import type { Budget } from '../../model/tasks/task';
import type { Experiment, Study } from '../study';
import { DEFAULT_PAIRED } from '../verdicts/paired';
import type { Arm, FollowUpKind, FollowUpPlan, PlannedComparison } from './follow-up';
import { keptChain } from './kept';
import { largerProgram } from './larger';
import { withoutChange } from './merge';
import { followUpSeed } from './seeds';

/** The follow-up cannot be planned: the message says why. */
export class FollowUpError extends Error {
  override readonly name = 'FollowUpError';
}

export interface PlanOptions {
  readonly kind: FollowUpKind;
  readonly seeds?: number;
  readonly entropy?: FollowUpPlan['entropy'];
}

export const DEFAULT_SEEDS: Readonly<Record<FollowUpKind, number>> = {
  replication: 10,
  attribution: 5,
  transfer: 5,
};

/** How much longer the trials of a transfer are. */
export const LONGER = 3;

/**
 * What a follow-up will run. Throws FollowUpError where the study has nothing to follow up: no change that
 * was kept.
 */
export function planFollowUp(study: Study, options: PlanOptions): FollowUpPlan {
  const { kind, seeds = DEFAULT_SEEDS[kind], entropy } = options;
  const chain = keptChain(study);
  if (chain.length < 2) {
    throw new FollowUpError(
      `study ${study.id} has kept no change yet: there is nothing to follow up`,
    );
  }
  if (!(Number.isInteger(seeds) && seeds >= 2 && seeds <= 1000)) {
    throw new FollowUpError(`a follow-up needs from 2 to 1000 seeds, not ${seeds}`);
  }
  const id = followUpId(study, kind);
  return {
    kind,
    seeds: Array.from({ length: seeds }, (_, index) => followUpSeed(study.id, id, index)),
    ...PLANS[kind](chain, study),
    ...(entropy && { entropy }),
  };
}

/** `replication-1`: the kind, and the how manieth of its study. */
export function followUpId({ followUps }: Study, kind: FollowUpKind): string {
  return `${kind}-${followUps.filter(({ plan }) => plan.kind === kind).length + 1}`;
}

type Parts = Pick<FollowUpPlan, 'arms' | 'comparisons' | 'scoreTest' | 'notes'>;

const PLANS: Readonly<Record<FollowUpKind, (chain: readonly Experiment[], study: Study) => Parts>> =
  { replication, attribution, transfer };

const titleOf = ({ number, title }: Experiment) => (number === 0 ? title : `#${number} ${title}`);

function replication(chain: readonly Experiment[], study: Study): Parts {
  const arms = chain.map(
    (kept): Arm => ({ id: kept.id, title: titleOf(kept), program: kept.program }),
  );
  const whole: PlannedComparison = {
    arm: arms.at(-1)!.id,
    against: arms[0]!.id,
    title: 'final against baseline',
    experiment: null,
    margin: 0,
  };
  const steps = chain.slice(1).map(
    (kept, i): PlannedComparison => ({
      arm: kept.id,
      against: chain[i]!.id,
      title: titleOf(kept),
      experiment: kept.id,
      margin: kept.verdict?.ground === 'simpler' ? DEFAULT_PAIRED.margin : 0,
    }),
  );
  const opened = study.followUps.find(({ plan }) => plan.scoreTest);
  const notes = opened
    ? [`The sealed test was scored once, by ${opened.id}, and is not scored again.`]
    : [];
  return { arms, comparisons: [whole, ...steps], scoreTest: !opened, notes };
}

function attribution(chain: readonly Experiment[]): Parts {
  const final = chain.at(-1)!;
  const arms: Arm[] = [{ id: 'final', title: 'final', program: final.program }];
  const comparisons: PlannedComparison[] = [];
  const notes: string[] = [];
  chain.slice(1).forEach((kept, i) => {
    const without = withoutChange(chain[i]!.program, kept.program, final.program);
    if ('conflict' in without) {
      notes.push(
        `The final program without ${titleOf(kept)} cannot be built: ${without.conflict}.`,
      );
      return;
    }
    const id = `without-${kept.id}`;
    arms.push({ id, title: `without ${titleOf(kept)}`, program: without.program });
    // The final minus the one without: below 0, the change still helps.
    const title = titleOf(kept);
    comparisons.push({ arm: 'final', against: id, title, experiment: kept.id, margin: 0 });
  });
  return { arms, comparisons, scoreTest: false, notes };
}

function transfer(chain: readonly Experiment[], { task }: Study): Parts {
  const [baseline, final] = [chain[0]!.program, chain.at(-1)!.program];
  const budget: Budget = { ...task.budget, amount: LONGER * task.budget.amount };
  const arms: Arm[] = [
    {
      id: 'baseline-longer',
      title: `baseline, ${LONGER} times the budget`,
      program: baseline,
      budget,
    },
    { id: 'final-longer', title: `final, ${LONGER} times the budget`, program: final, budget },
  ];
  const comparisons = [against('final-longer', 'baseline-longer', `${LONGER} times the budget`)];
  const notes: string[] = [];
  const larger = { baseline: largerProgram(baseline), final: largerProgram(final) };
  const what = `twice as wide and deep, ${LONGER} times the budget`;
  if (larger.baseline && larger.final) {
    arms.push(
      { id: 'baseline-larger', title: `baseline, ${what}`, program: larger.baseline, budget },
      { id: 'final-larger', title: `final, ${what}`, program: larger.final, budget },
    );
    comparisons.push(against('final-larger', 'baseline-larger', what));
  } else {
    const which = larger.baseline ? 'final' : 'baseline';
    notes.push(
      `There is no larger pair: the config of the ${which} program has no width and layers as plain numbers.`,
    );
  }
  return { arms, comparisons, scoreTest: false, notes };
}

function against(arm: string, other: string, title: string): PlannedComparison {
  return { arm, against: other, title, experiment: null, margin: 0 };
}
