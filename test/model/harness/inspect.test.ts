import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import { DeviceLostError } from '../../../src/kernels/devices/errors';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import { inspectProgram } from '../../../src/model/harness/inspect';
import { runTrial } from '../../../src/model/harness/run-trial';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';
import { tinyProgram } from './programs';
import { SMALL_TASK, smallBench } from './small-bench';

const bench = await smallBench(SMALL_TASK, createWasmDevice({ threads: 1 }));

describe('inspecting a program', () => {
  it('says of it what its trial says, and traces it once for both', async () => {
    const sandbox = await loadSandbox();
    let traces = 0;
    const counted = {
      ...bench,
      sandbox: {
        trace: (...args: Parameters<typeof sandbox.trace>) => {
          traces++;
          return sandbox.trace(...args);
        },
      },
    };
    const program = tinyProgram();
    const inspection = await inspectProgram(counted, program);
    const trial = await runTrial(counted, { id: 't', program, seed: 1 });
    if (inspection.status !== 'ok' || trial.status !== 'finished') throw new Error('it crashed');
    const { graphHash, parameters, flopsPerToken, launchesPerStep } = trial.summary;
    expect(inspection).toMatchObject({ graphHash, parameters, flopsPerToken, launchesPerStep });
    expect(inspection.phases).toEqual([{ until: 1, batch: 4, context: 16 }]);
    expect(inspection.graphNodes).toBeGreaterThan(5);
    expect(traces).toBe(1);
  });

  it('knows a program again whatever its text, and counts what it computes', async () => {
    const inspected = async (forward: string) => {
      const inspection = await inspectProgram(bench, tinyProgram({ forward }));
      if (inspection.status !== 'ok') throw new Error(JSON.stringify(inspection));
      return inspection;
    };
    const one = await inspected('return linear(x, params.head);');
    const same = await inspected('const y = x; /* a text */ return linear(y, params.head);');
    const more = await inspected('return linear(x.mul(2), params.head);');
    expect(same.graphHash).toBe(one.graphHash);
    expect(more.graphHash).not.toBe(one.graphHash);
    expect(more.graphNodes).toBeGreaterThan(one.graphNodes);
  });

  it('tells of a crash as the trial does', async () => {
    const program = tinyProgram({ forward: 'return linear(x, params.wrong);' });
    const inspection = await inspectProgram(bench, program);
    const trial = await runTrial(bench, { id: 't', program, seed: 1 });
    if (inspection.status !== 'crashed' || trial.status !== 'crashed') throw new Error('no crash');
    expect(inspection.crash).toEqual(trial.crash);
  });

  it('is void when the device is lost', async () => {
    const device = {
      ...createCpuDevice({ precision: 'f32' }),
      open: () => Promise.reject(new DeviceLostError('the GPU was lost')),
    };
    expect(await inspectProgram({ ...bench, device }, tinyProgram())).toEqual({
      status: 'void',
      reason: 'the GPU was lost',
    });
  });
});

describe('the sealed test', () => {
  it('is scored only where the request asks, and changes nothing else', async () => {
    const request = { id: 't', program: tinyProgram(), seed: 1 };
    const plain = await runTrial(bench, request);
    const asked = await runTrial(bench, { ...request, scoreTest: true });
    if (plain.status !== 'finished' || asked.status !== 'finished') throw new Error('it crashed');
    expect(plain.summary.testBpb).toBeUndefined();
    expect(asked.summary.testBpb).toBeGreaterThan(0);
    expect(asked.summary.testBpb).not.toBe(asked.summary.valBpb);
    expect(asked.summary.valBpb).toBe(plain.summary.valBpb);
  });
});
