import { PRICES_DATE, REPORTED_PRICES } from '../../agent/researchers/claude/prices';
import { promptOf, type Tokens } from '../../agent/researchers/claude/spent';
import type { Bill } from './bills';
import type { Asked } from './endpoint';
import type { Measured } from './prefix-cache';
import type { ScriptedStudy } from './study';

interface Assumptions extends ScriptedStudy {
  readonly program: string;
  readonly rolesModel: string;
  readonly cached: number | null;
}

/** The whole output, as Markdown: assumptions, sizes by part, and the table of models. */
export function reportOf(
  asked: readonly Asked[],
  bills: readonly Bill[],
  assumed: Assumptions,
): string {
  return [
    assumptions(assumed),
    sizes(asked, assumed),
    money(bills, assumed),
    REPORTED_NOTE,
    ESTIMATE_NOTE,
  ].join('\n\n');
}

function assumptions(assumed: Assumptions): string {
  const { experiments, program, replies, output, directEvery, cached } = assumed;
  const share =
    cached === null
      ? 'as the layout of the prompts gives it'
      : `${Math.round(100 * cached)}% (given)`;
  return [
    'Assumed:',
    '',
    `- ${experiments} experiments, beginning with the program \`${program}\``,
    `- ${replies} replies of the researcher for an experiment, of ${output} tokens each, thoughts included`,
    `- the critic is asked before each trial and after each verdict, the director every ${directEvery} verdicts`,
    `- input read from the cache: ${share}; no prefix is forgotten between two requests`,
  ].join('\n');
}

function sizes(asked: readonly Asked[], { experiments }: Assumptions): string {
  const rows = (['researcher', 'critic', 'director'] as const).map((by) => {
    const all = asked.filter((each) => each.by === by).map(({ measured }) => measured);
    const mean = (of: (measured: Measured) => number) =>
      thousands(all.reduce((sum, each) => sum + of(each), 0) / Math.max(1, all.length));
    const sum = (of: (tokens: Tokens) => number) =>
      all.reduce((total, { tokens }) => total + of(tokens), 0);
    const sent = sum(promptOf);
    return [
      by,
      (all.length / experiments).toFixed(1),
      mean(({ tools }) => tools),
      mean(({ system }) => system),
      mean(({ document }) => document),
      mean(({ conversation }) => conversation),
      `${(sent / 1e6).toFixed(1)}M`,
      `${Math.round((100 * sum(({ cacheRead }) => cacheRead)) / Math.max(1, sent))}%`,
      `${(sum(({ output }) => output) / 1e6).toFixed(2)}M`,
    ];
  });
  return [
    'Measured, in tokens of a request on average, and of the whole study:',
    '',
    table(
      [
        ...['', 'requests an experiment', 'tools', 'system prompt', 'document', 'conversation'],
        ...['sent', 'read from the cache', 'received'],
      ],
      rows,
    ),
  ].join('\n');
}

function money(bills: readonly Bill[], { experiments, rolesModel }: Assumptions): string {
  const rows = bills.map(({ model, researcher, critic, director, cheaperRoles }) => [
    markedModel(model),
    dollarsInWords(researcher),
    dollarsInWords(researcher + critic),
    dollarsInWords(researcher + critic + director),
    cheaperRoles === null ? 'price not known' : dollarsInWords(researcher + cheaperRoles),
  ]);
  return [
    `US dollars for ${experiments} experiments, by the prices of ${PRICES_DATE}:`,
    '',
    table(
      [
        ...['model', 'researcher alone', 'with critic', 'with critic and director'],
        `with both on \`${rolesModel}\``,
      ],
      rows,
    ),
  ].join('\n');
}

/** What a table of prices does not say itself. */
export const REPORTED_NOTE = `\\* reported by others by ${PRICES_DATE} and not read on the official price page, which decides.`;

const ESTIMATE_NOTE =
  "Tokens are counted by the lab's own estimate (`agent/document/tokens.ts`), which rarely counts fewer than a tokenizer does.";

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** A model's name, with a star where its price was only reported. */
export const markedModel = (model: string): string =>
  `\`${model}\`${REPORTED_PRICES.includes(model) ? ' \\*' : ''}`;

const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');
export const dollarsInWords = (value: number): string =>
  value < 10 ? value.toFixed(2) : value.toFixed(1);
