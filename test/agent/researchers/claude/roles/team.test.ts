import { expect, it } from 'vitest';
import { createMemoryHistory } from '../../../../../src/agent/history/memory';
import { runStudy } from '../../../../../src/agent/loop/run';
import { createClaudeResearcher, Meter } from '../../../../../src/agent/researchers/claude';
import {
  createClaudeCritic,
  createClaudeDirector,
} from '../../../../../src/agent/researchers/claude/roles';
import type { Note } from '../../../../../src/agent/study';
import { createTeam } from '../../../../../src/agent/team/team';
import { call, type Part, type ScriptRequest } from '../../../../standin/reply';
import { STAND_IN_KEY } from '../../../../standin/server';
import { TASK } from '../../../fixtures';
import { scoring } from '../../../loop/world';
import { Bench, standInOf, virtualClock } from '../lab';
import { object, willing } from './lab';

/** Two researchers that write a lower number each time they begin or are sent back. */
function writing(): (request: ScriptRequest) => Part[] {
  let tenths = 30;
  return ({ turn }) => {
    if (turn % 2 === 1) {
      return [
        call('propose', { title: `bpb ${tenths / 10}`, hypothesis: 'Lower.', kind: 'number' }),
      ];
    }
    tenths--;
    return [call('write_file', { file: 'model.ts', content: scoring(tenths / 10).model })];
  };
}

it('plays beside researchers in a team: directions are dealt, an objection is answered, insights are kept', async () => {
  const write = writing();
  let objected = false;
  const standIn = await standInOf({
    script: (request) => {
      const tools = (request.body.tools ?? []).map((tool) => ('name' in tool ? tool.name : ''));
      if (tools.includes('propose')) return write(request);
      if (request.lastText.includes('one call of judge') && !objected) {
        objected = true;
        return [object('duplicate', 'As #0; write a lower number.')];
      }
      return willing(request);
    },
  });
  const meter = new Meter();
  const shared = {
    key: STAND_IN_KEY,
    baseURL: standIn.url,
    model: 'claude-sonnet-5-5',
    clock: virtualClock(),
    meter,
  };
  const runner = new Bench();
  const history = createMemoryHistory();
  let writeNote: (note: Note) => Promise<void> = async () => {};
  const note = (each: Note) => writeNote(each);
  const team = createTeam({
    members: [1, 2].map((i) => createClaudeResearcher({ ...shared, id: `claude-${i}` })),
    critic: createClaudeCritic({ ...shared, inspect: runner.inspect, note }),
    director: createClaudeDirector({ ...shared, model: 'claude-haiku-4-5' }),
    note,
  });
  const study = await runStudy({
    study: { id: 'study-1', task: TASK, taskId: 'abc', baseline: scoring(3) },
    device: 'cpu',
    researcher: team,
    runner,
    history,
    limits: { experiments: 4 },
    onOpen: (writer) => {
      writeNote = writer;
    },
    patience: () => 0,
    calm: () => 0,
  });
  expect(standIn.scriptErrors).toEqual([]);
  expect(standIn.violations).toEqual([]);
  expect(study).toMatchObject({ status: 'finished' });
  expect(study.experiments).toHaveLength(5);
  expect(study.directions?.map(({ text, author }) => [author, text])).toEqual([
    ['claude', 'Larger steps, since the first ones helped.'],
    ['claude', 'Smaller beginnings.'],
  ]);
  const sent = standIn.requests.map(({ rawBody }) => rawBody).join('\n');
  expect(sent).toContain('the critic objects: duplicate: As #0; write a lower number.');
  expect(study.insights.map(({ experiments }) => experiments[0]).sort()).toEqual(
    study.experiments.slice(1).map(({ id }) => id),
  );
  for (const { experiments, author } of study.insights) {
    expect(author).toBe('claude');
    expect(experiments.at(-1)).toBe('0');
  }
  expect(meter.spent.models.map(({ model }) => model).sort()).toEqual([
    'claude-haiku-4-5',
    'claude-sonnet-5-5',
  ]);
}, 30_000);
