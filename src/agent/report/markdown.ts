import { fenced } from '../document/fence';
import { patchOf } from '../program-diff';
import { scoreOf } from '../scores';
import type { Study } from '../study';
import { factsOf, type ReportFacts, type ReportOptions } from './facts';
import { inline } from './markup';
import {
  arrows,
  bpb,
  capital,
  difference,
  METHOD,
  moment,
  plural,
  summaryOf,
  taskInWords,
  verdictWords,
} from './words';

/** A study as Markdown, with what the HTML report has, its drawings as tables. */
export function reportMarkdown(study: Study, options: ReportOptions = {}): string {
  const facts = factsOf(study, options);
  const parts = [
    `# ${inline(study.task.name)}: ${plural(facts.counts.kept, 'change')} kept of ${plural(facts.counts.experiments, 'experiment')}`,
    `${inline(taskInWords(study.task, study.task.budget))}. ${inline(study.device)}. Begun ${moment(study.createdAt)}. Study ${inline(study.id)}, task ${inline(study.taskId)}.`,
    inline(summaryOf(facts)),
    entropyLine(facts),
    '## The best so far',
    bestTable(facts),
    '## What was kept, and why',
    ...(facts.kept.length > 0 ? facts.kept.map(keptParagraph) : ['Nothing.']),
    '## How sure it is',
    METHOD,
    bullets(facts.noise.map(capital)),
    ...facts.followUps.flatMap((followUp) => [
      `## ${followUp.question}`,
      `${capital(followUp.extent)}.`,
      table(
        ['change', 'validation', '95% interval', 'sealed test', 'verdict'],
        followUp.rows.map(({ title, mean, interval, testMean, words, trouble }) => [
          arrows(title),
          difference(mean),
          interval ? `${difference(interval[0])} to ${difference(interval[1])}` : '',
          difference(testMean),
          trouble ? `${words}; ${trouble}` : words,
        ]),
      ),
      bullets(followUp.summary),
    ]),
    ...titled('What was learned', [
      ...study.insights.map(({ author, text }) => `${capital(author)}: ${text}`),
      ...facts.lessons.map(arrows),
    ]),
    ...titled(
      'Near misses',
      facts.nearMisses.map((e) => `#${e.number} ${arrows(e.title)}: ${e.verdict?.reason ?? ''}`),
    ),
    '## The final program against the baseline',
    facts.finalDiff.length > 0 ? finalPatch(facts) : 'It is the baseline.',
    '## Every experiment',
    experimentsTable(study),
    ...(study.brief.trim() === '' ? [] : ['## The brief', fenced('brief', study.brief)]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function entropyLine({ entropyBpb, result }: ReportFacts): string {
  if (entropyBpb === null) return '';
  const closed =
    result?.closed == null
      ? ''
      : `; ${Math.round(100 * result.closed)}% of the way from the baseline to it is done`;
  return `The entropy of the text, below which no model can go, is ${bpb(entropyBpb)} bits per byte${closed}.`;
}

/** The staircase: its steps alone, for each study. */
function bestTable({ climbs }: ReportFacts): string {
  const rows = climbs.flatMap(({ study, points }) =>
    points
      .filter(({ mark }) => mark === 'keep' || mark === 'baseline')
      .map(({ number, trials, title, best }) => [
        study,
        `#${number}`,
        String(trials),
        arrows(title),
        bpb(best),
      ]),
  );
  return table(['study', 'experiment', 'trials spent', 'change', 'best val_bpb'], rows);
}

function keptParagraph({ experiment, diff, best }: ReportFacts['kept'][number]): string {
  const { number, title, hypothesis, verdict, researcher } = experiment;
  const files = diff.map(({ file, added, removed }) => `${file} +${added} \u2212${removed}`);
  return [
    `### #${number} ${inline(arrows(title))}`,
    inline(hypothesis),
    `${inline(capital(verdict?.reason ?? ''))}. By ${researcher}; best then ${bpb(best)}. ${files.join(', ')}`,
  ].join('\n\n');
}

function finalPatch({ study }: ReportFacts): string {
  const final = study.experiments.find(({ id }) => id === study.incumbent);
  return final ? fenced('diff', patchOf(study.baseline, final.program)) : '';
}

function experimentsTable(study: Study): string {
  const rows = study.experiments.map((experiment) => {
    const { number, title, verdict, trials } = experiment;
    return [
      `#${number}`,
      arrows(title),
      verdictWords(verdict),
      difference(verdict?.evidence.mean ?? null),
      String(trials.length),
      bpb(scoreOf(experiment)),
    ];
  });
  return table(['#', 'change', 'verdict', 'difference', 'trials', 'val_bpb'], rows);
}

function titled(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${heading}`, bullets(lines)];
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${inline(line)}`).join('\n');
}

/** A table whose cells are text and nothing else. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  return [line(heads), `| ${heads.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}
