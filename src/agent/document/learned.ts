import { lessonsOf, nearMissesOf } from '../memory/insights';
import { outcomeInWords, outcomeOf } from '../memory/outcome';
import { patchOf } from '../program-diff';
import { scoreOf, summariesOf } from '../scores';
import type { Experiment, Study } from '../study';
import { fenced, oneLine } from './fence';
import { type Section, titled } from './section';
import { numberOf } from './standing';

const COLUMNS =
  '#\tof\tresearcher\tkind\ttitle\tverdict\tdifference\tinterval_low\tinterval_high\tp\tseeds\tval_bpb\tparameters\tsteps';

/** Rows of the shorter histories: what was kept or nearly so stays, and this many of the newest. */
const NEWEST = [40, 15, 5];

export function historySection(study: Study): Section {
  const rows = study.experiments.map((experiment) => ({
    experiment,
    row: rowOf(study, experiment),
  }));
  const important = ({ verdict }: Experiment) =>
    verdict?.decision === 'keep' || verdict?.decision === 'inconclusive';
  const table = (shown: typeof rows) => {
    const hidden = rows.length - shown.length;
    return titled(
      'History',
      `${rows.length} experiments, oldest first${hidden > 0 ? `; ${hidden} rows that were neither kept nor nearly so are left out` : ''}. \`of\` is the experiment that was edited.`,
      fenced('history', [COLUMNS, ...shown.map(({ row }) => row)].join('\n')),
    );
  };
  const shorter = NEWEST.map((newest, i) =>
    table(
      rows.filter(
        ({ experiment }, at) =>
          at >= rows.length - newest || (i < NEWEST.length - 1 && important(experiment)),
      ),
    ),
  );
  return { id: 'history', name: 'the history', versions: [table(rows), ...shorter, ''] };
}

function rowOf(study: Study, experiment: Experiment): string {
  const { verdict, number, parent, researcher, kind, title } = experiment;
  const evidence = verdict?.evidence;
  const summaries = summariesOf(experiment);
  const small = (value: number | null | undefined) => value?.toFixed(4) ?? '';
  return [
    number,
    numberOf(study, parent),
    researcher,
    oneLine(kind, 60),
    oneLine(title, 160),
    verdict ? `${verdict.decision} (${verdict.ground})` : 'open',
    small(evidence?.mean),
    small(evidence?.interval?.[0]),
    small(evidence?.interval?.[1]),
    (evidence?.sequential ?? evidence?.p)?.toPrecision(2) ?? '',
    summaries.length,
    small(scoreOf(experiment)),
    summaries[0]?.parameters ?? '',
    summaries[0]?.steps ?? '',
  ].join('\t');
}

/** What was learned: first in the words of people and researchers, then as the verdicts say it. */
export function lessonsSection(study: Study): Section {
  const links = (ids: readonly string[]) =>
    ids.length === 0 ? '' : ` [${ids.map((id) => `#${numberOf(study, id)}`).join(', ')}]`;
  const written = study.insights.map(
    ({ text, experiments, author }) => `${author}: ${oneLine(text, 600)}${links(experiments)}`,
  );
  const lessons = lessonsOf(study);
  const told = lessons.map(({ text }) => oneLine(text, 900));
  const useful = lessons
    .filter(({ outcomes }) => outcomes.kept || outcomes['near miss'])
    .map(({ text }) => oneLine(text, 900));
  const text = (lines: readonly string[]) =>
    lines.length === 0
      ? ''
      : titled(
          'Insights',
          'By kind of edit, newest first; the numbers in brackets are experiments.',
          fenced('insights', lines.join('\n')),
        );
  const versions = [text([...written, ...told]), text([...written, ...useful]), text(written)];
  return { id: 'lessons', name: 'the insights', versions };
}

/** Near misses with their changes: two that are better together than alone are found among these. */
export function nearMissSection(study: Study): Section {
  const misses = nearMissesOf(study).slice(0, 12);
  const heading = (e: Experiment) => `#${e.number} ${oneLine(e.title)}: ${outcomeInWords(e)}`;
  const parentOf = (e: Experiment) =>
    study.experiments.find(({ id }) => id === e.parent)?.program ?? study.baseline;
  const text = (lines: readonly string[]) =>
    lines.length === 0
      ? ''
      : titled(
          'Near misses',
          'Ahead on average, and not surely. They may help in combination.',
          fenced('near misses', lines.join('\n')),
        );
  const withChanges = misses.flatMap((e) => [heading(e), patchOf(parentOf(e), e.program), '']);
  const versions = [text(withChanges), text(misses.map(heading)), ''];
  return { id: 'near misses', name: 'the near misses', versions };
}

/** What was turned down since the last experiment, and the crashes that tell what does not work. */
export function refusalsSection(study: Study): Section {
  const refused = study.refusals.map(
    ({ proposal, reason }) => `refused: ${oneLine(proposal.title, 160)}: ${oneLine(reason, 600)}`,
  );
  const crashes = study.experiments
    .filter((experiment) => outcomeOf(experiment) === 'crashed')
    .map(
      ({ number, title, verdict }) =>
        `#${number} crashed: ${oneLine(title, 160)}: ${oneLine(verdict?.reason ?? '', 600)}`,
    )
    .reverse();
  const text = (lines: readonly string[]) =>
    lines.length === 0
      ? ''
      : titled(
          'Refusals and crashes',
          'Refused proposals cost no trial: do not send them again.',
          fenced('refusals', lines.join('\n')),
        );
  const versions = [
    text([...refused, ...crashes]),
    text([...refused, ...crashes.slice(0, 5)]),
    text(refused),
  ];
  return { id: 'refusals', name: 'refusals and crashes', versions };
}
