import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import type { Device } from '../../../src/kernels/devices/device';
import { DeviceLostError } from '../../../src/kernels/devices/errors';
import { runTrial } from '../../../src/model/harness/run-trial';
import type { Crash, TrialEvent, TrialResult } from '../../../src/model/harness/trial';
import { PRESETS } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { tinyProgram } from './programs';
import { SMALL_TASK, smallBench } from './small-bench';

const bench = await smallBench();
const trial = (program: ProgramSource, seed = 1) => ({ id: 't', program, seed });
const microgpt = PRESETS.find(({ name }) => name === 'microgpt')!.source;

function summaryOf(result: TrialResult) {
  if (result.status !== 'finished') throw new Error(JSON.stringify(result));
  return result.summary;
}

async function crashOf(program: ProgramSource): Promise<Crash> {
  const result = await runTrial(bench, trial(program));
  if (result.status !== 'crashed') throw new Error(`it ${result.status}`);
  return result.crash;
}

describe('a trial', () => {
  it('trains, and tells of itself in order', async () => {
    const events: TrialEvent[] = [];
    const result = await runTrial(bench, trial(microgpt), {
      onEvent: (event) => events.push(event),
      sampleEvery: 0.001,
    });
    const summary = summaryOf(result);
    const stages = events.flatMap((event) => (event.type === 'stage' ? [event.stage] : []));
    expect(stages).toEqual(['tracing', 'planning', 'warming up', 'training', 'evaluating']);
    expect(summary.steps).toBe(30);
    expect(summary.tokens).toBe(30 * 8 * 16);
    expect(summary.curve).toHaveLength(30);
    const guess = Math.log(bench.task.vocab);
    expect(summary.curve[0]!.loss).toBeCloseTo(guess, 0);
    expect(summary.curve.at(-1)!.loss).toBeLessThan(guess - 0.4);
    expect(summary.valBpb).toBeGreaterThan(bench.task.entropyBpb!);
    expect(summary.valBpb).toBeLessThan(guess / Math.LN2);
    expect(summary.samples.every((text) => text.length > 0)).toBe(true);
    // One as training begins, and one of the trained model at least.
    expect(events.filter(({ type }) => type === 'sample').length).toBeGreaterThanOrEqual(2);
    const [spent] = events.flatMap((event) => (event.type === 'spent' ? [event.parts] : []));
    for (const seconds of Object.values(spent!)) expect(seconds).toBeGreaterThan(0);
    const sum = Object.values(spent!).reduce((total, seconds) => total + seconds, 0);
    expect(sum).toBeCloseTo(summary.totalSeconds, 1);
    expect(spent!.training).toBeGreaterThanOrEqual(summary.trainingSeconds - 1e-3);
    expect(summary.achievedFlops).toBeGreaterThan(0);
    expect(summary.trainingSeconds).toBeLessThan(summary.totalSeconds);
  });

  it('is repeated exactly by its seed, and not by another', async () => {
    const [one, two, other] = [
      summaryOf(await runTrial(bench, trial(microgpt, 5))),
      summaryOf(await runTrial(bench, trial(microgpt, 5))),
      summaryOf(await runTrial(bench, trial(microgpt, 6))),
    ];
    expect(two.valBpb).toBe(one.valBpb);
    expect(two.curve.map(({ loss }) => loss)).toEqual(one.curve.map(({ loss }) => loss));
    expect(two.graphHash).toBe(one.graphHash);
    expect(other.valBpb).not.toBe(one.valBpb);
    expect(other.graphHash).toBe(one.graphHash);
  });

  it('spends a budget of seconds on training alone', async () => {
    const budget = { unit: 'seconds', amount: 0.5 } as const;
    const { trainingSeconds, steps } = summaryOf(
      await runTrial(bench, { ...trial(tinyProgram()), budget }),
    );
    expect(steps).toBeGreaterThan(1);
    // One chunk of steps at most is begun before the end and finished after it.
    expect(trainingSeconds).toBeGreaterThan(0.35);
    expect(trainingSeconds).toBeLessThan(2);
  });

  it.each([
    ['tokens', 1000, 16],
    ['flops', 1e7, null],
  ] as const)('ends on a budget of %s', async (unit, amount, steps) => {
    const summary = summaryOf(
      await runTrial(bench, { ...trial(tinyProgram()), budget: { unit, amount } }),
    );
    const used = unit === 'tokens' ? summary.tokens : summary.flopsPerToken * summary.tokens;
    expect(used).toBeGreaterThanOrEqual(amount);
    expect(used - amount).toBeLessThan((used / summary.steps) * 1.001);
    if (steps !== null) expect(summary.steps).toBe(steps);
  });

  it('goes through the phases of its program', async () => {
    const optimizer = tinyProgram().optimizer.replace(
      'export const batch = 4;',
      `export const phases = [{ until: 0.5, batch: 2, context: 8 }, { until: 1, batch: 6 }];`,
    );
    const summary = summaryOf(await runTrial(bench, trial(tinyProgram({ optimizer }))));
    expect(summary.steps).toBe(30);
    expect(summary.tokens).toBe(15 * 2 * 8 + 15 * 6 * 16);
  });

  it('judges averaged weights where the program has them', async () => {
    const averaged = tinyProgram({
      rate: 0,
      optimizer: tinyProgram({ rate: 0 }).optimizer.concat(`
        export function averaged(params) { return map(params, (p, name) => p.mul(0)); }`),
    });
    const { valBpb } = summaryOf(await runTrial(bench, trial(averaged)));
    // All logits are zero then: a uniform guess, whatever the text.
    const { evaluationOf } = await import('../../../src/model/tasks/windows');
    const { tokens, bytes } = evaluationOf(bench.task, 'validation', 16);
    expect(valBpb).toBeCloseTo((tokens * Math.log2(bench.task.vocab)) / bytes, 4);
  });

  it('is void, and no verdict on the program, when the device is lost', async () => {
    const cpu = createCpuDevice({ precision: 'f32' });
    const device: Device = {
      ...cpu,
      open: async (workload) => {
        const session = await cpu.open(workload);
        const lost = () => Promise.reject(new DeviceLostError('the GPU was lost'));
        return Object.assign(Object.create(session), {
          run: lost,
          write: () => {},
          close: () => {},
        });
      },
    };
    expect(await runTrial({ ...bench, device }, trial(microgpt))).toEqual({
      status: 'void',
      reason: 'the GPU was lost',
    });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const running = runTrial(
      bench,
      { ...trial(microgpt), budget: { unit: 'seconds', amount: 600 } },
      {
        signal: stop.signal,
        onEvent: ({ type }) => type === 'progress' && stop.abort(new Error('enough')),
      },
    );
    await expect(running).rejects.toThrow('enough');
  });
});

describe('a hostile or broken program ends in a crash that says why, and the lab goes on:', () => {
  it('a forward that reads the next token', async () => {
    const program = tinyProgram({
      forward: `
        const next = concat([x.slice(1, 1), x.slice(1, 0, 1)], 1);
        return linear(x.add(next), params.head);`,
    });
    expect(await crashOf(program)).toMatchObject({
      kind: 'causality',
      message: expect.stringContaining('reads future tokens'),
    });
  });

  it('a forward that reads the average of its sequence', async () => {
    const forward = 'return linear(x.add(x.mean([1], { keepDims: true })), params.head);';
    expect(await crashOf(tinyProgram({ forward }))).toMatchObject({ kind: 'causality' });
  });

  it('a forward that reads other sequences of the batch', async () => {
    const forward = 'return linear(x.add(x.mean([0], { keepDims: true })), params.head);';
    expect(await crashOf(tinyProgram({ forward }))).toMatchObject({
      kind: 'causality',
      message: expect.stringContaining('mixes sequences'),
    });
  });

  it('logits of the wrong shape', async () => {
    const crash = await crashOf(tinyProgram({ forward: 'return x;' }));
    expect(crash.kind).toBe('shape');
    expect(crash.message).toMatch(/logits/);
  });

  it('a loss that becomes NaN', async () => {
    const forward = 'return linear(x.sub(x).log().mul(0).add(x), params.head);';
    expect(await crashOf(tinyProgram({ forward }))).toMatchObject({ kind: 'not finite' });
  });

  it('a learning rate that makes the loss explode', async () => {
    const { kind } = await crashOf(tinyProgram({ rate: 1e4 }));
    expect(['exploded', 'not finite']).toContain(kind);
  });

  it('a loss of its own that is always excellent changes no score', async () => {
    const more = 'export function loss({ logits }) { return logits.sum().mul(0); }';
    const cheat = summaryOf(await runTrial(bench, trial(tinyProgram({ more }))));
    const { valBpb, steps, curve } = cheat;
    expect(steps).toBe(SMALL_TASK.budget.amount);
    // Nothing was learnt, and the harness's own cross-entropy says so.
    expect(valBpb).toBeGreaterThan(Math.log2(bench.task.vocab));
    expect(curve.at(-1)!.loss).toBeGreaterThan(Math.log(bench.task.vocab));
  });

  it('a score of its own making has nowhere to go', async () => {
    const more = `
      export const valBpb = 0;
      export const val_bpb = 0.001;
      export function evaluate() { return { valBpb: 0 }; }`;
    const forged = summaryOf(await runTrial(bench, trial(tinyProgram({ more }))));
    const honest = summaryOf(await runTrial(bench, trial(tinyProgram())));
    expect(forged.valBpb).toBe(honest.valBpb);
  });

  it('and the next trial on the same bench is as good as ever', async () => {
    expect(summaryOf(await runTrial(bench, trial(tinyProgram()))).steps).toBe(30);
  });
});
