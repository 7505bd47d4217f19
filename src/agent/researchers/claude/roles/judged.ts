import type { Inspection } from '../../../../model/harness/inspect';
import { thinCurve } from '../../../../model/harness/thin-curve';
import { fenced, oneLine } from '../../../document/fence';
import { titled } from '../../../document/section';
import { numberOf } from '../../../document/standing';
import { patchOf } from '../../../program-diff';
import { summariesOf } from '../../../scores';
import type { Experiment, Proposal, Study } from '../../../study';
import { countTokens } from '../../../verdicts/simplicity';
import { stepsInBudget } from '../tools/check';

/** Characters of a change that are shown; a longer one is a whole new program. */
const LONGEST_CHANGE = 40_000;
const MOST_POINTS = 12;

/** A proposal as the critic reads it: what was said of it is data, and so is every line of its program. */
export function proposalText(
  proposal: Proposal,
  study: Study,
  inspection: Inspection | null,
): string {
  const said = [
    `title: ${oneLine(proposal.title, 400)}`,
    `kind: ${oneLine(proposal.kind, 100)}`,
    `hypothesis: ${oneLine(proposal.hypothesis, 2000)}`,
  ].join('\n');
  return titled(
    'The proposal',
    `By the ${proposal.researcher} researcher, an edit of #${numberOf(study, proposal.parent)}. Here \`+\` is its line and \`-\` one of the program that it edits.`,
    fenced('proposal', said),
    fenced('change', changeOf(proposal, study)),
    measured(proposal, study, inspection),
  );
}

/** What the lab knows of a program that was not trained, beside the same of the incumbent. */
function measured({ program }: Proposal, study: Study, seen: Inspection | null): string {
  if (seen === null) return 'The lab could not measure it before a trial.';
  if (seen.status === 'void') {
    return `The lab was disturbed when it measured it:\n\n${fenced('reason', oneLine(seen.reason))}`;
  }
  if (seen.status === 'crashed') {
    return `It does not compile or trace, so that a trial would end at once:\n\n${fenced('error', seen.crash.message.slice(0, 4000))}`;
  }
  const rival = study.experiments.find(({ id }) => id === study.incumbent);
  const known = rival && summariesOf(rival)[0];
  const beside = (value: number | undefined) =>
    value === undefined ? '' : ` (the incumbent: ${whole(value)})`;
  return [
    'What the lab measured of it:',
    '',
    `- parameters: ${whole(seen.parameters)}${beside(known?.parameters)}`,
    `- FLOPs for a token: ${whole(seen.flopsPerToken)}${beside(known?.flopsPerToken)}`,
    `- launches of a step: ${seen.launchesPerStep}${beside(known?.launchesPerStep)}`,
    `- phases: ${seen.phases.map(({ until, batch, context }) => `batch ${batch}, context ${context} until ${until}`).join('; ')}`,
    `- steps in the budget: ${stepsInBudget(study, seen)}`,
    `- tokens of source: ${whole(countTokens(program))}${beside(rival && countTokens(rival.program))}`,
  ].join('\n');
}

/** An experiment with its evidence, as whoever draws a lesson from it reads it. */
export function evidenceText(experiment: Experiment, study: Study): string {
  const { number, parent, title, hypothesis, kind, verdict, trials } = experiment;
  const evidence = verdict?.evidence;
  const numbers = [
    ...(evidence?.differences ?? []).map(
      ({ seed, difference }) => `- seed ${seed}: difference ${difference.toFixed(4)}`,
    ),
    ...(evidence?.interval
      ? [`- 95% interval: ${evidence.interval.map((end) => end.toFixed(4)).join(' to ')}`]
      : []),
  ];
  const summary = summariesOf(experiment)[0];
  const sizes = summary
    ? [
        `parameters ${whole(summary.parameters)}; steps ${whole(summary.steps)}; FLOPs for a token ${whole(summary.flopsPerToken)}; launches of a step ${summary.launchesPerStep}`,
      ]
    : [];
  return titled(
    `Experiment #${number} has its verdict`,
    `An edit of #${numberOf(study, parent)}: **${verdict?.decision}** (${verdict?.ground}).`,
    fenced(
      'experiment',
      [
        `title: ${oneLine(title, 400)}`,
        `kind: ${oneLine(kind, 100)}`,
        `hypothesis: ${oneLine(hypothesis, 2000)}`,
        `reason of the verdict: ${oneLine(verdict?.reason ?? '', 2000)}`,
        ...sizes,
        ...trials.flatMap(trialLines),
      ].join('\n'),
    ),
    numbers.join('\n'),
    fenced('change', changeOf(experiment, study)),
  );
}

function trialLines({ seed, result }: Experiment['trials'][number]): string[] {
  if (result.status === 'void') return [];
  const curve = result.status === 'finished' ? result.summary.curve : result.curve;
  const points = thinCurve(curve, MOST_POINTS).map(
    ({ step, loss }) => `${step}:${loss.toFixed(3)}`,
  );
  const losses = points.length === 0 ? '' : `; training loss ${points.join(' ')}`;
  return result.status === 'finished'
    ? [`seed ${seed}: val_bpb ${result.summary.valBpb.toFixed(4)}${losses}`]
    : [
        `seed ${seed}: ${result.status}: ${oneLine(result.status === 'crashed' ? result.crash.message : result.reason, 500)}${losses}`,
      ];
}

function changeOf({ program, parent }: Proposal, study: Study): string {
  const from = study.experiments.find(({ id }) => id === parent)?.program ?? study.baseline;
  const change = patchOf(from, program);
  if (change.length <= LONGEST_CHANGE) return change;
  return `${change.slice(0, LONGEST_CHANGE)}\n(${change.length - LONGEST_CHANGE} more characters)`;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
