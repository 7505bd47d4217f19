import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createLocalResearcher, EDITS } from '../../../src/agent/researchers/local';
import { inOrder, recordsOf } from '../../../src/agent/researchers/local/bandit';
import { textOf } from '../../../src/agent/researchers/local/lineage';
import { nearMissesOf } from '../../../src/agent/researchers/local/moves';
import { Random } from '../../../src/agent/researchers/local/random';
import type { Decision, Study, StudyEvent } from '../../../src/agent/study';
import { PRESETS } from '../../../src/model/programs';
import { finished, proposal, TASK, verdict } from '../fixtures';
import { FakeRunner, fakeInspection, run } from '../loop/world';

const signal = new AbortController().signal;
const baseline = PRESETS[0].source;

/** A study in which experiments of these kinds had these decisions; the baseline stays the best. */
function studyOf(
  outcomes: readonly (readonly [kind: string, decision: Decision])[],
  id = 'study-1',
) {
  const events: StudyEvent[] = [
    { type: 'study-created', at: 0, study: id, task: TASK, taskId: '', device: 'cpu', baseline },
  ];
  const all = [['baseline', 'keep'] as const, ...outcomes];
  all.forEach(([kind, decision], number) => {
    const program = number === 0 ? baseline : { ...baseline, model: `// ${number}\n` };
    const experiment = String(number);
    const ground = number === 0 ? 'baseline' : 'worse';
    events.push(
      { type: 'experiment-proposed', at: 1, experiment, proposal: proposal({ kind, program }) },
      { type: 'verdict', at: 2, experiment, verdict: verdict({ decision, ground }) },
    );
  });
  return foldStudy(events);
}

const propose = (study: Study) => createLocalResearcher().propose(study, signal);

describe('the local researcher', () => {
  it('proposes the same for the same log, and something else for another study or turn', async () => {
    const first = await propose(studyOf([]));
    expect(await propose(studyOf([]))).toEqual(first);
    expect(first).toMatchObject({ researcher: 'local', parent: '0' });
    const others = await Promise.all(
      ['study-2', 'study-3', 'study-4'].map((id) => propose(studyOf([], id))),
    );
    expect(new Set([first, ...others].map((p) => textOf(p!.program))).size).toBeGreaterThan(1);
    const next = await propose(studyOf([['width', 'discard']]));
    expect(textOf(next!.program)).not.toBe(textOf(first!.program));
  });

  it('never proposes what was tried or refused', async () => {
    let study = studyOf([]);
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const proposed = (await propose(study))!;
      expect(seen).not.toContain(textOf(proposed.program));
      seen.add(textOf(proposed.program));
      const refusal = { proposal: proposed, reason: 'no' };
      study = { ...study, refusals: [...study.refusals, refusal] };
    }
  });

  it('says when nothing is left', async () => {
    const layers = EDITS.filter(({ kind }) => kind === 'layers');
    const researcher = createLocalResearcher(layers);
    const study = studyOf([]);
    let after: Study = study;
    const titles: string[] = [];
    for (let i = 0; i < 20; i++) {
      const proposed = await researcher.propose(after, signal);
      if (!proposed) break;
      titles.push(proposed.title);
      after = { ...after, refusals: [...after.refusals, { proposal: proposed, reason: 'no' }] };
    }
    expect(titles.sort()).toEqual(['layers 1 → 2', 'layers 1 → 3']); // there is no 0
    expect(await researcher.propose(after, signal)).toBeNull();
  });

  it('runs a whole study, and no program twice', async () => {
    const runner = new FakeRunner(({ program, seed }) => {
      const rate = Number(/learningRate = ([\d.]+)/.exec(program.optimizer)?.[1]);
      const luck = (seed % 100) * 1e-3 + (textOf(program).length % 7) * 1e-3;
      return finished(2 + Math.abs(Math.log(rate / 0.03)) + luck, textOf(program));
    });
    runner.inspect = async (program) => {
      const known = fakeInspection(program);
      return known.status === 'ok' ? { ...known, graphHash: textOf(program) } : known;
    };
    const study = await run({
      runner,
      researcher: createLocalResearcher(EDITS.filter(({ family }) => family === 'optimizer')),
      study: { id: 'study-1', task: TASK, taskId: '', baseline },
      limits: { experiments: 25 },
    });
    expect(study.ending).toBe('all 25 experiments are done');
    const texts = study.experiments.map(({ program }) => textOf(program));
    expect(new Set(texts).size).toBe(26);
    // The score depends on the learning rate alone, and the researcher found that out.
    const kept = study.experiments.filter(({ verdict: v }) => v!.ground === 'better');
    expect(kept.length).toBeGreaterThan(0);
    expect(study.experiments.filter(({ kind }) => kind === 'learning-rate').length).toBeGreaterThan(
      2,
    );
  });
});

describe('near misses', () => {
  /** Experiments of these titles, all near misses, and combinations of those with these numbers. */
  function missesOf(titles: readonly string[], combined: readonly (readonly number[])[]) {
    const kinds = [...titles.map(() => 'beta1'), ...combined.map(() => 'combination')];
    const study = studyOf(kinds.map((kind) => [kind, 'inconclusive'] as const));
    const experiments = study.experiments.map((experiment, number) => {
      if (number === 0) return experiment;
      const parts = combined[number - 1 - titles.length];
      const title = parts
        ? `together: ${parts.map((part) => titles[part - 1]).join(' + ')}`
        : titles[number - 1]!;
      const hypothesis = parts
        ? parts.map((part) => `${titles[part - 1]} (experiment ${part})`).join(' and ')
        : '';
      const near = { ...experiment.verdict!, ground: 'near miss' as const };
      return { ...experiment, title, hypothesis, verdict: near };
    });
    return nearMissesOf({ ...study, experiments }).map(({ number }) => number);
  }

  it('are joined with others twice, and then no more', () => {
    expect(missesOf(['gelu', 'rope', 'lion'], [])).toEqual([1, 2, 3]);
    expect(missesOf(['gelu', 'rope', 'lion'], [[1, 2]])).toEqual([1, 2, 3]);
    expect(
      missesOf(
        ['gelu', 'rope', 'lion'],
        [
          [1, 2],
          [1, 3],
        ],
      ),
    ).toEqual([2, 3]);
  });

  it('are told apart where titles are alike: the same edit again, and a number that begins another', () => {
    const titles = ['beta1 0.85 → 0.95', 'beta1 0.85 → 0.9', 'beta1 0.85 → 0.95', 'rope'];
    expect(
      missesOf(titles, [
        [1, 4],
        [1, 4],
      ]),
    ).toEqual([2, 3]);
  });
});

describe('its choice among kinds', () => {
  it('counts a keep whole and a near miss in part, with what they gained', () => {
    const study = studyOf([
      ['width', 'discard'],
      ['lion', 'crash'],
      ['beta1', 'inconclusive'],
      ['width', 'keep'],
    ]);
    const records = recordsOf({
      ...study,
      experiments: study.experiments.map((e) => {
        const ground = { keep: 'better', inconclusive: 'near miss' }[e.verdict!.decision as 'keep'];
        if (e.kind === 'baseline' || !ground) return e;
        return { ...e, verdict: { ...e.verdict!, ground: ground as 'better' | 'near miss' } };
      }),
    });
    const { width, lion, beta1 } = Object.fromEntries(records);
    // What came before the keep was learned on another program, and counts less.
    expect(width).toMatchObject({ paid: 1, failed: 0.75, gained: 1 });
    expect(width!.gains).toBeCloseTo(0.1, 10);
    expect(lion).toEqual({ paid: 0, failed: 0.75, gains: 0, gained: 0 });
    expect(beta1!.paid).toBeCloseTo(0.4 * 0.75, 10);
  });

  it('prefers kinds that paid to unknown ones, and those to kinds that failed', () => {
    const paid = Array.from({ length: 6 }, () => ['width', 'keep'] as const);
    const failed = Array.from({ length: 6 }, () => ['lion', 'discard'] as const);
    const study = studyOf([...paid, ...failed]);
    const places: Record<string, number> = { width: 0, lion: 0, beta1: 0 };
    const turns = 200;
    for (let turn = 0; turn < turns; turn++) {
      const order = inOrder(EDITS, study, new Random('places', String(turn)));
      for (const kind of Object.keys(places)) {
        places[kind]! += order.findIndex((edit) => edit.kind === kind) / turns;
      }
    }
    expect(places.width!).toBeLessThan(places.beta1! - 5);
    expect(places.beta1!).toBeLessThan(places.lion! - 5);
  });

  it('draws from Beta distributions of the right mean and spread', () => {
    const random = new Random('beta', 'test');
    const draws = Array.from({ length: 4000 }, () => random.beta(3, 2));
    const mean = draws.reduce((sum, x) => sum + x) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(3 / 5, 1);
    expect(Math.abs(mean - 0.6)).toBeLessThan(0.01);
    expect(Math.abs(variance - (3 * 2) / (25 * 6))).toBeLessThan(0.003);
  });
});
