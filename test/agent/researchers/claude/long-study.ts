import { createMemoryHistory } from '../../../../src/agent/history/memory';
import { runStudy } from '../../../../src/agent/loop/run';
import {
  type ClaudeResearcher,
  createClaudeResearcher,
  Meter,
} from '../../../../src/agent/researchers/claude';
import type { Study } from '../../../../src/agent/study';
import { createTeam } from '../../../../src/agent/team/team';
import { presetNamed } from '../../../../src/model/programs';
import { call, type Part, type ScriptRequest, say, think } from '../../../standin/reply';
import { STAND_IN_KEY, type StandIn } from '../../../standin/server';
import { TASK } from '../../fixtures';
import { Bench, standInOf, virtualClock } from './lab';

/** The `gpt` preset, with a line that says how well it will do. */
const { source } = presetNamed('gpt')!;
const BASELINE = { ...source, model: `${source.model}\nexport const bpb = 3;\n` };

/** Reads, breaks the program, repairs it, checks and proposes a little less than what it read. */
function improving(): (request: ScriptRequest) => Part[] {
  const read = new Map<number, number>();
  return ({ conversation, turn, results }) => {
    const found = /export const bpb = ([\d.]+);/.exec(results[0]?.text ?? '')?.[1];
    if (turn === 1) read.set(conversation, Number(found));
    const from = String(read.get(conversation));
    const to = (Number(from) - 0.02 - 0.0001 * conversation).toFixed(4);
    const edit = (old: string, fresh: string) =>
      call('replace', { file: 'model.ts', old, new: fresh });
    const turns = [
      [think('What is there?'), say('I read it first.'), call('read_program', {})],
      [edit(`bpb = ${from};`, 'bpb = oops;')],
      [call('check', {})],
      [edit('bpb = oops;', `bpb = ${to};`)],
      [call('check', {})],
      [call('propose', { title: `bpb ${to}`, hypothesis: 'Less is less.', kind: 'number' })],
    ];
    return turns[turn]!;
  };
}

export interface LongStudy {
  readonly study: Study;
  readonly standIn: StandIn;
  readonly meter: Meter;
}

/** A study of 20 experiments with programs as long as real ones, by a team of so many members. */
export async function longStudy(members: number): Promise<LongStudy> {
  const standIn = await standInOf({ script: improving() });
  const meter = new Meter();
  const researchers = Array.from(
    { length: members },
    (_, i): ClaudeResearcher =>
      createClaudeResearcher({
        key: STAND_IN_KEY,
        baseURL: standIn.url,
        model: 'claude-sonnet-5-5',
        clock: virtualClock(),
        id: `claude-${i + 1}`,
        meter,
      }),
  );
  let now = 1_000_000;
  const study = await runStudy({
    study: { id: 'study-1', task: TASK, taskId: 'abc', baseline: BASELINE },
    device: 'cpu',
    researcher: createTeam({ members: researchers }),
    runner: new Bench(),
    history: createMemoryHistory(),
    limits: { experiments: 20 },
    now: () => now++,
    patience: () => 0,
    calm: () => 0,
  });
  return { study, standIn, meter };
}
