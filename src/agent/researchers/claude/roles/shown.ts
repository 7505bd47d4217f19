import type Anthropic from '@anthropic-ai/sdk';
import { fenced, oneLine } from '../../../document/fence';
import { titled } from '../../../document/section';
import {
  briefSection,
  type Known,
  numberOf,
  programSection,
  standingSection,
  taskSection,
} from '../../../document/standing';
import { outcomeInWords } from '../../../memory/outcome';
import type { Experiment, Study } from '../../../study';
import { showProgram } from '../tools/files';

type Block = Anthropic.TextBlockParam;

/** Experiments of a chapter. A chapter that is full never changes again, so that it stays in the cache. */
const CHAPTER = 10;
/** Chapters that are shown; of older experiments the incumbent and the insights tell. */
const CHAPTERS = 30;
const NEWEST_INSIGHTS = 40;

/**
 * A study as the critic and the director are shown it, in the order in which it changes: what holds for the
 * whole study, full chapters of its history, the incumbent's program, and last what is new. Breakpoints stand
 * after the chapters and the incumbent, for an hour, since trials lie between questions; what was sent before
 * is read from the cache up to the first change.
 */
export function shownStudy(study: Study, known: Known, question: string): Block[] {
  const decided = study.experiments.findIndex(({ verdict }) => verdict === null);
  const settled = decided < 0 ? study.experiments.length : decided;
  const full = Math.floor(settled / CHAPTER);
  const first = Math.max(0, full - CHAPTERS);
  const chapters = Array.from({ length: full - first }, (_, i) => {
    const from = CHAPTER * (first + i);
    return textOf(chapter(study, study.experiments.slice(from, from + CHAPTER)));
  });
  const latest = study.experiments.slice(CHAPTER * full);
  return [
    ...cached([textOf(opening(study, known)), ...chapters]),
    ...cached([textOf(only(programSection(study)))]),
    textOf(
      [
        chapter(study, latest, 'The latest experiments'),
        only(standingSection(study, known)),
        insights(study),
        question,
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    ),
  ];
}

function opening(study: Study, known: Known): string {
  return [
    only(taskSection(study, known)),
    only(briefSection(study)),
    titled('The program that the study began with', showProgram(study.baseline)),
  ].join('\n\n');
}

function chapter(study: Study, experiments: readonly Experiment[], heading?: string): string {
  const [first] = experiments;
  if (!first) return '';
  const rows = experiments.map((experiment) => rowOf(study, experiment));
  return titled(
    heading ?? `Experiments #${first.number} to #${experiments.at(-1)!.number}`,
    fenced('history', rows.join('\n')),
  );
}

/** What an experiment was and what came of it, in a line. */
function rowOf(study: Study, experiment: Experiment): string {
  const { number, parent, researcher, kind, title, hypothesis } = experiment;
  const result =
    outcomeInWords(experiment) ?? (experiment.verdict ? 'the first program' : 'under trial');
  return [
    `#${number}${parent === null ? '' : ` of #${numberOf(study, parent)}`}, by ${researcher}`,
    oneLine(kind, 60),
    oneLine(title, 160),
    oneLine(hypothesis, 240),
    oneLine(result, 300),
  ].join(' | ');
}

function insights(study: Study): string {
  const lines = study.insights
    .slice(-NEWEST_INSIGHTS)
    .map(({ text, experiments, author }) =>
      [
        `${author}: ${oneLine(text, 600)}`,
        ...experiments.map((id) => `#${numberOf(study, id)}`),
      ].join(' '),
    );
  return lines.length === 0 ? '' : titled('Insights', fenced('insights', lines.join('\n')));
}

/** Sections that are never shortened have one version. */
function only({ versions }: { readonly versions: readonly string[] }): string {
  return versions[0] ?? '';
}

const textOf = (text: string): Block => ({ type: 'text', text });

function cached(blocks: readonly Block[]): Block[] {
  return blocks.map((block, i) =>
    i < blocks.length - 1 ? block : { ...block, cache_control: { type: 'ephemeral', ttl: '1h' } },
  );
}
