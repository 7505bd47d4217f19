import { describe, expect, it } from 'vitest';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import { diagnose } from '../../../src/model/harness/diagnose';
import { runTrial } from '../../../src/model/harness/run-trial';
import { PRESETS } from '../../../src/model/programs';
import { ProgramError } from '../../../src/model/sandbox/errors';
import { tinyProgram } from './programs';
import { SMALL_TASK, smallBench } from './small-bench';

const bench = await smallBench(SMALL_TASK, createWasmDevice({ threads: 1 }));
const budget = { unit: 'steps', amount: 200 } as const;

describe('a diagnosis', () => {
  it('follows each parameter: of plain descent, an update is the rate times the gradient', async () => {
    const { points } = await diagnose(bench, tinyProgram({ rate: 0.25 }), { seed: 3, budget });
    expect(points[0]).toMatchObject({ progress: 0, step: 0, attention: [] });
    expect(points.length).toBeGreaterThan(2);
    for (const { parameters } of points) {
      expect(parameters.map(({ name }) => name)).toEqual(['wte', 'head']);
      for (const { gradient, update, weight } of parameters) {
        expect(gradient).toBeGreaterThan(0);
        expect(update / gradient).toBeCloseTo(0.25, 3);
        expect(weight).toBeGreaterThan(1);
      }
    }
    const steps = points.map(({ step }) => step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  });

  it('looks at the very step that the trial takes first, and leaves trials as they were', async () => {
    const program = tinyProgram();
    const request = { id: 't', program, seed: 3, budget } as const;
    const before = await runTrial(bench, request);
    const { points } = await diagnose(bench, program, { seed: 3, budget });
    const after = await runTrial(bench, request);
    if (before.status !== 'finished' || after.status !== 'finished') throw new Error('it crashed');
    expect(points[0]!.loss).toBeCloseTo(before.summary.curve[0]!.loss, 5);
    expect(after.summary.valBpb).toBe(before.summary.valBpb);
  });

  it('measures how widely each attention looks, and where a step’s work lies', async () => {
    const microgpt = PRESETS.find(({ name }) => name === 'microgpt')!.source;
    const short = { unit: 'steps', amount: 2 } as const;
    const { points, work } = await diagnose(bench, microgpt, { seed: 1, budget: short });
    // Small random weights look at everything nearly alike.
    expect(points[0]!.attention).toHaveLength(1);
    expect(points[0]!.attention[0]).toBeGreaterThan(0.99);
    expect(points[0]!.attention[0]).toBeLessThanOrEqual(1);
    const total = (share: 'flopsShare' | 'bytesShare') =>
      work.reduce((sum, kind) => sum + kind[share], 0);
    expect(total('flopsShare')).toBeCloseTo(1, 9);
    expect(total('bytesShare')).toBeCloseTo(1, 9);
  });

  it('throws what is wrong with a program', async () => {
    const broken = tinyProgram({ forward: 'return params.nothing.mul(2);' });
    await expect(diagnose(bench, broken, { seed: 1 })).rejects.toThrow(ProgramError);
  });
});
