import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Halves, halvesOf } from '../../../../src/kernels/devices/webgpu/halves';
import type { Kernel, Lowering } from '../../../../src/kernels/devices/webgpu/kernel';
import { LOWERINGS, TUNABLES } from '../../../../src/kernels/devices/webgpu/lowerings';
import { type KernelTensor, runKernels } from '../../../../src/kernels/devices/webgpu/runKernel';
import { neighboursInStep } from '../../../../src/kernels/devices/webgpu/subgroups';
import { canRunTogether, runTogether } from '../../../../src/kernels/devices/webgpu/together';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { type NodeId, type Shape, sizeOf } from '../../../../src/kernels/graph/types';
import { roundF16 } from '../../../../src/kernels/ops/elementwise/round-f16';
import { randomTensor, relativeError, runOp } from '../../ops/run-op';
import { describeOnGpu, lacksFloat16 } from './gpu';

// A software adapter compiles a shader of many barriers for seconds when the machine is busy.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Ragged, transposed in every way, stacked, with fours on every side or on some, and with a sum cut into parts. */
const PRODUCTS: readonly (readonly [
  a: Shape,
  b: Shape,
  transposeA: boolean,
  transposeB: boolean,
])[] = [
  [[131, 70], [70, 97], false, false],
  [[40, 68], [40, 72], true, false],
  [[3, 1, 17, 36], [2, 33, 36], false, true],
  [[5, 1], [9, 5], true, true],
  [[516, 64], [516, 64], true, false],
  [[128, 64], [128, 64], false, true],
];

/** What rounding has to get right: ties, both ends of the subnormal numbers, the largest, what is not finite. */
const SPECIAL = [
  ...[0, -0, 1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 / 3, 2 ** -14, 2 ** -15 + 2 ** -25],
  ...[2 ** -24, 2 ** -25, 2 ** -25 * (1 + 2 ** -20), 3 * 2 ** -25, -(2 ** -26), 1023 * 2 ** -24],
  ...[65504, -65504, 65519.99609375, 65520, -65520, 1e30, Infinity, -Infinity, NaN],
];

await describeOnGpu(
  'products of float16',
  (gpu) => {
    let hardware: Halves;
    beforeAll(async () => {
      const subgroup = await neighboursInStep(gpu().device);
      hardware = await halvesOf(gpu(), subgroup, LOWERINGS.get('matmul')!);
    });

    /** Every way to multiply rounded inputs, by name, whose kernels write node `id`. */
    function waysOf(aShape: Shape, bShape: Shape, transposeA: boolean, transposeB: boolean) {
      const b = new GraphBuilder();
      const sides = [b.input('a', aShape), b.input('b', bShape)];
      const [x, y] = sides.map((side) => b.emit('roundF16', [side])) as [NodeId, NodeId];
      const id = b.matmul(x, y, { transposeA, transposeB });
      const nodeOf = (node: NodeId) => b.node(node);
      const problem = TUNABLES.get('matmul')!.problemOf(nodeOf(id), nodeOf, id, hardware);
      const ways = [...problem.ways().keys()].flatMap((way) => [...problem.variants(way)]);
      // Those in float32 read what another launch has rounded.
      const rounding = ways.filter(([, kernels]) =>
        kernels[0]!.reads.every((n) => n === 0 || n === 1),
      );
      return { id, ways: new Map(ways), rounding: new Map(rounding), sides: [x, y] };
    }

    async function run(
      kernels: readonly Kernel[],
      a: Float32Array,
      b: Float32Array,
      id: NodeId,
      length: number,
    ) {
      const tensors: Record<number, KernelTensor> = {
        0: { data: a },
        1: { data: b },
        [id]: { length, dtype: 'f32' },
      };
      return (await runKernels(gpu().device, kernels, tensors))[id]!;
    }

    it('round as they should on this adapter, which says what it has', () => {
      expect(hardware.half).toBe(true);
      const { subgroupMinSize, subgroupMaxSize } = gpu().device.adapterInfo;
      const some = gpu().matrices!.filter(
        (one) => one.componentType === 'f16' && one.resultComponentType === 'f32',
      );
      const known = subgroupMinSize === subgroupMaxSize;
      if (some.length === 0 || !known) expect(hardware.units).toBeUndefined();
      else
        expect(some).toContainEqual(
          expect.objectContaining({ M: hardware.units!.M, N: hardware.units!.N }),
        );
    });

    it('are believed of matrix units only where those are right, and of subgroups that are known', async () => {
      const matmul = LOWERINGS.get('matmul')!;
      const { subgroup = 8 } = hardware.units ?? {};
      let tries = 0;
      const wrong: Lowering = (op) => {
        tries++;
        return matmul(op).map((kernel) => ({
          ...kernel,
          wgsl: kernel.wgsl.replaceAll(
            'min(m, vec4u(M - 1u))',
            '(min(m, vec4u(M - 1u)) ^ vec4u(1u))',
          ),
        }));
      };
      const refuses: Lowering = (op) =>
        matmul(op).map((kernel) => ({ ...kernel, wgsl: 'fn main() {}' }));
      for (const lowering of [wrong, refuses]) {
        expect(await halvesOf(gpu(), subgroup, lowering)).toEqual({ half: true });
      }
      expect(tries > 0).toBe(hardware.units !== undefined);
      expect(await halvesOf(gpu(), 1, matmul)).toEqual({ half: true });
      expect(await halvesOf(gpu(), 2 * subgroup, matmul)).toEqual({ half: true });
      const { device } = gpu();
      expect(await halvesOf({ device }, subgroup, matmul)).toEqual({ half: true });
    });

    describe.each(PRODUCTS)('[%s] by [%s], transposed: %s, %s', (...product) => {
      it('are what the CPU makes of rounded numbers, in every way', async () => {
        const [aShape, bShape, transposeA, transposeB] = product;
        const { id, rounding } = waysOf(...product);
        expect(rounding.size).toBeGreaterThanOrEqual(hardware.units ? 5 : 4);
        const [a, b] = [randomTensor(aShape, 1), randomTensor(bShape, 2)].map((x) => ({
          ...x,
          data: Float64Array.from(x.data, (value) => roundF16(Math.fround(value))),
        }));
        const expected = runOp('matmul', [a!, b!], { transposeA, transposeB });
        const inputs = [randomTensor(aShape, 1), randomTensor(bShape, 2)].map(({ data }) =>
          Float32Array.from(data),
        );
        for (const [name, kernels] of rounding) {
          const data = await run(kernels, inputs[0]!, inputs[1]!, id, sizeOf(expected.shape));
          expect(relativeError({ ...expected, data }, expected), name).toBeLessThan(3e-6);
        }
      });
    });

    it('have infinities, subnormal numbers and NaN, like those of numbers rounded one by one', async () => {
      const a = Float32Array.from(SPECIAL);
      const { id, rounding } = waysOf([a.length, 1], [1, 3], false, false);
      for (const [name, kernels] of rounding) {
        const y = await run(kernels, a, Float32Array.of(1, 2, -1), id, 3 * a.length);
        a.forEach((x, i) => {
          const rounded = roundF16(x);
          [rounded, 2 * rounded, -rounded].forEach((right, n) => {
            const seen = y[3 * i + n]!;
            expect(seen === right || Object.is(seen, right), `${name}: ${x} became ${seen}`).toBe(
              true,
            );
          });
        });
      }
    });

    it('share a launch with others, and write what they write alone', async () => {
      const inputs = [randomTensor([64, 64], 1), randomTensor([64, 64], 2)].map(({ data }) =>
        Float32Array.from(data),
      );
      const square: Shape = [64, 64];
      const numbered = ([name, write]: readonly [string, number], transposed: boolean): Kernel => {
        const kernels = waysOf(square, square, transposed, !transposed).rounding.get(name);
        return { ...kernels![0]!, writes: [write] };
      };
      const first = (pattern: RegExp) =>
        [...waysOf(square, square, false, true).rounding.keys()].filter((name) =>
          pattern.test(name),
        );
      const [tiles] = first(/^f16 tiles of 32/);
      const [units] = first(/^units of 64/);
      const groups = [tiles!, ...(units ? [units] : [])].map((name, i) =>
        [false, true].map((transposed, n) => numbered([name, 10 * (i + 1) + n], transposed)),
      );
      for (const kernels of groups) {
        const tensors: Record<number, KernelTensor> = {
          0: { data: inputs[0]! },
          1: { data: inputs[1]! },
        };
        for (const { writes } of kernels)
          tensors[writes[0] as number] = { length: 64 * 64, dtype: 'f32' };
        const same = (binding: unknown) => binding;
        expect(canRunTogether(kernels, 8, same)).toBe(true);
        const apart = await runKernels(gpu().device, kernels, tensors);
        const together = await runKernels(gpu().device, [runTogether(kernels, same)], tensors);
        expect(together).toEqual(apart);
      }
    });
  },
  lacksFloat16,
);
