import { FOLLOW_UP_KINDS } from '../agent/followups/follow-up';
import { FollowUpError } from '../agent/followups/plan';
import { latestFollowUp, resultsOf } from '../agent/followups/results';
import { runFollowUp } from '../agent/followups/run';
import { describeFollowUp } from '../agent/followups/words';
import { createJsonLinesHistory } from '../agent/history/json-lines';
import type { StudyEvent } from '../agent/study';
import { runTrial } from '../model/harness/run-trial';
import { evaluationOf } from '../model/tasks/windows';
import { openBench } from './bench';
import { earlierStudy } from './earlier';
import { parse, positive, UsageError } from './options';
import { TrialProgress } from './progress';

const HELP = `npm run follow -- STUDY ${FOLLOW_UP_KINDS.join('|')} [options]
  Runs over a study that has ended: does what it found hold up?
  replication   every kept program on fresh seeds, and once on the sealed test
  attribution   the final program without each of its kept changes
  transfer      baseline against final, larger and with a longer budget
  One that was interrupted goes on where it stopped.
  --seeds N               fresh seeds (default 10 for replication, else 5)
  --history FOLDER        where studies are kept (default .loopy)
  --device KIND           auto, or the study's own: cpu, wasm, webgpu
  --json                  end in one line of JSON`;

const OPTIONS = {
  seeds: { type: 'string' },
  history: { type: 'string', default: '.loopy' },
  device: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, OPTIONS, HELP);
  const [id, word, ...rest] = positionals;
  const kind = FOLLOW_UP_KINDS.find((each) => each === word);
  if (!id || !kind || rest.length > 0) throw new UsageError(HELP);
  const history = createJsonLinesHistory(values.history);
  const study = await earlierStudy(history, id);
  // A device's name begins with its kind, as in `wasm (2 threads)`.
  const device = values.device ?? /^\w+/.exec(study.device)?.[0] ?? 'auto';
  const bench = await openBench(study.task, device);

  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let progress = new TrialProgress('');
  let begun = '';
  try {
    const after = await runFollowUp({
      study: id,
      kind,
      ...(values.seeds !== undefined && { seeds: Math.floor(positive('seeds', values.seeds)) }),
      device: bench.device.info.name,
      ...entropyOf(bench.task),
      history,
      runner: { run: (request, onEvent, signal) => runTrial(bench, request, { onEvent, signal }) },
      signal: stop.signal,
      onTrialEvent: ({ trial, arm, seed }, event) => {
        if (trial !== begun) progress = new TrialProgress(`${arm} seed ${seed}`);
        begun = trial;
        progress.show(event);
      },
      onEvent: (event) => {
        progress.end();
        const line = followUpLineOf(event);
        if (line) console.log(line);
      },
    });
    const followUp = latestFollowUp(after, kind)!;
    console.log(describeFollowUp(followUp));
    if (values.json) console.log(JSON.stringify({ followUp, results: resultsOf(followUp) }));
    return followUp.status === 'ended' ? 0 : 1;
  } catch (error) {
    if (error instanceof FollowUpError) throw new UsageError(error.message);
    throw error;
  } finally {
    bench.device.close();
  }
}

/** The floors of both splits, where the generator of the text is known. */
function entropyOf(task: Parameters<typeof evaluationOf>[0]) {
  const validation = evaluationOf(task, 'validation', 1).entropyBpb;
  const test = evaluationOf(task, 'test', 1).entropyBpb;
  return validation === undefined || test === undefined ? {} : { entropy: { validation, test } };
}

/** What a person is told of an event of a follow-up, if anything. */
export function followUpLineOf(event: StudyEvent): string | null {
  switch (event.type) {
    case 'follow-up-started': {
      const { kind, arms, seeds } = event.plan;
      return `${event.followUp}: ${kind} of ${arms.length} programs on ${seeds.length} seeds`;
    }
    case 'follow-up-trial-ended': {
      const { arm, seed, result } = event;
      if (result.status === 'finished') {
        return `   ${arm} seed ${seed}: val_bpb ${result.summary.valBpb.toFixed(4)}`;
      }
      const why = result.status === 'crashed' ? result.crash.message : result.reason;
      return `   ${arm} seed ${seed}: ${result.status}: ${why}`;
    }
    case 'follow-up-paused':
      return `paused: ${event.reason}; the same command goes on with it`;
    default:
      return null;
  }
}
