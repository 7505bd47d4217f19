import { describe, expect, it } from 'vitest';
import { lessonsOf, lessonWith, nearMissesOf } from '../../../src/agent/memory/insights';
import type { Ground, Verdict } from '../../../src/agent/study';
import { studyOf } from '../studies';

const moved = (
  decision: Verdict['decision'],
  ground: Ground,
  mean: number,
  seeds: number,
  p: number | null,
) => ({ decision, ground, mean, seeds, p });

describe('lessonsOf', () => {
  it('merges experiments of one kind into one sentence with links to the evidence', () => {
    const study = studyOf([
      {
        kind: 'learning-rate',
        title: 'learning rate 0.01 -> 0.02',
        ...moved('keep', 'better', -0.05, 4, 0.003),
      },
      {
        kind: 'softcap',
        title: 'softcap 15',
        ...moved('inconclusive', 'near miss', -0.004, 5, 0.04),
      },
      {
        kind: 'learning-rate',
        title: 'learning rate 0.02 -> 0.04',
        ...moved('discard', 'worse', 0.0123, 1, null),
      },
    ]);
    expect(lessonsOf(study)).toEqual([
      {
        kind: 'learning-rate',
        text: 'learning rate 0.01 -> 0.02: kept, better by 0.050 bpb (4 seeds, p = 0.003) [#1]; 0.02 -> 0.04: worse by 0.012 bpb (1 seed) [#3].',
        experiments: ['1', '3'],
        outcomes: { kept: 1, worse: 1 },
      },
      {
        kind: 'softcap',
        text: 'softcap 15: a near miss, better by 0.004 bpb (5 seeds, p = 0.040), so that luck is not ruled out [#2].',
        experiments: ['2'],
        outcomes: { 'near miss': 1 },
      },
    ]);
    expect(lessonWith(study, '3')?.kind).toBe('learning-rate');
    expect(lessonWith(study, '0')).toBeNull();
    expect(nearMissesOf(study).map(({ id }) => id)).toEqual(['2']);
  });

  it('tells failures in words, and keeps a long record short', () => {
    const crash = studyOf([
      {
        title: 'no norms',
        decision: 'crash',
        ground: 'crash',
        reason: 'exploded: the loss left the rails at step 7; it was 31 nats.\nmore',
      },
    ]);
    expect(lessonsOf(crash)[0]!.text).toBe(
      'no norms: crashed: exploded: the loss left the rails at step 7 [#1].',
    );
    const many = studyOf(
      Array.from({ length: 9 }, (_, i) => ({
        title: `width ${i}`,
        kind: 'width',
        ...(i === 0
          ? moved('keep', 'better', -0.1, 3, 0.001)
          : moved('discard', 'no better', 0, 2, 0.5)),
      })),
    );
    const [lesson] = lessonsOf(many);
    expect(lesson!.text).toMatch(
      /^width 0: kept, better by 0\.100 bpb .*\[#1\]; 5: .*; before: 4 no gain\.$/,
    );
    expect(lesson!.experiments.length).toBe(9);
  });

  it('says nothing of what has no verdict, nor of the baseline', () => {
    expect(lessonsOf(studyOf([{ title: 'open', decision: null }]))).toEqual([]);
    const same = studyOf([{ title: 'renamed', decision: 'discard', ground: 'the same' }]);
    expect(lessonsOf(same)[0]!.text).toBe('renamed: computes exactly what its rival did [#1].');
  });
});
