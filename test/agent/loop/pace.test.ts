import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { isWide, WIDTHS } from '../../../src/agent/loop/band';
import { eraOf } from '../../../src/agent/loop/eras';
import { bandNow, PACE } from '../../../src/agent/loop/pace';
import type { Study } from '../../../src/agent/study';
import { noiseOf, pooled } from '../../../src/agent/verdicts/noise';
import { hashName, normalAt, threefry2x32 } from '../../../src/kernels/random/threefry';
import type { TrialRequest, TrialResult } from '../../../src/model/harness/trial';
import { TASK } from '../fixtures';
import { FakeRunner, fakeResult, run, scoring } from './world';

interface Machine {
  readonly reference?: number;
  readonly lost?: number;
  /** Seconds for the ten steps of a trial. */
  readonly seconds?: number;
}

/** A fake trial on a machine in this state. */
function trialOn({ reference = 0.1, lost = 0.02, seconds = 1 }: Machine, request: TrialRequest) {
  const result = fakeResult(request);
  if (result.status !== 'finished') return result;
  const pace = { reference, lost };
  return { ...result, summary: { ...result.summary, pace, trainingSeconds: seconds } };
}

/** A runner on a machine whose state depends on the number of the trial, counted from 0. */
function machine(state: (call: number) => Machine): FakeRunner {
  return new FakeRunner((request, call): TrialResult => trialOn(state(call), request));
}

const voids = (study: Study) =>
  study.experiments.flatMap(({ trials }) =>
    trials.flatMap(({ result }) => (result.status === 'void' ? [result.reason] : [])),
  );
const grounds = (study: Study) => study.experiments.map(({ verdict }) => verdict?.ground);

describe('the pace of the machine', () => {
  it('leaves alone what stays in the band', async () => {
    const wobble = [1, 1.06, 0.95, 1.05, 0.96];
    const runner = machine((call) => ({
      reference: 0.1 * wobble[call % 5]!,
      seconds: wobble[(call + 2) % 5]!,
      lost: 0.09 * (call % 2),
    }));
    const study = await run({ runner, programs: [scoring(2.9), scoring(3.3)] });
    expect(voids(study)).toEqual([]);
    expect(grounds(study)).toEqual(['baseline', 'better', 'worse']);
  });

  it.each<[string, Machine, RegExp]>([
    ['slower', { reference: 0.14 }, /^the machine was 40% slower .* 0\.140 ms, not 0\.100 ms/],
    ['faster', { reference: 0.07 }, /^the machine was 43% faster/],
    ['held up', { lost: 0.2 }, /^training was held up for 20% of its time, and 10% are allowed/],
  ])('makes one trial void on a machine that was %s, and runs it again', async (_, odd, reason) => {
    const runner = machine((call) => (call === 4 ? odd : {}));
    const study = await run({ runner, programs: [scoring(2.9)] });
    expect(voids(study)).toEqual([expect.stringMatching(reason)]);
    expect(grounds(study)).toEqual(['baseline', 'better']);
    expect(eraOf(study)).toBe(0);
  });

  it('makes a trial void whose program left the pace of its own other trials', async () => {
    const odd = new Set<string>();
    const runner = new FakeRunner((request) => {
      const own = request.id.includes('.1.');
      const first = own && odd.size === 0;
      if (own && !first && odd.size === 1 && odd.add(request.id)) {
        return trialOn({ seconds: 2 * 1.3 }, request);
      }
      if (first) odd.add(request.id);
      // Twice as slow as the baseline, which is the program's own affair.
      return trialOn({ seconds: own ? 2 : 1 }, request);
    });
    const study = await run({ runner, programs: [scoring(2.9)] });
    expect(voids(study)).toEqual([
      expect.stringMatching(
        /^this program trained 30% slower than in its other trials \(3\.85 steps/,
      ),
    ]);
    expect(grounds(study)).toEqual(['baseline', 'better']);
  });

  it('matters to timed budgets alone, and not where it was not measured', async () => {
    const wild = (call: number) => ({ reference: 0.1 * 3 ** (call % 3), lost: 0.5 });
    const task = { ...TASK, budget: { unit: 'tokens', amount: 1000 } } as const;
    const study = await run({
      study: { id: 'study-1', task, taskId: 'abc', baseline: scoring(3) },
      runner: machine(wild),
      programs: [scoring(2.9)],
    });
    expect(voids(study)).toEqual([]);
    expect(voids(await run({ programs: [scoring(2.9)] }))).toEqual([]);
  });
});

describe('a machine that settles at another pace', () => {
  const slowFrom = (from: number) =>
    machine((call) => (call >= from ? { reference: 0.2, seconds: 2 } : {}));

  it('begins a new era: the incumbent runs again, and scores of one era alone are compared', async () => {
    const history = createMemoryHistory();
    const usual = await run({ programs: [scoring(2.9), scoring(2.8)] });
    const study = await run({
      history,
      runner: slowFrom(4),
      programs: [scoring(2.9), scoring(2.8)],
    });
    expect(voids(study)).toHaveLength(PACE.voids);
    expect(study.recalibrations).toMatchObject([{ reference: 0.2, band: WIDTHS.reference }]);
    expect(study.recalibrations![0]!.reason).toMatch(
      /^3 trials in a row showed another pace of the machine/,
    );
    expect(grounds(study)).toEqual(grounds(usual));
    const seedsIn = (experiment: number, era: number) =>
      study.experiments[experiment]!.trials.flatMap((trial) =>
        trial.result.status === 'finished' && (trial.era ?? 0) === era ? [trial.seed] : [],
      );
    const compared = study.experiments[1]!.verdict!.evidence.differences.map(({ seed }) => seed);
    for (const seed of compared) {
      expect(seedsIn(0, 1)).toContain(seed);
      expect(seedsIn(1, 1)).toContain(seed);
    }
    const ids = study.experiments.flatMap(({ trials }) => trials.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(foldStudy(await history.events('study-1'))).toEqual(study);
  });

  it('is recognised on resuming too, wherever the study was killed', async () => {
    const whole = createMemoryHistory();
    const study = await run({ history: whole, runner: slowFrom(5), programs: [scoring(2.9)] });
    const events = await whole.events('study-1');
    for (let cut = 2; cut < events.length; cut++) {
      const history = createMemoryHistory();
      for (const event of events.slice(0, cut)) await history.append('study-1', event);
      const done = events.slice(0, cut).filter(({ type }) => type === 'trial-ended').length;
      const resumed = await run({
        history,
        study: 'study-1',
        runner: slowFrom(5 - done),
        programs: [scoring(2.9)],
      });
      expect(grounds(resumed)).toEqual(grounds(study));
      expect(eraOf(resumed)).toBe(1);
    }
  });

  it('takes what it loses to hold-ups for granted when every trial loses as much', async () => {
    const runner = machine((call) => (call < 4 ? {} : { lost: 0.3 + 0.01 * (call % 2) }));
    const study = await run({ runner, programs: [scoring(2.9)] });
    expect(eraOf(study)).toBe(1);
    expect(study.recalibrations![0]!.lost).toBeGreaterThan(0.31);
    expect(grounds(study)).toEqual(['baseline', 'better']);
  });
});

describe('a machine that never settles', () => {
  it('leaves nothing to be compared with once it has calmed down, so that calm is no gain', async () => {
    // Restless for a while, in which every program does badly; then calm, in which each does well.
    const restless = (call: number) => call >= 4 && call < 24;
    const runner = new FakeRunner((request, call) => {
      const state = restless(call)
        ? {
            reference: 0.1 * [1.3, 1.75, 0.7][call % 3]!,
            seconds: 1.3 + 0.3 * (call % 2),
            lost: 0.3,
          }
        : {};
      const result = trialOn(state, request);
      if (result.status !== 'finished' || !restless(call)) return result;
      return { ...result, summary: { ...result.summary, valBpb: result.summary.valBpb + 0.5 } };
    });
    const same = Array.from({ length: 12 }, (_, i) => scoring(3, `no better ${i}`));
    const study = await run({ runner, programs: same });
    expect(isWide(bandNow(study)!)).toBe(false);
    expect(study.recalibrations!.at(-1)!.reason).toMatch(/^the machine has calmed down: 6 trials/);
    expect(study.experiments.slice(1).map(({ verdict }) => verdict!.decision)).not.toContain(
      'keep',
    );
  });

  it('slows a study down, and does not stop it', async () => {
    const waits: number[] = [];
    // A calm calibration, and then another pace every time.
    const runner = machine((call) =>
      call < 4
        ? {}
        : {
            reference: 0.1 * [1.5, 1.8, 0.6, 2.6][call % 4]!,
            seconds: [1, 1.5, 2, 1.2][call % 4]!,
            lost: [0.05, 0.4, 0.2][call % 3]!,
          },
    );
    const study = await run({
      runner,
      programs: [scoring(2.9), scoring(3.3)],
      calm: (disturbed) => {
        waits.push(disturbed);
        return 0;
      },
    });
    expect(study).toMatchObject({ status: 'finished' });
    expect(study.experiments.every(({ verdict }) => verdict)).toBe(true);
    expect(study.recalibrations!.some(({ lost }) => lost > WIDTHS.lost)).toBe(true);
    expect(waits.slice(0, 2)).toEqual([1, 2]);
    expect(longestRun(study)).toBeLessThanOrEqual(PACE.voids);
  });

  /** Its pace jumps at random by a factor of 2, and scores are worse where it is slow. */
  function jumping(name: string, calm = false): FakeRunner {
    const key = hashName(name);
    return new FakeRunner((request, call) => {
      const slow = !calm && (threefry2x32(key, call, 0, 0)[0] & 1) === 1;
      const result = trialOn({ reference: slow ? 0.2 : 0.1, seconds: slow ? 2 : 1 }, request);
      if (result.status !== 'finished') return result;
      const own = 0.01 * normalAt(key, call, 1);
      const valBpb = result.summary.valBpb + (slow ? 0.2 : 0) + own;
      return { ...result, summary: { ...result.summary, valBpb } };
    });
  }
  const nulls = (count: number) => Array.from({ length: count }, (_, i) => scoring(3, `null ${i}`));
  const trialsOf = (study: Study) => study.experiments.flatMap(({ trials }) => trials).length;

  it('keeps no nulls, and does at least a third as many experiments with its trials', async () => {
    let kept = 0;
    let trials = 0;
    let calm = 0;
    const [studies, each] = [10, 40];
    for (let i = 0; i < studies; i++) {
      const study = await run({ runner: jumping(`jumps ${i}`), programs: nulls(each) });
      expect(study).toMatchObject({ status: 'finished' });
      expect(longestRun(study)).toBeLessThanOrEqual(PACE.voids);
      kept += grounds(study).filter((ground) => ground === 'better').length;
      trials += trialsOf(study);
      calm += trialsOf(await run({ runner: jumping(`calm ${i}`, true), programs: nulls(each) }));
    }
    expect(kept).toBeLessThanOrEqual(0.01 * studies * each);
    expect(trials / calm).toBeLessThan(3);
  }, 60_000);
});

describe('the calibration', () => {
  it('is of the baseline, is never void, and sets the band by its own spread', async () => {
    const lost = [0.14, 0.1, 0.18, 0.13];
    const references = [0.1, 0.13, 0.08, 0.115];
    const runner = machine((call) => ({
      lost: lost[call % 4]!,
      reference: references[call % 4]!,
    }));
    const study = await run({ runner, programs: [scoring(2.9)] });
    expect(voids(study)).toEqual([]);
    expect(bandNow(study)!.lost).toBeGreaterThan(0.18);
    expect(bandNow(study)!.band).toBeGreaterThan(1.3);
    expect(eraOf(study)).toBe(0);
  });

  it.each([0, 2])('runs trial %i again when it was nothing like the others', async (odd) => {
    const runner = machine((call) => (call === odd ? { reference: 0.2, seconds: 2 } : {}));
    const study = await run({ runner });
    const seeds = study.experiments[0]!.trials.map(({ seed }) => seed);
    expect(seeds).toHaveLength(5);
    expect(seeds[4]).toBe(seeds[odd]);
    expect(bandNow(study)).toMatchObject({ reference: expect.closeTo(0.1, 9), band: 1.2 });
  });

  it('runs at most two again', async () => {
    const runner = machine((call) => (call >= 3 ? { lost: 0.5 + 0.1 * call } : {}));
    const study = await run({ runner });
    expect(study.experiments[0]!.trials).toHaveLength(6);
    expect(study.experiments[0]!.verdict).toMatchObject({ ground: 'baseline' });
  });

  it('gives verdicts the noise that was measured in the era they judge', async () => {
    const runner = machine((call) => (call >= 4 ? { reference: 0.2, seconds: 2 } : {}));
    const study = await run({ runner, programs: [scoring(2.9)] });
    const scores = study.experiments.flatMap(({ trials }) => [
      trials.flatMap(({ result, era }) =>
        era === 1 && result.status === 'finished' ? [result.summary.valBpb] : [],
      ),
    ]);
    expect(noiseOf(study).seed).toEqual(pooled(scores));
  });
});

/** Most trials in a row of one program on one seed that were void. */
function longestRun(study: Study): number {
  let longest = 0;
  for (const { trials } of study.experiments) {
    let row = 0;
    for (const { result } of trials) {
      row = result.status === 'void' ? row + 1 : 0;
      longest = Math.max(longest, row);
    }
  }
  return longest;
}
