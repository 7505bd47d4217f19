import { describe, expect, it } from 'vitest';
import { planFollowUp } from '../../../src/agent/followups/plan';
import type { Study } from '../../../src/agent/study';
import { presetNamed } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { TASK, verdict } from '../fixtures';

const BASE = presetNamed('microgpt')!.source;
const inModel = (p: ProgramSource, from: string, to: string) => {
  expect(p.model).toContain(from);
  return { ...p, model: p.model.replace(from, to) };
};
const inOptimizer = (p: ProgramSource, from: string, to: string) => {
  expect(p.optimizer).toContain(from);
  return { ...p, optimizer: p.optimizer.replace(from, to) };
};

function studyOf(...programs: ProgramSource[]): Study {
  return {
    id: 's',
    task: TASK,
    taskId: 't',
    device: 'cpu',
    createdAt: 0,
    baseline: BASE,
    experiments: [BASE, ...programs].map((program, number) => ({
      id: String(number),
      number,
      title: number === 0 ? 'baseline' : `change ${number}`,
      hypothesis: '',
      kind: 'x',
      program,
      parent: number === 0 ? null : String(number - 1),
      researcher: 'local',
      trials: [],
      verdict: verdict(),
      startedAt: 0,
      endedAt: 0,
    })),
    incumbent: String(programs.length),
    inFlight: null,
    refusals: [],
    followUps: [],
    status: 'finished',
    ending: '',
  } as unknown as Study;
}

describe('attribution', () => {
  const one = inModel(BASE, 'layers: 1', 'layers: 2');
  const two = inModel(one, 'width: 16', 'width: 32');
  const three = inOptimizer(two, 'learningRate = 0.01', 'learningRate = 0.02');

  it('leaves each change out and keeps the others, in one line too', () => {
    const { arms, notes, comparisons } = planFollowUp(studyOf(one, two, three), {
      kind: 'attribution',
    });
    expect(notes).toEqual([]);
    expect(arms.map(({ id }) => id)).toEqual(['final', 'without-1', 'without-2', 'without-3']);
    expect(arms[1]!.program.model).toContain('layers: 1, width: 32');
    expect(arms[2]!.program.model).toContain('layers: 2, width: 16');
    expect(arms[2]!.program.optimizer).toBe(three.optimizer);
    expect(arms[3]!.program).toEqual(two);
    expect(comparisons.every(({ arm }) => arm === 'final')).toBe(true);
  });

  it('says where a later change rewrote the same place, and where nothing is left', () => {
    const again = inOptimizer(three, 'learningRate = 0.02', 'learningRate = 0.04');
    const back = inModel(again, 'layers: 2', 'layers: 1');
    const { arms, notes } = planFollowUp(studyOf(one, two, three, again, back), {
      kind: 'attribution',
    });
    expect(notes).toEqual([
      'The final program without #1 change 1 cannot be built: nothing of it is left in the final program.',
      'The final program without #3 change 3 cannot be built: a later change rewrote the same place in optimizer.ts.',
    ]);
    expect(arms.map(({ id }) => id)).toEqual(['final', 'without-2', 'without-4', 'without-5']);
  });
});

describe('transfer', () => {
  it('trains both for longer, and both larger by the same rule', () => {
    const final = inModel(BASE, 'width: 16', 'width: 24');
    const { arms } = planFollowUp(studyOf(final), { kind: 'transfer' });
    expect(arms.map(({ budget }) => budget)).toEqual(Array(4).fill({ unit: 'seconds', amount: 3 }));
    expect(arms.map(({ program }) => /layers: \d+, width: \d+/.exec(program.model)![0])).toEqual([
      'layers: 1, width: 16',
      'layers: 1, width: 24',
      'layers: 2, width: 32',
      'layers: 2, width: 48',
    ]);
  });

  it('says when the size cannot be scaled', () => {
    const final = inModel(BASE, 'width: 16', 'width: 4 * 4');
    const { arms, notes } = planFollowUp(studyOf(final), { kind: 'transfer' });
    expect(arms).toHaveLength(2);
    expect(notes).toEqual([
      'There is no larger pair: the config of the final program has no width and layers as plain numbers.',
    ]);
  });
});
