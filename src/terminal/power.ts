import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { HistoryError } from '../agent/history/errors';
import { type FoundEdit, findHelpful } from '../agent/power/find';
import { type FoundFile, foundFile } from '../agent/power/found-file';
import { type Judged, judge } from '../agent/power/judge';
import { EDITS } from '../agent/researchers/local';
import type { TrialRunner } from '../agent/study';
import { bits } from '../agent/verdicts/words';
import { inspectProgram } from '../model/harness/inspect';
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
import { taskSpecOf } from './tasks';

const HELP = `npm run power -- [options]
  Real gains, found: edits that are known to help, from longer trials on seeds of their own, go through
  the real verdict at the budget itself, each in a study of its own. Exits with 1 when fewer than 70% are
  kept, or fewer than 90% are kept or inconclusive.
${TRAINING_HELP}
                          (default --steps 150)
  --edits N               how many to find (default 12)
  --longer N              the trials by which they are known have N times the budget (default 10)
  --seeds N               seeds on which each must show itself (default 6)
  --name NAME             names the search and the studies, and with that all seeds (default power)
  --found FILE            read the found edits from there, or write them there when it does not exist`;

const OPTIONS = {
  ...TRAINING_OPTIONS,
  edits: { type: 'string', default: '12' },
  longer: { type: 'string', default: '10' },
  seeds: { type: 'string', default: '6' },
  name: { type: 'string', default: 'power' },
  found: { type: 'string' },
} as const;

/** Draws of the numbers of each kind of edit. */
const DRAWS = 4;
const LEAST_KEPT = 0.7;
const LEAST_NOT_LOST = 0.9;

type Values = ReturnType<typeof parse<typeof OPTIONS>>['values'];

export async function run(args: string[]): Promise<number> {
  const { values } = parse(args, OPTIONS, HELP);
  const baseline = programOf(values.program);
  const task = await taskSpecOf(budgetOf(values) ? values : { ...values, steps: '150' });
  const bench = await openBench(task, values.device, baseline);
  const device = bench.device.info.name;
  console.log(
    `${values.program} on ${task.name}, ${task.budget.amount} ${task.budget.unit}, ${device}`,
  );
  try {
    const found = await foundEdits(values, bench, baseline);
    const runner: TrialRunner = {
      run: (request, onEvent, signal) => runTrial(bench, request, { onEvent, signal, samples: 0 }),
      inspect: (program) => inspectProgram(bench, program),
    };
    const judged: Judged[] = [];
    for (const [i, edit] of found.entries()) {
      const study = { id: `${values.name}-${i + 1}`, task, taskId: bench.task.id, baseline };
      judged.push(await judge(edit, study, device, runner));
      console.log(lineOf(judged.at(-1)!));
    }
    const summary = summaryOf(judged);
    console.log(describe(summary, judged));
    if (values.json) console.log(JSON.stringify({ ...summary, judged }));
    const wanted = Math.floor(positive('edits', values.edits));
    if (judged.length < wanted) console.log(`only ${judged.length} of ${wanted} edits were found`);
    const good = summary.kept >= LEAST_KEPT && summary.notLost >= LEAST_NOT_LOST;
    return good && judged.length >= wanted ? 0 : 1;
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
  const about = { task: bench.task.id, device: bench.device.info.name, program };
  if (file !== undefined && existsSync(file)) return storedEdits(file, about);
  const { budget } = bench.task.spec;
  const found = await findHelpful({
    program,
    edits: EDITS,
    budget: { ...budget, amount: positive('longer', values.longer) * budget.amount },
    wanted: Math.floor(positive('edits', values.edits)),
    seeds: Math.max(2, Math.floor(positive('seeds', values.seeds))),
    draws: DRAWS,
    name: values.name,
    run: (request) => runTrial(bench, request, { samples: 0 }),
    onTried: (title, mean, helps) =>
      console.error(`${helps ? 'helps' : '-'}  ${title}  ${mean === null ? 'crash' : bits(mean)}`),
  });
  if (file !== undefined) {
    writeFileSync(file, `${JSON.stringify({ ...about, found } satisfies FoundFile, null, 1)}\n`);
  }
  return found;
}

function storedEdits(file: string, about: Omit<FoundFile, 'found'>): readonly FoundEdit[] {
  let stored: FoundFile;
  try {
    stored = foundFile(JSON.parse(readFileSync(file, 'utf8')), file);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof HistoryError) {
      throw new UsageError(`${file} does not hold found edits: ${error.message}`);
    }
    throw error;
  }
  const same =
    stored.task === about.task &&
    stored.program.model === about.program.model &&
    stored.program.optimizer === about.program.optimizer;
  if (same) return stored.found;
  throw new UsageError(`the edits in ${file} were found on another task, budget or program`);
}

function lineOf({ edit, verdict, trials }: Judged): string {
  const [low, high] = edit.interval;
  return `${verdict.decision}: ${edit.title} (known: ${bits(edit.mean)}, 99% interval ${bits(low)} to ${bits(high)}) in ${trials} trials: ${verdict.reason}`;
}

function summaryOf(judged: readonly Judged[]) {
  const share = (...decisions: readonly string[]) =>
    judged.filter(({ verdict }) => decisions.includes(verdict.decision)).length / judged.length;
  const mean = (of: (judged: Judged) => number) =>
    judged.reduce((sum, each) => sum + of(each), 0) / judged.length;
  return {
    kept: share('keep'),
    notLost: share('keep', 'inconclusive'),
    trials: mean(({ trials }) => trials),
    allTrials: mean(({ trials, incumbentTrials }) => trials + incumbentTrials),
  };
}

function describe(summary: ReturnType<typeof summaryOf>, { length }: readonly Judged[]): string {
  const count = (share: number) => Math.round(share * length);
  const inconclusive = count(summary.notLost) - count(summary.kept);
  return [
    `of ${length} edits known to help: ${count(summary.kept)} kept, ${inconclusive} inconclusive, ${length - count(summary.notLost)} discarded`,
    `mean cost: ${summary.trials.toFixed(1)} trials of the edited program, ${summary.allTrials.toFixed(1)} with the incumbent's`,
  ].join('\n');
}
