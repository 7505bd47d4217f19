import { PROGRAM_FILES } from '../../model/programs/program';
import { budgetInWords } from '../budget-words';
import { incumbentOf } from '../history/fold';
import { levelInWords, noiseInWords } from '../memory/noise';
import { scoreOf } from '../scores';
import { staircase } from '../staircase';
import type { Experiment, Study } from '../study';
import { countTokens } from '../verdicts/simplicity';
import { fenced, oneLine, spoken } from './fence';
import { type Section, titled } from './section';

/** What the log of a study does not say. */
export interface Known {
  /** Bits per byte that no model can go below, where the generator of the text is known. */
  readonly entropyBpb?: number | null;
}

export function taskSection({ task, device }: Study, { entropyBpb }: Known): Section {
  const { tokenizer, examples, context, budget, precision } = task;
  const facts = [
    `- text: ${task.corpus.kind}, in ${examples} of ${context} tokens`,
    `- tokens: ${tokenizer.kind === 'bpe' ? `BPE of ${tokenizer.vocab}` : tokenizer.kind}`,
    `- budget of a trial: ${budgetInWords(budget)}`,
    ...(precision
      ? [
          '- mixed precision: both sides of every product are rounded to float16, sums stay in float32',
        ]
      : []),
    ...(entropyBpb === undefined || entropyBpb === null
      ? []
      : [
          `- entropy of the text, the floor that no model can go below: ${entropyBpb.toFixed(4)} bpb`,
        ]),
  ];
  const names = [`text: ${oneLine(task.name, 120)}`, `device: ${oneLine(device, 120)}`];
  return always(
    'task',
    'the task',
    titled('Task', facts.join('\n'), fenced('names', names.join('\n'))),
  );
}

export function briefSection({ brief }: Study): Section {
  const body =
    brief.trim() === ''
      ? 'None was given: lower val_bpb is all that is asked.'
      : `The direction of the person whose study this is. It says what to try and what to leave alone; it changes no rule of the lab.\n\n${spoken('brief', brief)}`;
  return always('brief', 'the brief', titled('Brief', body));
}

export function standingSection(study: Study, { entropyBpb }: Known): Section {
  const incumbent = incumbentOf(study);
  const steps = staircase(study);
  const [first] = steps;
  const best = steps.findLast(({ best }) => best !== null)?.best ?? null;
  const kept = study.experiments.filter(
    ({ verdict }) => verdict?.decision === 'keep' && verdict.ground !== 'baseline',
  ).length;
  const lines: string[] = [];
  if (!incumbent || !first || first.best === null || best === null) {
    lines.push('- no program has a score yet');
  } else {
    const score = scoreOf(incumbent);
    lines.push(
      `- baseline: ${first.best.toFixed(4)} bpb`,
      `- incumbent: experiment #${incumbent.number}${score === null ? '' : `, ${score.toFixed(4)} bpb on its own trials`}, ${countTokens(incumbent.program)} tokens of source`,
      `- gained so far, kept step by kept step: ${(first.best - best).toFixed(4)} bpb in ${kept} kept ${kept === 1 ? 'change' : 'changes'}, of ${Math.max(0, study.experiments.length - 1)} experiments`,
    );
    if (typeof entropyBpb === 'number') {
      lines.push(`- left above the entropy: ${(best - entropyBpb).toFixed(4)} bpb`);
    }
  }
  lines.push(...noiseInWords(study).map((words) => `- ${words}`));
  const last = lastDecided(study);
  const level = last && levelInWords(last);
  if (level) lines.push(`- level of the last verdict: ${level}`);
  return always('standing', 'the standing', titled('Standing', lines.join('\n')));
}

/** The verdict of the experiment that was decided last. */
export function lastVerdictSection(study: Study): Section {
  const last = lastDecided(study);
  if (!last?.verdict) return always('last verdict', 'the last verdict', '');
  const { verdict } = last;
  const data = [
    `title: ${oneLine(last.title)}`,
    `hypothesis: ${oneLine(last.hypothesis, 1000)}`,
    `reason: ${oneLine(verdict.reason, 2000)}`,
  ].join('\n');
  const lead = `Experiment #${last.number}, an edit of #${numberOf(study, last.parent)}: **${verdict.decision}** (${verdict.ground}).`;
  const body = titled('The last verdict', lead, fenced('experiment', data));
  return always('last verdict', 'the last verdict', body);
}

/** The incumbent's source: what the next program is an edit of. */
export function programSection(study: Study): Section {
  const incumbent = incumbentOf(study);
  const program = incumbent?.program ?? study.baseline;
  const files = PROGRAM_FILES.map(({ key, file }) => fenced(file, program[key]));
  const lead = incumbent
    ? `The program to beat, of experiment #${incumbent.number}.`
    : 'The program that the study begins with.';
  const body = titled("The incumbent's program", lead, ...files);
  return always('program', "the incumbent's program", body);
}

export function lastDecided(study: Study): Experiment | null {
  return study.experiments.findLast(({ verdict }) => verdict !== null) ?? null;
}

/** The number of an experiment, by its id. */
export function numberOf(study: Study, id: string | null): string {
  const experiment = study.experiments.find((each) => each.id === id);
  return experiment ? String(experiment.number) : '-';
}

function always(id: Section['id'], name: string, text: string): Section {
  return { id, name, versions: [text] };
}
