import { readFileSync, writeFileSync } from 'node:fs';
import { unheardLines } from '../agent/brief';
import { visible } from '../agent/document/fence';
import { LONGEST_BRIEF } from '../agent/history/format/event';
import { createJsonLinesHistory } from '../agent/history/json-lines';
import { oneAtATime } from '../agent/loop/one-at-a-time';
import { remembered } from '../agent/loop/remembered';
import { runStudy } from '../agent/loop/run';
import { createReplayResearcher } from '../agent/replay/researcher';
import { createFileDesks } from '../agent/researchers/claude/desks/files';
import { createLocalResearcher } from '../agent/researchers/local';
import { createRandomResearcher } from '../agent/researchers/random';
import { resultsTsv } from '../agent/results';
import type { History, Note, Researcher, Study, TrialRunner } from '../agent/study';
import { diagnose } from '../model/harness/diagnose';
import { inspectProgram } from '../model/harness/inspect';
import { runTrial } from '../model/harness/run-trial';
import type { ProgramSource } from '../model/programs/program';
import { openBench } from './bench';
import {
  CLAUDE_HELP,
  CLAUDE_OPTIONS,
  claudeOptionsOf,
  claudeResearcher,
  spentInWords,
} from './claude';
import { earlierStudy } from './earlier';
import { lineOf } from './lines';
import {
  budgetOf,
  isGiven,
  parse,
  positive,
  programOf,
  TRAINING_HELP,
  TRAINING_OPTIONS,
  UsageError,
} from './options';
import { TrialProgress } from './progress';
import { recordingNamed } from './recordings';
import { taskSpecOf } from './tasks';
import { TEAM_HELP, TEAM_OPTIONS, teamChoiceOf, terminalTeam } from './team';
import { typesInNode } from './types/in-node';

const HELP = `npm run lab -- [options]
  Runs a study: a baseline, then experiments of a researcher, each with its verdict.
${TRAINING_HELP}
  --researcher NAME       local, claude, or random: edits drawn without learning, to compare with; or replay
  --of STUDY|FILE         what the replay researcher proposes again: a recorded study's programs, in their order,
                          on its task and from its baseline
${CLAUDE_HELP}
${TEAM_HELP}
  --experiments N         how many, the baseline not counted (default 8)
  --brief FILE            direction to the researcher, as Markdown; with --resume, in place of the study's own
  --out FILE              write the results as tab-separated values
  --history FOLDER        where studies are kept (default .loopy)
  --resume ID             go on with a study of that folder, on its own task`;

const OPTIONS = {
  ...TRAINING_OPTIONS,
  ...CLAUDE_OPTIONS,
  ...TEAM_OPTIONS,
  researcher: { type: 'string', default: 'local' },
  of: { type: 'string' },
  experiments: { type: 'string', default: '8' },
  brief: { type: 'string' },
  out: { type: 'string' },
  history: { type: 'string', default: '.loopy' },
  resume: { type: 'string' },
} as const;

export async function run(args: string[]): Promise<number> {
  const { values } = parse(args, OPTIONS, HELP);
  const history = createJsonLinesHistory(values.history);
  const recorded = await recordedStudy(history, values, args);
  const experiments =
    recorded && !isGiven(args, 'experiments')
      ? recorded.experiments.length - 1
      : Math.floor(positive('experiments', values.experiments));
  const earlier = values.resume === undefined ? null : await earlierStudy(history, values.resume);
  const task =
    earlier?.task ??
    (recorded
      ? { ...recorded.task, budget: budgetOf(values) ?? recorded.task.budget }
      : await taskSpecOf(values));
  const baseline = (earlier ?? recorded)?.baseline ?? programOf(values.program);
  const brief = values.brief === undefined ? undefined : briefOf(values.brief);
  // Read before anything is loaded: a missing key should not cost a minute.
  const together = teamChoiceOf(values, isGiven(args, 'researcher'));
  const claude = together || values.researcher === 'claude' ? claudeOptionsOf(values) : null;
  const simple = claude
    ? null
    : recorded
      ? createReplayResearcher(recorded)
      : researcherNamed(values.researcher);
  const literal = together?.local || together?.fallback ? 'local' : simple?.name;
  const unheard = literal ? unheardLines(brief ?? earlier?.brief ?? '', literal) : [];
  for (const { line, unknown } of unheard) {
    const what = unknown.length > 0 ? `${unknown.join(', ')} in this line` : 'this line';
    console.log(`the ${literal} researcher does not understand ${what} of the brief: ${line}`);
  }
  const bench = await openBench(task, values.device);

  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let progress = new TrialProgress('');
  const runner: TrialRunner = {
    run: (request, onEvent, signal) => runTrial(bench, request, { onEvent, signal }),
    inspect: remembered((program) => inspectProgram(bench, program)),
  };
  const shared = oneAtATime(runner);
  let write: ((note: Note) => Promise<void>) | null = null;
  const note = async (note: Note) => write?.(note);
  const instruments = {
    inspect: runner.inspect,
    run: shared.run,
    diagnose: (program: ProgramSource, signal: AbortSignal) =>
      shared.alone(() => diagnose(bench, program, { seed: 0, signal }), signal),
    note,
    types: typesInNode(),
  };
  const desks = createFileDesks(values.history);
  const team =
    claude && together && terminalTeam(together, claude, { instruments, store: desks, note });
  const alone = claude && !together ? claudeResearcher(claude, instruments, desks) : null;
  const meter = team?.meter ?? alone?.meter;
  const study = await runStudy({
    study: earlier?.id ?? { task, taskId: bench.task.id, baseline, ...(brief && { brief }) },
    onOpen: (writer) => {
      write = writer;
      // A study that is made now begins with its brief.
      if (earlier && brief !== undefined && brief !== earlier.brief) {
        writer({ type: 'brief-set', text: brief }).catch((error) => console.error(error.message));
      }
    },
    device: bench.device.info.name,
    researcher: team?.team ?? alone ?? simple!,
    runner: shared.loop,
    history,
    limits: { experiments },
    signal: stop.signal,
    onTrialEvent: (_trial, event) => progress.show(event),
    onEvent: (event, soFar) => {
      progress.end();
      if (event.type === 'trial-started') {
        progress = new TrialProgress(`#${event.experiment} seed ${event.seed}`);
      }
      const line = lineOf(event, soFar);
      // Words of programs and researchers: nothing in them speaks to the terminal.
      if (line) console.log(visible(line));
      // After each verdict, so that a study which is cut off leaves its table behind.
      if (event.type === 'verdict' && values.out) writeFileSync(values.out, resultsTsv(soFar));
    },
  });
  bench.device.close();
  if (values.out) writeFileSync(values.out, resultsTsv(study));
  console.log(closingOf(study, values.history));
  if (meter) console.log(spentInWords(meter.spent));
  if (values.json) console.log(JSON.stringify(study));
  return study.status === 'finished' ? 0 : 1;
}

/** The study that the replay researcher is to propose again; null for every other researcher. */
async function recordedStudy(
  history: History,
  { researcher, of }: { researcher: string; of?: string | undefined },
  args: readonly string[],
): Promise<Study | null> {
  if (researcher !== 'replay') {
    if (of === undefined) return null;
    throw new UsageError('--of goes with --researcher replay');
  }
  if (of === undefined) throw new UsageError('--researcher replay needs --of STUDY or --of FILE');
  for (const name of ['task', 'program']) {
    if (isGiven(args, name)) {
      throw new UsageError(`--${name} is the recorded study's own: leave it out with --of`);
    }
  }
  return (await recordingNamed(history, of)).study;
}

function briefOf(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--brief needs a text file: ${(error as Error).message}`);
  }
  if (text.length <= LONGEST_BRIEF) return text;
  throw new UsageError(
    `the brief in ${file} has ${text.length} characters; ${LONGEST_BRIEF} are allowed`,
  );
}

export const RESEARCHERS: Readonly<Record<string, () => Researcher>> = {
  local: createLocalResearcher,
  random: createRandomResearcher,
};

function researcherNamed(name: string): Researcher {
  const create = Object.hasOwn(RESEARCHERS, name) ? RESEARCHERS[name] : undefined;
  if (create) return create();
  const known = [...Object.keys(RESEARCHERS), 'claude', 'replay'].join(', ');
  throw new UsageError(`there is no researcher ${name}; there are: ${known}`);
}

function closingOf({ id, status, ending, experiments, incumbent }: Study, folder: string): string {
  const best = experiments.find((experiment) => experiment.id === incumbent);
  const kept = experiments.filter(({ verdict }) => verdict?.decision === 'keep').length - 1;
  return [
    `${status}: ${ending}`,
    best
      ? `best: #${best.number} ${best.title}; ${Math.max(0, kept)} changes kept`
      : 'no score yet',
    `kept in ${folder}/${id}.jsonl; go on with --resume ${id} --experiments N`,
  ].join('\n');
}
