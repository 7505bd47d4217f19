import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { Study } from '../../../src/agent/study';
import type { TrialRequest } from '../../../src/model/harness/trial';
import { finished } from '../fixtures';
import {
  crashing,
  FakeRunner,
  fakeInspection,
  fakeResult,
  graphOf,
  proposalOf,
  run,
  scoring,
} from './world';

const decisions = (study: Study) => study.experiments.map(({ verdict }) => verdict?.ground);

/** Proposes these in turn, whatever becomes of them. */
function persistent(programs: ReturnType<typeof scoring>[]) {
  let next = 0;
  return {
    name: 'local',
    propose: async (study: Study) => {
      const program = programs[next++];
      return program ? proposalOf(study, program, `idea ${next}`) : null;
    },
  } as const;
}

describe('programs that compute the same', () => {
  it('are refused without a trial, whatever the text and however the first one ended', async () => {
    const runner = new FakeRunner();
    const worse = scoring(3.3);
    const history = createMemoryHistory();
    const study = await run({
      history,
      runner,
      researcher: persistent([worse, { ...worse, model: `/* again */ ${worse.model}` }]),
    });
    expect(decisions(study)).toEqual(['baseline', 'worse']);
    const refused = (await history.events('study-1')).filter((e) => e.type === 'proposal-refused');
    expect(refused).toMatchObject([
      {
        reason: expect.stringMatching(
          /^it computes exactly what experiment 1 .* computed: discard/,
        ),
      },
    ]);
    expect(runner.ended.filter((id) => id.startsWith('study-1.2'))).toEqual([]);
  });

  it('are refused after one of them crashed in training, by the hash of its inspection', async () => {
    const runner = new FakeRunner((request) =>
      request.program.model.includes('3.3')
        ? { status: 'crashed', crash: { kind: 'exploded', message: 'boom' }, curve: [] }
        : fakeResult(request),
    );
    const worse = scoring(3.3);
    const study = await run({
      runner,
      researcher: persistent([worse, { ...worse, optimizer: `/* again */${worse.optimizer}` }]),
    });
    expect(decisions(study)).toEqual(['baseline', 'crash']);
    expect(study.experiments[1]!.graphHash).toBe(graphOf(worse));
  });

  it('are kept when they equal the incumbent with fewer tokens of source', async () => {
    const baseline = { model: 'export const bpb = 3; const unused = 1 + 1 + 1;', optimizer: '' };
    const runner = new FakeRunner(() => finished(3, 'one graph'));
    runner.inspect = async (program) => ({ ...ok(program), graphHash: 'one graph' });
    const study = await run({
      study: { id: 'study-1', task: (await run()).task, taskId: '', baseline },
      runner,
      researcher: persistent([{ model: 'export const bpb = 3;', optimizer: '' }]),
    });
    expect(decisions(study)).toEqual(['baseline', 'simpler']);
  });
});

describe('an inspection', () => {
  it('that crashes leaves the telling to the trial', async () => {
    const study = await run({ researcher: persistent([crashing]) });
    expect(study.experiments[1]).toMatchObject({
      verdict: { decision: 'crash', reason: 'trace: it broke' },
    });
    expect(study.experiments[1]!.graphHash).toBeUndefined();
  });

  it('that fails or is void does not stand in the way', async () => {
    const runner = new FakeRunner();
    const answers = [
      () => Promise.reject(new Error('the worker died')),
      async () => ({ status: 'void', reason: 'the device was lost' }) as const,
    ];
    runner.inspect = () => answers.shift()!();
    const study = await run({ runner, researcher: persistent([scoring(3.3), scoring(3.4)]) });
    expect(decisions(study)).toEqual(['baseline', 'worse', 'worse']);
  });
});

describe('the sealed test', () => {
  it('is never asked for by the loop', async () => {
    const asked: TrialRequest[] = [];
    const runner = new FakeRunner((request) => {
      asked.push(request);
      return fakeResult(request);
    });
    await run({ runner, researcher: persistent([scoring(2.9), scoring(3.3), crashing]) });
    expect(asked.length).toBeGreaterThan(6);
    for (const request of asked) expect(Object.keys(request)).not.toContain('scoreTest');
  });
});

function ok(program: ReturnType<typeof scoring>) {
  const inspection = fakeInspection(program);
  if (inspection.status !== 'ok') throw new Error('it crashed');
  return inspection;
}
