import { describe, expect, it, vi } from 'vitest';
import type { MatrixUnits } from '../../../../src/kernels/devices/webgpu/kernel';
import type { PlanTarget } from '../../../../src/kernels/devices/webgpu/launches';
import { LOWERINGS } from '../../../../src/kernels/devices/webgpu/lowerings';
import { parseModule } from '../../../../src/kernels/devices/webgpu/module';
import { withFeatures } from '../../../../src/kernels/devices/webgpu/pipelines';
import { planGraph } from '../../../../src/kernels/devices/webgpu/plan';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { withMixedPrecision } from '../../../../src/kernels/graph/mixed-precision';
import type { Graph, Shape } from '../../../../src/kernels/graph/types';
import { unitTiling } from '../../../../src/kernels/ops/matmul/matmul.halves';
import { describeOnGpu } from './gpu';

vi.setConfig({ testTimeout: 180_000 });

const units = (M: number, N: number, K: number, subgroup: number): MatrixUnits => ({
  ...{ M, N, K, subgroup },
  workgroupBytes: 32_768,
});

const APPLE = units(8, 8, 8, 32);
const NVIDIA = units(16, 16, 16, 32);
/** The matrices of real adapters; in tiles of 64 and of 128: how many of them a subgroup sums up, and steps along K. */
const KNOWN: readonly (readonly [string, MatrixUnits, string, string])[] = [
  ['Apple', APPLE, '32 by 32', '32 by 32'],
  ['NVIDIA', { ...NVIDIA, workgroupBytes: 49_152 }, '8 by 32', '8 by 32'],
  ['NVIDIA with less memory', NVIDIA, '8 by 32', '8 by 16'],
  ['NVIDIA, narrower', units(16, 8, 16, 32), '16 by 32', '16 by 16'],
  ['NVIDIA, narrower and shorter', units(16, 8, 8, 32), '16 by 32', '16 by 16'],
  ['Intel with subgroups of 16', units(8, 16, 16, 16), '8 by 32', '8 by 16'],
  ['AMD with subgroups of 64', units(16, 16, 16, 64), '16 by 32', '16 by 16'],
  ['llvmpipe', units(8, 8, 8, 8), '8 by 32', '8 by 16'],
];

const square = (M: number, N: number) => ({
  ...{ M, K: 64, N, lead: [1], stepsA: [0], stepsB: [0] },
  ...{ sizes: [M * 64, 64 * N] as const, transposeA: false, transposeB: false },
});

describe('tiles on matrix units', () => {
  it.each(KNOWN)('are shared out among subgroups: %s', (_, known, small, large) => {
    const said = (edge: number, threads: number) => {
      const { wgsl, sizes, workgroupBytes } = unitTiling(square(edge, edge), known, edge, threads)!;
      expect(workgroupBytes).toBeLessThanOrEqual(known.workgroupBytes);
      return `${wgsl.match(/var sum_/g)!.length} by ${sizes.TILE_K}`;
    };
    expect([said(64, 64), said(128, 256)]).toEqual([small, large]);
  });

  it('are not made of what does not fill them', () => {
    expect(unitTiling(square(64, 64), units(16, 16, 64, 32), 64, 64)).toBeNull();
    expect(unitTiling(square(64, 64), units(48, 16, 16, 32), 64, 64)).toBeNull();
    expect(unitTiling(square(64, 64), units(16, 16, 16, 128), 64, 64)).toBeNull();
    const little = { ...APPLE, workgroupBytes: 4096 };
    expect(unitTiling(square(64, 64), little, 64, 64)).toBeNull();
  });
});

/** y = w2 relu(x w1) + x for x [M, 64], with every product rounded. */
function mixed(M: number, more = false): Graph {
  const b = new GraphBuilder();
  const [x, w1, w2] = [
    [M, 64],
    [64, 96],
    [96, 64],
  ].map((shape, i) => b.input(`x${i}`, shape as Shape));
  const y = b.matmul(b.emit('relu', [b.matmul(x!, w1!)]), w2!);
  const rounded = more ? { rounded: b.emit('roundF16', [x!]) } : {};
  return withMixedPrecision(b.finish({ y: b.add(y, x!), ...rounded }));
}

describe('a plan of products of rounded numbers', () => {
  const planned = (graph: Graph, target: Partial<PlanTarget>) =>
    planGraph(graph, {}, { storageBuffers: 8, software: false, ...target }, LOWERINGS);
  const opsOf = ({ summary }: ReturnType<typeof planned>) =>
    summary.steps.flatMap(({ ops }) => ops);

  it('rounds in the kernels of products where the device has float16', () => {
    const plan = planned(mixed(64), { half: true });
    expect(opsOf(plan)).not.toContain('roundF16');
    expect(plan.launches).toHaveLength(2);
    for (const { wgsl } of plan.launches) expect(wgsl).toMatch(/array<vec4h,/);
    expect(plan.launches[0]!.reads).toEqual([
      expect.objectContaining({ place: 'feed', name: 'x0' }),
      expect.objectContaining({ place: 'feed', name: 'x1' }),
    ]);
  });

  it('rounds before them where it has not, or is software', () => {
    for (const target of [{}, { software: true, half: true, units: NVIDIA }]) {
      const plan = planned(mixed(64), target);
      expect(opsOf(plan).filter((op) => op === 'roundF16')).toHaveLength(4);
      for (const { wgsl } of plan.launches) expect(wgsl).not.toMatch(/vec4h|f16>|subgroup_matrix/);
    }
  });

  it('rounds by itself what somebody else reads rounded', () => {
    expect(opsOf(planned(mixed(64, true), { half: true }))).toEqual(
      expect.arrayContaining(['roundF16']),
    );
  });

  it('uses matrix units for all that fills a tile of them, with what comes after in the same kernel', () => {
    const tiles = (M: number) =>
      planned(mixed(M), { half: true, units: NVIDIA }).launches.map(({ wgsl }) =>
        /subgroupMatrixMultiplyAccumulate\(/.test(wgsl),
      );
    expect(tiles(64)).toEqual([true, true]);
    expect(tiles(63)).toEqual([false, false]);
  });

  it('takes the way that was measured, where the device still has it', () => {
    const rounded = (measured: string, units: MatrixUnits) => {
      const b = new GraphBuilder();
      const y = b.matmul(b.input('a', [256, 64]), b.input('b', [64, 256]));
      const choices = new Map([['matmul units NN 1x256x64x256', measured]]);
      const graph = withMixedPrecision(b.finish({ y }));
      const { launches } = planned(graph, { half: true, units, choices });
      return parseModule(launches.at(-1)!.wgsl)!;
    };
    const threads = (...[measured, units]: Parameters<typeof rounded>) =>
      rounded(measured, units).size.reduce((a, n) => a * n);
    expect(threads('units of 128, 1 groups', NVIDIA)).toBe(256);
    expect(threads('units of 128, 1 groups', { ...NVIDIA, workgroupBytes: 16_384 })).toBe(64);
    const elements = ({ shared }: ReturnType<typeof rounded>) =>
      shared.map(({ element }) => element);
    expect(elements(rounded('f16 tiles of 32, 128 groups', NVIDIA))).toEqual(['vec4h', 'vec4h']);
    expect(elements(rounded('tiles of 32, 128 groups', NVIDIA))).toEqual(['vec4f', 'vec4f']);
    expect(elements(rounded('unheard of', NVIDIA))).toEqual(['f16', 'f16', 'f32']);
  });

  it('puts equal tiles into one launch', () => {
    const b = new GraphBuilder();
    const [x, w1, w2] = [b.input('x', [64, 64]), b.input('w1', [64, 64]), b.input('w2', [64, 80])];
    const graph = withMixedPrecision(b.finish({ p: b.matmul(x, w1), q: b.matmul(x, w2) }));
    const { launches } = planned(graph, { half: true, units: NVIDIA });
    expect(launches.map(({ label }) => label)).toEqual(['matmul 64x64x64, matmul 64x64x80']);
    expect(parseModule(launches[0]!.wgsl)).not.toBeNull();
  });
});

await describeOnGpu(
  'kernels for matrix units',
  (gpu) => {
    it.each(KNOWN)('are WGSL for those of %s', async (_, known) => {
      for (const M of [64, 100]) {
        const { launches } = planGraph(
          mixed(M),
          {},
          { storageBuffers: 8, software: false, half: true, units: known },
          LOWERINGS,
        );
        for (const { wgsl } of launches) {
          const { device } = gpu();
          device.pushErrorScope('validation');
          const module = device.createShaderModule({ code: withFeatures(wgsl) });
          const { messages } = await module.getCompilationInfo();
          await device.popErrorScope();
          expect(messages.filter(({ type }) => type === 'error').map((m) => m.message)).toEqual([]);
        }
      }
    });
  },
  (gpu) => (gpu.matrices?.length ? null : `${gpu.info.name} has no matrix units`),
);
