import { clopperPearson } from '../agent/nulls/interval';
import { createNullResearcher, NULL_EDITS } from '../agent/nulls/researcher';
import { simulatedProgram, simulatedResearcher, simulatedRunner } from '../agent/nulls/simulate';
import { type NullStudiesOptions, runNullStudies } from '../agent/nulls/studies';
import { type Tally, tallyOf } from '../agent/nulls/tally';
import type { Study } from '../agent/study';
import { inspectProgram } from '../model/harness/inspect';
import { runTrial } from '../model/harness/run-trial';
import { BUILTIN_TASK } from '../model/tasks/catalogue';
import { openBench } from './bench';
import { budgetOf, parse, positive, programOf, TRAINING_HELP, TRAINING_OPTIONS } from './options';
import { taskSpecOf } from './tasks';

const HELP = `npm run aa -- [options]
  False keeps, measured: candidates that differ from the incumbent in luck and in nothing else go through
  the real loop, on real trials. Beside it, on the same trials, the rule of one run and a strict "<".
  Exits with 1 when more than 1% of them are kept.
${TRAINING_HELP}
                          (default --steps 150)
  --candidates N          null candidates in all (default 300)
  --study N               candidates in each study (default 60)
  --name NAME             names the studies, and with that their seeds (default aa)
  --simulate N            N candidates with drawn scores instead: same loop, same policy, no training
  --shared BPB            of those: deviation of what programs share on a seed (default 0.02)
  --own BPB               and of what each draws of its own (default 0.01)`;

const OPTIONS = {
  ...TRAINING_OPTIONS,
  candidates: { type: 'string', default: '300' },
  study: { type: 'string', default: '60' },
  name: { type: 'string', default: 'aa' },
  simulate: { type: 'string' },
  shared: { type: 'string', default: '0.02' },
  own: { type: 'string', default: '0.01' },
} as const;

/** More kept than this is a failure. */
const MOST_KEPT = 0.01;

type Values = ReturnType<typeof parse<typeof OPTIONS>>['values'];

export async function run(args: string[]): Promise<number> {
  const { values } = parse(args, OPTIONS, HELP);
  const started = performance.now();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const common = {
    perStudy: Math.floor(positive('study', values.study)),
    name: values.name,
    signal: stop.signal,
  };
  const studies =
    values.simulate === undefined
      ? await realStudies(values, common)
      : await simulatedStudies(values, common);
  const tally = tallyOf(studies);
  const seconds = (performance.now() - started) / 1000;
  console.log(describe(tally, studies.length, seconds));
  if (values.json) {
    console.log(JSON.stringify({ ...tally, kinds: Object.fromEntries(tally.kinds), seconds }));
  }
  return tally.candidates > 0 && tally.kept <= MOST_KEPT * tally.candidates ? 0 : 1;
}

type Common = Pick<NullStudiesOptions, 'perStudy' | 'name' | 'signal'>;

async function realStudies(values: Values, common: Common): Promise<readonly Study[]> {
  const baseline = programOf(values.program);
  const task = await taskSpecOf(budgetOf(values) ? values : { ...values, steps: '150' });
  const bench = await openBench(task, values.device);
  // A cheaper step trains for longer in the same seconds, which is a gain and not luck.
  const edits = task.budget.unit === 'seconds' ? NULL_EDITS.filter(({ free }) => free) : NULL_EDITS;
  console.log(
    `${values.program} on ${task.name}, ${task.budget.amount} ${task.budget.unit}, ${bench.device.info.name}`,
  );
  try {
    return await runNullStudies({
      ...common,
      candidates: Math.floor(positive('candidates', values.candidates)),
      study: { task, taskId: bench.task.id, baseline },
      device: bench.device.info.name,
      researcher: createNullResearcher(edits),
      runner: () => ({
        run: (request, onEvent, signal) =>
          runTrial(bench, request, { onEvent, signal, samples: 0 }),
        inspect: (program) => inspectProgram(bench, program),
      }),
      onEvent: (event, study, before) => {
        if (event.type !== 'verdict') return;
        const { decision } = event.verdict;
        const number = before.reduce((sum, s) => sum + s.experiments.length - 1, 0);
        const candidate = study.experiments.at(-1)!;
        if (candidate.number === 0) return console.error(`${study.id}: ${event.verdict.reason}`);
        if (decision === 'keep') console.log(`kept: ${candidate.title}: ${event.verdict.reason}`);
        console.error(`${number + candidate.number} ${candidate.kind}: ${decision}`);
      },
    });
  } finally {
    bench.device.close();
  }
}

function simulatedStudies(values: Values, common: Common): Promise<readonly Study[]> {
  const noise = { shared: positive('shared', values.shared), own: positive('own', values.own) };
  console.log(`simulated scores: shared ${noise.shared}, own ${noise.own} bpb`);
  return runNullStudies({
    ...common,
    candidates: Math.floor(positive('simulate', values.simulate!)),
    study: { task: BUILTIN_TASK, taskId: 'simulated', baseline: simulatedProgram(0) },
    device: 'simulated',
    researcher: simulatedResearcher(),
    runner: (study) => simulatedRunner(study, noise),
  });
}

function describe(tally: Tally, studies: number, seconds: number): string {
  const { candidates, kept, kinds, notCounted } = tally;
  const each = (count: number) => (count / candidates).toFixed(2);
  return [
    `${kept} of ${rate(kept, candidates)} null candidates kept, in ${studies} studies`,
    ...[...kinds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, of]) => `  ${kind}: ${of.kept} of ${of.candidates}`),
    `${tally.inconclusive} were inconclusive`,
    `trials: ${each(tally.trials)} for each candidate; ${each(tally.allTrials)} with the incumbents'`,
    `one run and a strict "<": ${tally.naive} of ${rate(tally.naive, candidates)} against the same incumbents`,
    `  as a loop that moves on to what it keeps: ${tally.naiveLoop} of ${rate(tally.naiveLoop, candidates)}`,
    ...(notCounted.length > 0
      ? [
          `${notCounted.length} did not count:`,
          ...notCounted.slice(0, 5).map((line) => `  ${line}`),
        ]
      : []),
    `${seconds.toFixed(0)} s`,
  ].join('\n');
}

/** `300 (0.3%, 95% interval 0.0% to 1.8%)` */
function rate(hits: number, of: number): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const [low, high] = clopperPearson(hits, of);
  return `${of} (${percent(hits / of)}, 95% interval ${percent(low)} to ${percent(high)})`;
}
