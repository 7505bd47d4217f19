import { createMemoryHistory } from '../../../../../src/agent/history/memory';
import { runStudy } from '../../../../../src/agent/loop/run';
import type { ClaudeEvent } from '../../../../../src/agent/researchers/claude';
import { Meter } from '../../../../../src/agent/researchers/claude/meter';
import {
  createClaudeCritic,
  createClaudeDirector,
  type RoleOptions,
} from '../../../../../src/agent/researchers/claude/roles';
import type { Note, Researcher, Study, StudyEvent } from '../../../../../src/agent/study';
import type { ProgramSource } from '../../../../../src/model/programs/program';
import { call, type Part, type ScriptRequest } from '../../../../standin/reply';
import { STAND_IN_KEY, type StandIn } from '../../../../standin/server';
import { TASK } from '../../../fixtures';
import { FakeRunner, fakeInspection, proposalOf, scoring } from '../../../loop/world';
import { virtualClock } from '../lab';

export const go = (remark = '') =>
  call('judge', { decision: 'go', ground: 'none', reason: remark });
export const object = (ground: string, reason: string) =>
  call('judge', { decision: 'object', ground, reason });
export const insight = (text: string, ...experiments: string[]) =>
  call('write_insight', { insight: text, experiments });
export const directions = (...sentences: readonly (readonly [string, string])[]) =>
  call('set_directions', {
    directions: sentences.map(([family, direction]) => ({ family, direction })),
  });

/** Which question a request asks, by what it ends with. */
export function questionOf({ lastText }: ScriptRequest): string {
  return /one call of (\w+)/.exec(lastText.slice(-300))?.[1] ?? '';
}

/** A critic that lets everything go and learns something of everything, and a director with two ideas. */
export const willing = (request: ScriptRequest): Part[] => {
  const tools = (request.body.tools ?? []).map((tool) => ('name' in tool ? tool.name : ''));
  if (tools.includes('set_directions')) {
    return [
      directions(
        ['optimizer', 'Larger steps, since the first ones helped.'],
        ['init', 'Smaller beginnings.'],
      ),
    ];
  }
  const asksToLearn = JSON.stringify(request.body.messages).includes('What did it teach?');
  return [asksToLearn ? insight('Lower numbers are lower.', '0') : go()];
};

export interface RolesPlay extends Partial<RoleOptions> {
  readonly programs?: readonly ProgramSource[];
  readonly baseline?: ProgramSource;
  readonly brief?: string;
  readonly hypothesis?: string;
}

export interface PlayedRoles {
  readonly study: Study;
  readonly log: readonly StudyEvent[];
  readonly told: readonly ClaudeEvent[];
  readonly meter: Meter;
  readonly objections: readonly string[];
  readonly remarks: readonly string[];
  /** What the director said, each time. */
  readonly directed: readonly (readonly string[])[];
}

/**
 * A study whose proposals are given, read by the critic before their trials and after their verdicts, with
 * directions asked for at its beginning and its end. What the critic objects to gets no trial.
 */
export async function playRoles(
  standIn: StandIn,
  { programs = [scoring(2.9)], baseline = scoring(3), brief, hypothesis, ...more }: RolesPlay = {},
): Promise<PlayedRoles> {
  const told: ClaudeEvent[] = [];
  const objections: string[] = [];
  const remarks: string[] = [];
  const directed: (readonly string[])[] = [];
  let write: (note: Note) => Promise<void> = async () => {};
  const options: RoleOptions = {
    key: STAND_IN_KEY,
    baseURL: standIn.url,
    model: 'claude-sonnet-5-5',
    clock: virtualClock(),
    meter: new Meter(),
    tell: (event) => told.push(event),
    ...more,
  };
  const critic = createClaudeCritic({
    ...options,
    inspect: async (program) => fakeInspection(program),
    note: (note) => write(note),
  });
  const director = createClaudeDirector(options);
  const left = [...programs];
  const direct = async (study: Study, signal: AbortSignal) => {
    directed.push(
      await director.direct(study, signal).catch((error) => [`none: ${error.message}`]),
    );
  };
  const researcher: Researcher = {
    name: 'local',
    async propose(study, signal) {
      const last = study.experiments.at(-1)!;
      await critic.learn!(last, study, signal);
      if (last.number === 0) await direct(study, signal);
      for (;;) {
        const program = left.shift();
        if (!program) {
          await direct(study, signal);
          return null;
        }
        const idea = proposalOf(study, program, `idea ${programs.length - left.length}`);
        const proposal = hypothesis === undefined ? idea : { ...idea, hypothesis };
        const { objection, remark } = await critic.read(proposal, study, signal);
        if (remark !== null) remarks.push(remark);
        if (objection === null) return proposal;
        objections.push(objection);
      }
    },
  };
  const history = createMemoryHistory();
  let now = 1_000_000;
  const study = await runStudy({
    study: { id: 'study-1', task: TASK, taskId: 'abc', baseline, ...(brief && { brief }) },
    device: 'cpu',
    researcher,
    runner: new FakeRunner(),
    history,
    onOpen: (writer) => {
      write = writer;
    },
    now: () => now++,
    patience: () => 0,
    calm: () => 0,
  });
  const log = await history.events('study-1');
  return { study, log, told, meter: critic.meter, objections, remarks, directed };
}
