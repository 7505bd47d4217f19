import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/agent/power/judge';
import { TASK } from '../fixtures';
import { FakeRunner } from '../loop/world';
import { find, resultOf } from './world';

const EFFECTS = { wide: [-0.1, -0.4], deep: [-0.1, -0.3], gate: [0.05, -0.5] } as const;

/** A study of its own, for the edit that was found on top of these. */
async function judged(kind: string, ...on: string[]) {
  const { found } = await find(EFFECTS);
  const edit = found.find((each) => each.kind === kind && each.on.join() === on.join())!;
  const programs: string[] = [];
  const runner = new FakeRunner((request) => {
    programs.push(request.program.model);
    return resultOf(EFFECTS, request);
  });
  const study = { id: 'p-1', task: TASK, taskId: 't' };
  return { runner, programs, ...(await judge(edit, study, 'cpu', runner)) };
}

describe('the judgement of a known edit', () => {
  it('is the verdict of the real loop, with its cost', async () => {
    const { verdict, trials, incumbentTrials, runner, edit } = await judged('wide');
    expect(verdict.decision).toBe('keep');
    const candidate = runner.ended.filter((id) => id.startsWith('p-1.1.'));
    expect(candidate).toHaveLength(trials);
    expect(runner.ended).toHaveLength(4 + trials + incumbentTrials);
    // It was judged on seeds that it was not found on.
    for (const { seed } of [...edit.long, ...edit.short!]) {
      expect(runner.ended.some((id) => id.endsWith(`.${seed}`))).toBe(false);
    }
  });

  it('has the program that it edits as the first incumbent', async () => {
    const { programs, verdict } = await judged('deep', 'wide');
    expect(new Set(programs)).toEqual(new Set(['wide', 'wide deep']));
    expect(verdict.decision).toBe('keep');
  });

  it('turns down what does not help at the budget', async () => {
    expect((await judged('gate')).verdict.decision).toBe('discard');
  });
});
