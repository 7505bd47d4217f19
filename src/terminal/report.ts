import { writeFileSync } from 'node:fs';
import { createJsonLinesHistory } from '../agent/history/json-lines';
import { reportHtml } from '../agent/report/html';
import { reportMarkdown } from '../agent/report/markdown';
import type { Study } from '../agent/study';
import { evaluationOf } from '../model/tasks/windows';
import { parse, UsageError } from './options';
import { recordingNamed } from './recordings';
import { loadTerminalTask } from './tasks';

const HELP = `npm run report -- STUDY|FILE [options]
  A report of a study: what was tried, what was kept and why, and how sure that is. STUDY is one of the
  history's; FILE one that the page saved as JSON.
  --beside STUDY|FILE     another study on the same task, drawn beside it by the trials it spent
  --out FILE.html|.md     where it is written (default STUDY.html)
  --history FOLDER        where studies are kept (default .loopy)`;

const OPTIONS = {
  beside: { type: 'string' },
  out: { type: 'string' },
  history: { type: 'string', default: '.loopy' },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, OPTIONS, HELP);
  const [name, ...rest] = positionals;
  if (!name || rest.length > 0) throw new UsageError(HELP);
  const history = createJsonLinesHistory(values.history);
  const study = (await recordingNamed(history, name)).study;
  const beside =
    values.beside === undefined ? undefined : (await recordingNamed(history, values.beside)).study;
  if (beside && beside.taskId !== study.taskId) {
    throw new UsageError(
      `${study.id} and ${beside.id} are of two tasks (${study.task.name}, ${beside.task.name} or its budget): their scores cannot stand on one scale`,
    );
  }
  const out = values.out ?? `${study.id}.html`;
  const write = out.endsWith('.md') ? reportMarkdown : out.endsWith('.html') ? reportHtml : null;
  if (!write) throw new UsageError(`--out needs a name that ends in .html or .md, not ${out}`);
  const options = { entropyBpb: await entropyOf(study), ...(beside && { beside }) };
  writeFileSync(out, write(study, options));
  console.log(`written: ${out}`);
  return 0;
}

/** Only the lab's own text has a known entropy; no other is loaded, and none fetched. */
async function entropyOf({ task }: Study): Promise<number | null> {
  if (task.corpus.kind !== 'builtin') return null;
  return evaluationOf(await loadTerminalTask(task), 'validation', 1).entropyBpb ?? null;
}
