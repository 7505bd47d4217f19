import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { HistoryError } from '../agent/history/errors';
import { type FoundEdit, findHelpful, type Tried } from '../agent/power/find';
import { type FoundFile, foundFile } from '../agent/power/found-file';
import { type Judged, judge } from '../agent/power/judge';
import { meetsBar, summaryLines, summaryOf, verdictLine } from '../agent/power/summary';
import { EDITS } from '../agent/researchers/local';
import type { TrialRunner } from '../agent/study';
import { bits } from '../agent/verdicts/words';
import { type Inspection, inspectProgram } from '../model/harness/inspect';
import { type Bench, runTrial } from '../model/harness/run-trial';
import type { ProgramSource } from '../model/programs/program';
import { openBench } from './bench';
import {
  budgetOf,
  parse,
  positive,
  programOf,
  TRAINING_HELP,
  TRAINING_OPTIONS,
  UsageError,
} from './options';
import { scoreFile } from './score-file';
import { taskSpecOf } from './tasks';

const HELP = `npm run power -- [options]
  Real gains, found: edits that are known to help, from longer trials on seeds of their own, go through
  the real verdict at the budget itself, each in a study of its own. Counted apart: those that are known
  to help at the budget too, from further seeds. Edits of one program run out; then the strongest program
  found so far is edited, and its studies begin with it. Exits with 1 when of the edits known at both
  budgets fewer than 70% are kept, or fewer than 90% are kept or inconclusive, or too few were found.
${TRAINING_HELP}
                          (default --steps 150)
  --edits N               how many to find that are known at both budgets (default 12)
  --longer N              the trials by which they are known have N times the budget (default 10)
  --seeds N               seeds on which each must show itself there (default 6)
  --confirmations N       seeds on which each must show itself at the budget (default 16)
  --cost N                leave out programs of which a step has over N times the operations (default 8)
  --name NAME             names the search and the studies, and with that all seeds (default power)
  --found FILE            read the found edits from there, or write them there when it does not exist
  --scores FILE           append what trials of the search score there, and do not run again those that it
                          has: a search that was cut off goes on`;

const OPTIONS = {
  ...TRAINING_OPTIONS,
  edits: { type: 'string', default: '12' },
  longer: { type: 'string', default: '10' },
  seeds: { type: 'string', default: '6' },
  confirmations: { type: 'string', default: '16' },
  cost: { type: 'string', default: '8' },
  name: { type: 'string', default: 'power' },
  found: { type: 'string' },
  scores: { type: 'string' },
} as const;

/** Draws of the numbers of each kind of edit, on each program. */
const DRAWS = 4;

type Values = ReturnType<typeof parse<typeof OPTIONS>>['values'];

export async function run(args: string[]): Promise<number> {
  const { values } = parse(args, OPTIONS, HELP);
  const wanted = whole('edits', values.edits, 1);
  const program = programOf(values.program);
  const task = await taskSpecOf(budgetOf(values) ? values : { ...values, steps: '150' });
  const bench = await openBench(task, values.device);
  const device = bench.device.info.name;
  console.log(
    `${values.program} on ${task.name}, ${task.budget.amount} ${task.budget.unit}, ${device}`,
  );
  try {
    const found = await foundEdits(values, bench, program);
    const longer = `${values.longer} times the budget`;
    const runner: TrialRunner = {
      run: (request, onEvent, signal) => runTrial(bench, request, { onEvent, signal, samples: 0 }),
      inspect: (program) => inspectProgram(bench, program),
    };
    const judged: Judged[] = [];
    for (const [i, edit] of found.entries()) {
      const study = { id: `${values.name}-${i + 1}`, task, taskId: bench.task.id };
      judged.push(await judge(edit, study, device, runner));
      console.log(verdictLine(judged.at(-1)!, longer));
    }
    const summary = summaryOf(judged);
    console.log(summaryLines(summary, longer).join('\n'));
    if (summary.both.edits < wanted) {
      console.log(`only ${summary.both.edits} of ${wanted} edits known at both budgets were found`);
    }
    if (values.json) console.log(JSON.stringify({ ...summary, judged }));
    return meetsBar(summary, wanted) ? 0 : 1;
  } finally {
    bench.device.close();
  }
}

async function foundEdits(
  values: Values,
  bench: Bench,
  program: ProgramSource,
): Promise<readonly FoundEdit[]> {
  const file = values.found;
  const search = {
    name: values.name,
    longer: positive('longer', values.longer),
    seeds: whole('seeds', values.seeds, 2),
    confirmations: whole('confirmations', values.confirmations, 2),
  };
  const about = { task: bench.task.id, device: bench.device.info.name, program, search };
  if (file !== undefined && existsSync(file)) return storedEdits(file, about);
  const { budget } = bench.task.spec;
  const found = await findHelpful({
    ...search,
    program,
    edits: EDITS,
    budget,
    longBudget: { ...budget, amount: search.longer * budget.amount },
    wanted: whole('edits', values.edits, 1),
    draws: DRAWS,
    score: scoreFile(values.scores, about, (request) => runTrial(bench, request, { samples: 0 })),
    affordable: await affordable(bench, program, positive('cost', values.cost)),
    onTried: (tried) => console.error(triedLine(tried)),
  });
  if (file !== undefined) {
    const stored: FoundFile = { version: 2, ...about, found };
    writeFileSync(file, `${JSON.stringify(stored, null, 1)}\n`);
  }
  return found;
}

/** Whether a step takes at most so many times the operations of a step of the first program. */
async function affordable(bench: Bench, first: ProgramSource, most: number) {
  const limit = most * operationsOf(await inspectProgram(bench, first));
  return async (program: ProgramSource) => {
    const operations = operationsOf(await inspectProgram(bench, program));
    // What cannot be planned has no cost, and its trial says what is wrong with it.
    return Number.isNaN(operations) || operations <= limit;
  };
}

/** Of a step of the largest phase; NaN where the program cannot be planned. */
function operationsOf(seen: Inspection): number {
  if (seen.status !== 'ok') return Number.NaN;
  return seen.flopsPerToken * Math.max(...seen.phases.map(({ batch, context }) => batch * context));
}

function storedEdits(
  file: string,
  about: Omit<FoundFile, 'found' | 'version'>,
): readonly FoundEdit[] {
  let stored: FoundFile;
  try {
    stored = foundFile(JSON.parse(readFileSync(file, 'utf8')), file);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof HistoryError) {
      throw new UsageError(`${file} does not hold found edits: ${error.message}`);
    }
    throw error;
  }
  const { task, program, search } = stored;
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  if (task !== about.task || !same(program, about.program)) {
    throw new UsageError(`the edits in ${file} were found on another task, budget or program`);
  }
  if (!same(search, about.search)) {
    const { name, longer, seeds, confirmations } = search;
    throw new UsageError(
      `the edits in ${file} were found with --name ${name} --longer ${longer} --seeds ${seeds} --confirmations ${confirmations}: give the same, or another file`,
    );
  }
  return stored.found;
}

function triedLine({ title, on, mean, fate }: Tried): string {
  const where = on.length > 0 ? ` on top of ${on.join(', ')}` : '';
  return `${fate}: ${title}${where}${mean === null ? '' : `  ${bits(mean)}`}`;
}

function whole(name: string, text: string, least: number): number {
  const value = positive(name, text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} needs a whole number of at least ${least}, not ${text}`);
}
