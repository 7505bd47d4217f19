import { writeFileSync } from 'node:fs';
import { foldStudy } from '../agent/history/fold';
import { createJsonLinesHistory } from '../agent/history/json-lines';
import { newStudyId } from '../agent/loop/seeds';
import { copyBranch, programBranch, settledAt, writeLog } from '../agent/replay/branch';
import { writeRecording } from '../agent/replay/file';
import { momentAt } from '../agent/replay/moment';
import { standingsOf } from '../agent/replay/standing';
import { type Timeline, timelineOf } from '../agent/replay/timeline';
import type { History, StudyEvent } from '../agent/study';
import { openBench } from './bench';
import { followUpLineOf } from './follow';
import { lineOf } from './lines';
import { parse, positive, UsageError } from './options';
import { TrialProgress } from './progress';
import { type Recording, recordingNamed } from './recordings';

const HELP = `npm run replay -- STUDY|FILE [options]
  Plays a study of the history, or one that was saved as a file, as it came.
  --speed N|max           how many times faster (default 60); waits longer than 2 s are cut to 2 s
  --until N               no further than the verdict of experiment N
  --branch                makes a study that goes on from there: with its experiments where it is of this
                          machine and device, else with the best program by then as its baseline
  --device KIND           of the branch (default: the study's own, for a file auto)
  --record FILE           writes it as a recording of less than 600 kB, its curves made thin, and plays nothing
  --history FOLDER        where studies are kept (default .loopy)`;

const OPTIONS = {
  speed: { type: 'string', default: '60' },
  until: { type: 'string' },
  branch: { type: 'boolean', default: false },
  device: { type: 'string' },
  record: { type: 'string' },
  history: { type: 'string', default: '.loopy' },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

const MOST_BYTES = 590_000;
/** Milliseconds between two looks at a trial that plays. */
const TICK = 100;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, OPTIONS, HELP);
  const [name, ...rest] = positionals;
  if (!name || rest.length > 0) throw new UsageError(HELP);
  const speed = values.speed === 'max' ? Number.POSITIVE_INFINITY : positive('speed', values.speed);
  const history = createJsonLinesHistory(values.history);
  const recording = await recordingNamed(history, name);
  if (values.record !== undefined) {
    const bytes = await writeRecording(recording.events, MOST_BYTES);
    writeFileSync(values.record, bytes);
    console.log(`written: ${values.record}, ${bytes.length} bytes`);
    return 0;
  }
  const timeline = timelineOf(recording.events);
  const position = positionOf(timeline, values.until);
  await play(timeline, position, speed);
  if (values.branch) {
    const id = await branch(history, recording, position, values.device);
    console.log(`go on with: npm run lab -- --history ${values.history} --resume ${id}`);
  }
  return 0;
}

function positionOf({ verdicts, events }: Timeline, until: string | undefined): number {
  if (until === undefined) return events.length;
  const found = verdicts.find(({ experiment }) => experiment === until);
  if (found) return found.position;
  const last = verdicts.at(-1);
  throw new UsageError(
    `--until ${until}: ${last ? `verdicts were given up to experiment ${last.experiment}` : 'no verdict was given in this study'}`,
  );
}

/** Prints what was printed when the study was run, at the times of its timeline. */
async function play(timeline: Timeline, until: number, speed: number): Promise<void> {
  const { events, times } = timeline;
  const standing = standingsOf(events);
  const { budget } = standing(1).task;
  const began = performance.now();
  const now = () => (performance.now() - began) * speed;
  let progress = new TrialProgress('');
  for (let i = 0; i < until; i++) {
    const event = events[i]!;
    while (Number.isFinite(speed) && now() < times[i]!) {
      const moment = momentAt(timeline, now(), budget);
      if (moment?.stage === 'training') {
        const { points, progress: share, tokensPerSecond } = moment;
        const rate = tokensPerSecond ?? 0;
        progress.show({ type: 'progress', progress: share, points, tokensPerSecond: rate });
      }
      const left = (times[i]! - now()) / speed;
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.min(TICK, left))));
    }
    progress.end();
    if (event.type === 'trial-started') {
      progress = new TrialProgress(`#${event.experiment} seed ${event.seed}`);
    }
    const line = endingOf(event) ?? lineOf(event, standing(i + 1)) ?? followUpLineOf(event);
    if (line) console.log(line);
  }
}

function endingOf(event: StudyEvent): string | null {
  if (event.type === 'study-stopped') return `stopped: ${event.reason}`;
  return event.type === 'study-finished' ? `finished: ${event.reason}` : null;
}

/** Makes a study that goes on from a position; returns its id. */
async function branch(
  history: History,
  { study, events, own }: Recording,
  position: number,
  device: string | undefined,
): Promise<string> {
  // A device's name begins with its kind, as in `wasm (2 threads)`.
  const kind = device ?? (own ? (/^\w+/.exec(study.device)?.[0] ?? 'auto') : 'auto');
  const bench = await openBench(study.task, kind);
  const name = bench.device.info.name;
  const taskId = bench.task.id;
  bench.device.close();
  const options = { id: newStudyId(), at: Date.now() };
  const same = own && name === study.device && taskId === study.taskId;
  const log = same
    ? copyBranch(events, position, options)
    : programBranch(events, position, { ...options, device: name, taskId });
  await writeLog(history, log);
  const made = foldStudy(log);
  if (same) {
    const left = position - settledAt(events, position);
    console.log(
      `branched off: study ${made.id} has ${made.experiments.length} experiments of ${study.id}${left > 0 ? `; ${left} events of one that had no verdict yet were left behind` : ''}`,
    );
  } else {
    console.log(`branched off: study ${made.id} on ${name}. ${made.insights[0]!.text}`);
  }
  return made.id;
}
