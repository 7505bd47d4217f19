import { runFollowUp } from '../../../src/agent/followups/run';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import type { Study } from '../../../src/agent/study';
import type { TrialRequest, TrialResult } from '../../../src/model/harness/trial';
import type { Budget } from '../../../src/model/tasks/task';
import { TASK } from '../fixtures';
import { FakeRunner, fakeResult, run, scoring } from '../loop/world';

/** A score on the sealed test where it was asked for: a little worse than the one on validation. */
export function sealedResult(request: TrialRequest): TrialResult {
  const result = fakeResult(request);
  if (result.status !== 'finished' || !request.scoreTest) return result;
  const { summary } = result;
  return { status: 'finished', summary: { ...summary, testBpb: summary.valBpb + 0.05 } };
}

/** A study that kept #1 (-0.1) and #3 (-0.2), in a history. */
export async function finishedStudy(unit: Budget['unit'] = 'seconds') {
  const history = createMemoryHistory();
  const task = { ...TASK, budget: { unit, amount: 1 } };
  const study = await run({
    history,
    study: { id: 'study-1', task, taskId: 'abc', baseline: scoring(3) },
    programs: [scoring(2.9), scoring(3.2), scoring(2.7)],
  });
  return { history, study };
}

export interface Asked extends Partial<Parameters<typeof runFollowUp>[0]> {
  readonly history: Parameters<typeof runFollowUp>[0]['history'];
}

export function follow(asked: Asked): Promise<Study> {
  let clock = 2_000_000;
  return runFollowUp({
    study: 'study-1',
    kind: 'replication',
    device: 'cpu',
    runner: new FakeRunner(sealedResult),
    now: () => clock++,
    ...asked,
  });
}
