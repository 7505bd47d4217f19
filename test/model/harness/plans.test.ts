import { describe, expect, it } from 'vitest';
import { LOWERINGS } from '../../../src/kernels/devices/webgpu/lowerings';
import { planWorkload } from '../../../src/kernels/devices/webgpu/plan';
import { prepareProgram } from '../../../src/model/harness/prepare';
import { PRESETS, presetNamed } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';

const sandbox = await loadSandbox();

/** The plan for a GPU of usual limits; nothing here needs one. */
async function planOf(source: ProgramSource, context = 64) {
  const target = { vocab: 65, context, evaluationBatch: 2 };
  const { workload } = await prepareProgram(sandbox, source, target);
  return planWorkload(workload, { storageBuffers: 10, software: false }, LOWERINGS);
}

async function shadersOf(source: ProgramSource): Promise<Set<string>> {
  const { graphs } = await planOf(source);
  return new Set([...graphs.values()].flatMap(({ launches }) => launches.map(({ wgsl }) => wgsl)));
}

describe.each(PRESETS)('$name', ({ source }) => {
  it('needs no new shader when only its numbers change', async () => {
    const changed: ProgramSource = {
      model: source.model
        .replace('logitCap: 15', 'logitCap: 30')
        .replace('initStd: 0.08', 'initStd: 0.02')
        .replace('ropeBase: 10000', 'ropeBase: 500'),
      optimizer: source.optimizer
        .replace(/beta2 = [\d.]+/, 'beta2 = 0.9871')
        .replace(/epsilon = [\de.-]+/, 'epsilon = 1.5e-7'),
    };
    expect(changed.model).not.toBe(source.model);
    expect(changed.optimizer).toContain('beta2 = 0.9871;');
    expect(changed.optimizer).toContain('epsilon = 1.5e-7;');
    expect(await shadersOf(changed)).toEqual(await shadersOf(source));
  });

  it('needs no new shader when numbers that were equal no longer are, or become so', async () => {
    const withRate = (rate: number): ProgramSource => ({
      ...source,
      optimizer: source.optimizer.replace(/learningRate = [\d.]+/, `learningRate = ${rate}`),
    });
    // 0.01 is also the floor of gpt's warm-up, 0.0075 is nothing else, 0.85 and 0.95 are betas.
    const known = await shadersOf(withRate(0.0075));
    for (const rate of [0.01, 0.85, 0.95]) {
      expect(await shadersOf(withRate(rate))).toEqual(known);
    }
  });
});

describe('attention', () => {
  it('takes memory in proportion to the context, at lengths whose T x T matrix would not fit', async () => {
    const gpt = presetNamed('gpt')!.source;
    const short = {
      ...gpt,
      optimizer: gpt.optimizer.replace(/batch = \d+/, 'batch = 1'),
    };
    const bytesAt = async (context: number) => {
      const { summary } = (await planOf(short, context)).graphs.get('train0')!;
      return summary.scratchBytes;
    };
    const [at2048, at4096] = [await bytesAt(2048), await bytesAt(4096)];
    expect(at4096 / at2048).toBeLessThan(2.1);
    const heads = 4;
    const matrix = heads * 4096 * 4096 * 4;
    expect(at4096).toBeLessThan(matrix / 2);
  });
});
