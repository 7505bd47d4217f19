import { describe, expect, it } from 'vitest';
import { type GptConfig, gptModel, MODELS } from '../../bench/models';
import type { PlanTarget } from '../../src/kernels/devices/webgpu/launches';
import { LOWERINGS } from '../../src/kernels/devices/webgpu/lowerings';
import { planWorkload } from '../../src/kernels/devices/webgpu/plan';
import { boundsOf } from '../../src/kernels/plan/bounds';
import { prepareProgram } from '../../src/model/harness/prepare';
import { loadSandbox } from '../../src/model/sandbox/sandbox';

const sandbox = await loadSandbox();
const GPU: PlanTarget = { storageBuffers: 10, software: false };
const FLOAT16: PlanTarget = { ...GPU, half: true };
const SOFTWARE: PlanTarget = { storageBuffers: 10, software: true, quads: true };

/** A training step of one of the bench's models, with as many layers as wanted. */
async function stepOf(
  name: string,
  target: PlanTarget,
  changes: Partial<GptConfig> = {},
  precision?: 'f16',
) {
  const model = MODELS.find((other) => other.name === name)!;
  const { source } = gptModel(name, { ...model.gpt!.config, ...changes }, model.target);
  const mixed = precision ? { precision } : {};
  const { workload } = await prepareProgram(sandbox, source, { ...model.target, ...mixed });
  const { summary } = planWorkload(workload, target, LOWERINGS).graphs.get('train0')!;
  return { ...summary, ...boundsOf(workload.graphs.train0!, workload.tensors, summary) };
}

describe.each(['A', 'B', 'C'])('a step of %s', (name) => {
  it.each([
    ['a GPU', GPU],
    ['a GPU that promises no more than WebGPU', { ...GPU, storageBuffers: 8 }],
    ['a GPU in software', SOFTWARE],
  ])('takes at most 20 launches more for each further layer on %s', async (_, target) => {
    const [two, four] = [
      await stepOf(name, target, { layers: 2 }),
      await stepOf(name, target, { layers: 4 }),
    ];
    expect(four.launches - two.launches).toBeGreaterThan(0);
    expect((four.launches - two.launches) / 2).toBeLessThanOrEqual(20);
  });

  it.each([
    ['a GPU', GPU],
    ['a GPU in software', SOFTWARE],
  ])(
    'holds at most 1.3 times the memory that no plan could do without, on %s',
    async (_, target) => {
      const { scratchBytes, aliveBytes, leastMemory } = await stepOf(name, target);
      expect(leastMemory - aliveBytes + scratchBytes).toBeLessThan(1.3 * leastMemory);
    },
  );
});

it('takes at most 80 launches for A in software', async () => {
  expect((await stepOf('A', SOFTWARE)).launches).toBeLessThanOrEqual(80);
});

it.each([
  ['a GPU', GPU],
  ['a GPU in software', SOFTWARE],
])(
  'rounds for mixed precision within other launches, but for two a layer, on %s',
  async (_, target) => {
    const [plain, mixed] = [await stepOf('A', target), await stepOf('A', target, {}, 'f16')];
    expect(mixed.launches - plain.launches).toBeLessThanOrEqual(2 * 4);
    const updates = mixed.steps.filter(({ ops }) => ops.includes('sqrt'));
    expect(updates).toHaveLength(1);
  },
);

it('takes as many launches in mixed precision as without, on a GPU that has float16', async () => {
  const [plain, mixed] = [await stepOf('A', FLOAT16), await stepOf('A', FLOAT16, {}, 'f16')];
  expect(mixed.launches).toBeLessThanOrEqual(plain.launches);
  expect(mixed.bytesMoved).toBeLessThanOrEqual(1.02 * plain.bytesMoved);
});
