import { runTrial } from '../model/harness/run-trial';
import type { TrialSummary } from '../model/harness/trial';
import { evaluationOf } from '../model/tasks/windows';
import { openBench } from './bench';
import { parse, positive, programOf, TRAINING_HELP, TRAINING_OPTIONS } from './options';
import { TrialProgress } from './progress';
import { taskSpecOf } from './tasks';

const HELP = `npm run trial -- [options]
  Trains one program once and prints its score.
${TRAINING_HELP}
  --seed N                which initial weights and batches (default 1)`;

export async function run(args: string[]): Promise<number> {
  const options = { ...TRAINING_OPTIONS, seed: { type: 'string', default: '1' } } as const;
  const { values } = parse(args, options, HELP);
  const program = programOf(values.program);
  const seed = Math.floor(positive('seed', values.seed));
  const bench = await openBench(await taskSpecOf(values), values.device);
  const progress = new TrialProgress(values.program);
  const result = await runTrial(
    bench,
    { id: 'trial', program, seed },
    { onEvent: (event) => progress.show(event) },
  );
  progress.end();
  bench.device.close();
  switch (result.status) {
    case 'finished':
      console.log(describe(result.summary, evaluationOf(bench.task, 'validation', 1).entropyBpb));
      break;
    case 'crashed': {
      const { kind, message, at } = result.crash;
      console.error(`crash (${kind}): ${at ? `${at.file}:${at.line}: ` : ''}${message}`);
      break;
    }
    case 'stopped':
      console.error(result.reason);
      break;
    case 'void':
      console.error(`void: ${result.reason}; nothing is known of the program, run it again`);
  }
  if (values.json) console.log(JSON.stringify(result));
  return result.status === 'finished' ? 0 : 1;
}

/** The summary in the form of autoresearch's: a name and a number to a line. */
function describe(summary: TrialSummary, entropyBpb: number | undefined): string {
  const rows: [string, string][] = [
    ['val_bpb', summary.valBpb.toFixed(6)],
    ...(entropyBpb === undefined
      ? []
      : [['entropy_bpb', entropyBpb.toFixed(6)] satisfies [string, string]]),
    ['training_seconds', summary.trainingSeconds.toFixed(2)],
    ['total_seconds', summary.totalSeconds.toFixed(2)],
    ['peak_bytes', String(summary.peakBytes)],
    ['tokens', String(summary.tokens)],
    ['steps', String(summary.steps)],
    ['parameters', String(summary.parameters)],
    ['flops_per_token', summary.flopsPerToken.toFixed(0)],
    ['achieved_flops', summary.achievedFlops.toExponential(3)],
    ['launches_per_step', String(summary.launchesPerStep)],
    ['device', summary.device.name],
    ['sample', JSON.stringify(summary.samples[0] ?? '')],
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(19)}${value}`).join('\n');
}
