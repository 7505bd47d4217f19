import { onTestFinished } from 'vitest';
import type { Clock } from '../../../../src/agent/clock';
import { createMemoryHistory } from '../../../../src/agent/history/memory';
import { runStudy } from '../../../../src/agent/loop/run';
import type { ClaudeEvent } from '../../../../src/agent/researchers/claude';
import {
  type ClaudeOptions,
  type ClaudeResearcher,
  createClaudeResearcher,
} from '../../../../src/agent/researchers/claude/researcher';
import type { Around, History, Study, StudyEvent, TrialRunner } from '../../../../src/agent/study';
import type { ProgramSource } from '../../../../src/model/programs/program';
import { call, type Script, say, think } from '../../../standin/reply';
import {
  STAND_IN_KEY,
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../../standin/server';
import { TASK } from '../../fixtures';
import { FakeRunner, fakeInspection, scoring } from '../../loop/world';

/** A runner whose programs do not compile where they say `oops`. */
export class Bench extends FakeRunner {
  override inspect: TrialRunner['inspect'] = async (program) =>
    program.model.includes('oops')
      ? {
          status: 'crashed',
          crash: {
            kind: 'syntax',
            message: 'oops is not defined',
            at: { file: 'model.ts', line: 1, column: 20 },
          },
        }
      : fakeInspection(program);
}

/** Time that passes only in waits. */
export function virtualClock(): Clock & { waited: number } {
  const clock = {
    waited: 0,
    now: () => 1_000_000 + clock.waited,
    random: () => 0.5,
    sleep: async (milliseconds: number) => {
      clock.waited += milliseconds;
    },
  };
  return clock;
}

export async function standInOf(options: StandInOptions): Promise<StandIn> {
  const standIn = await startStandIn(options);
  onTestFinished(() => standIn.close());
  return standIn;
}

/** Reads, makes an edit that does not compile, repairs it, checks, proposes; each conversation lowers the score. */
export const editing: Script = ({ conversation, turn }) => {
  const now = 3 - 0.1 * (conversation - 1);
  const to = (3 - 0.1 * conversation).toFixed(1);
  const from = now === 3 ? '3' : now.toFixed(1);
  const turns = [
    [think('What is there?'), say('I read it first.'), call('read_program', {})],
    [call('replace', { file: 'model.ts', old: `bpb = ${from};`, new: 'bpb = oops;' })],
    [call('check', {})],
    [call('replace', { file: 'model.ts', old: 'bpb = oops;', new: `bpb = ${to};` })],
    [call('check', {})],
    [
      call('propose', {
        title: `bpb ${to}`,
        hypothesis: 'The text says so.',
        kind: 'number',
      }),
    ],
  ];
  return turns[turn]!;
};

export interface Played {
  readonly study: Study;
  readonly log: readonly StudyEvent[];
  readonly told: readonly ClaudeEvent[];
  readonly meter: ReturnType<typeof createClaudeResearcher>['meter'];
}

export interface Play extends Partial<ClaudeOptions> {
  readonly experiments?: number;
  readonly runner?: TrialRunner;
  readonly baseline?: ProgramSource;
  readonly signal?: AbortSignal;
  /** Goes on with the study where the history has it. */
  readonly history?: History;
  /** What others do meanwhile, as a team would tell it. */
  readonly around?: Around;
  /** Before the study begins. */
  readonly prepare?: (researcher: ClaudeResearcher) => void;
}

/** A study of the claude researcher against a stand-in, in a world where trials are fake. */
export async function play(
  standIn: StandIn,
  {
    experiments = 1,
    runner = new Bench(),
    baseline = scoring(3),
    signal,
    history = createMemoryHistory(),
    around,
    prepare,
    ...options
  }: Play = {},
): Promise<Played> {
  const told: ClaudeEvent[] = [];
  const begun = (await history.events('study-1')).length > 0;
  let now = 1_000_000;
  const researcher = createClaudeResearcher({
    key: STAND_IN_KEY,
    baseURL: standIn.url,
    model: 'claude-sonnet-5-5',
    clock: virtualClock(),
    ...options,
    tell: (event, member) => {
      told.push(event);
      options.tell?.(event, member);
    },
  });
  prepare?.(researcher);
  const study = await runStudy({
    study: begun ? 'study-1' : { id: 'study-1', task: TASK, taskId: 'abc', baseline },
    device: 'cpu',
    researcher: around
      ? {
          name: 'claude',
          propose: (study, stop, inspect) => researcher.propose(study, stop, inspect, around),
        }
      : researcher,
    runner,
    history,
    limits: { experiments },
    now: () => now++,
    patience: () => 0,
    calm: () => 0,
    ...(signal && { signal }),
  });
  return { study, log: await history.events('study-1'), told, meter: researcher.meter };
}
