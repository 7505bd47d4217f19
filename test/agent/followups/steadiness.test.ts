import { describe, expect, it } from 'vitest';
import { progressOf } from '../../../src/agent/followups/next';
import { resultsOf } from '../../../src/agent/followups/results';
import { repeatsOf, unsteadyTrial } from '../../../src/agent/followups/steadiness';
import { describeFollowUp } from '../../../src/agent/followups/words';
import type { Study } from '../../../src/agent/study';
import type { TrialRequest, TrialResult } from '../../../src/model/harness/trial';
import { FakeRunner } from '../loop/world';
import { finishedStudy, follow, sealedResult } from './world';

/** A machine that takes `slower` times as long for the trials of these calls, and whose scores suffer. */
function machine(slower: (call: number) => number) {
  return new FakeRunner((request: TrialRequest, call: number): TrialResult => {
    const result = sealedResult(request);
    if (result.status !== 'finished') return result;
    const times = slower(call);
    const { summary } = result;
    return {
      status: 'finished',
      summary: {
        ...summary,
        valBpb: summary.valBpb + (times - 1),
        steps: Math.round(1000 / times),
        trainingSeconds: 10,
        pace: { reference: 0.1 * times, lost: 0 },
      },
    };
  });
}

const SEEDS = 4;
const TRIALS = 3 * SEEDS;
const only = ({ followUps }: Study) => followUps[0]!;

async function followed(slower: (call: number) => number, budget: 'seconds' | 'steps' = 'seconds') {
  const { history } = await finishedStudy(budget);
  const runner = machine(slower);
  const study = await follow({ history, runner, seeds: SEEDS });
  return { runner, followUp: only(study) };
}

describe('a follow-up on a machine that wavers', () => {
  it('runs a trial again whose pace was another, and counts the later one', async () => {
    const calm = await followed(() => 1);
    const { runner, followUp } = await followed((call) => (call === 4 ? 1.5 : 1));
    expect(runner.ended).toHaveLength(TRIALS + 1);
    expect(runner.ended.at(-1)).toBe(`${runner.ended[4]}.2`);
    expect(resultsOf(followUp)).toEqual(resultsOf(calm.followUp));
    expect(repeatsOf(followUp)).toBe(1);
    expect(progressOf(followUp)).toEqual({ done: TRIALS + 1, all: TRIALS + 1 });
    expect(describeFollowUp(followUp)).toMatch(/1 trials? (was|were) run again/);
    expect(calm.runner.ended).toHaveLength(TRIALS);
    expect(describeFollowUp(calm.followUp)).not.toMatch(/run again/);
  });

  it('leaves what stays within the widths of a calm machine', async () => {
    const { runner } = await followed((call) => (call % 2 === 0 ? 1.05 : 1));
    expect(runner.ended).toHaveLength(TRIALS);
  });

  it('ends where a trial never finds the pace of the others: after two more runs', async () => {
    const { runner, followUp } = await followed((call) => (call === 4 || call >= TRIALS ? 2 : 1));
    expect(runner.ended).toHaveLength(TRIALS + 2);
    expect(followUp.status).toBe('ended');
    expect(unsteadyTrial(followUp)).toBeNull();
  });

  it('runs the few of the old pace again where the machine settled at another', async () => {
    const { runner, followUp } = await followed((call) => (call < 2 ? 1.5 : 1));
    expect(runner.ended).toHaveLength(TRIALS + 2);
    expect(followUp.status).toBe('ended');
  });

  it('does not mind the pace where the budget is not a time', async () => {
    const { runner } = await followed((call) => (call === 4 ? 1.5 : 1), 'steps');
    expect(runner.ended).toHaveLength(TRIALS);
  });
});
