import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../../../src/kernels/devices/device';
import { TUNABLES } from '../../../../../src/kernels/devices/webgpu/lowerings';
import type { SetUp } from '../../../../../src/kernels/devices/webgpu/tuning/timer';
import {
  type ChoiceStore,
  Tuner,
  type TunerOptions,
} from '../../../../../src/kernels/devices/webgpu/tuning/tuner';
import { GraphBuilder } from '../../../../../src/kernels/graph/builder';

/** Products of M x 64 by 64 x M, each a class of its own. */
function products(...sizes: readonly number[]): Workload {
  const b = new GraphBuilder();
  const outputs = Object.fromEntries(
    sizes.map((M) => [`y${M}`, b.matmul(b.input(`a${M}`, [M, 64]), b.input(`b${M}`, [64, M]))]),
  );
  return { tensors: {}, graphs: { forward: b.finish(outputs) } };
}

function memoryStore(): ChoiceStore & { readonly kept: Map<string, Uint8Array<ArrayBuffer>> } {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    kept,
    get: async (key) => kept.get(key),
    put: async (key, bytes) => {
      kept.set(key, bytes);
    },
  };
}

/** A GPU on which each call takes a millisecond of the clock, and on which `best` is the fastest way. */
function fakeGpu(best: string) {
  const gpu = { now: 0, raced: 0, closed: 0 };
  const setUp: SetUp = async (ways) => {
    gpu.raced++;
    const timed = [...ways.keys()].map((name) => {
      const seconds = async (repetitions: number) => {
        gpu.now++;
        return repetitions * (name.startsWith(best) ? 1e-4 : 5e-4);
      };
      return [name, { seconds }] as const;
    });
    return {
      ways: new Map(timed),
      close: () => {
        gpu.closed++;
      },
    };
  };
  return { gpu, setUp };
}

const tunerOf = (given: Partial<TunerOptions> & Pick<TunerOptions, 'setUp'>) =>
  new Tuner({ adapter: 'a gpu', store: memoryStore(), tunables: TUNABLES, ...given });

const CLASS = 'matmul NN 1x256x64x256';

describe('a tuner', () => {
  it('chooses the fastest way for each class of product, and measures none twice', async () => {
    const { gpu, setUp } = fakeGpu('registers');
    const tuner = tunerOf({ setUp, now: () => gpu.now });
    const choices = await tuner.choose(products(256, 255, 32));
    expect(choices.get(CLASS)).toMatch(/^registers of 64/);
    expect([...choices.keys()].sort()).toEqual([CLASS, 'matmul NN 1x32x64x32']);
    expect(gpu.raced).toBe(2); // 255 is of the class of 256
    expect(gpu.closed).toBe(2);
    expect(await tuner.choose(products(256, 32))).toEqual(choices);
    expect(gpu.raced).toBe(2);
  });

  it('begins with the most work, and leaves the rest as it is when the time is up, for good', async () => {
    const { gpu, setUp } = fakeGpu('registers');
    // Time for one class: three ways of five calls or so.
    const tuner = tunerOf({ setUp, now: () => gpu.now, milliseconds: 20 });
    const first = await tuner.choose(products(32, 256));
    expect([...first.keys()]).toEqual([CLASS]);
    expect(gpu.now).toBeLessThan(40);
    // What trained untuned is not tuned under the same study later.
    expect(await tuner.choose(products(32))).toEqual(first);
  });

  it('is bounded by its time, whatever there is to measure', async () => {
    const { gpu, setUp } = fakeGpu('registers');
    const tuner = tunerOf({ setUp, now: () => gpu.now, milliseconds: 100 });
    await tuner.choose(products(8, 16, 32, 64, 128, 256, 512, 1024, 2048));
    expect(gpu.now).toBeLessThanOrEqual(101);
  });

  it('finds its choices again, on the same adapter alone', async () => {
    const store = memoryStore();
    const { gpu, setUp } = fakeGpu('registers');
    const choices = await tunerOf({ setUp, store, now: () => gpu.now }).choose(products(256));
    const again = fakeGpu('tiles of 64');
    const tuner = tunerOf({ setUp: again.setUp, store });
    expect(await tuner.choose(products(256))).toEqual(choices);
    expect(again.gpu.raced).toBe(0);
    const other = tunerOf({ setUp: again.setUp, store, adapter: 'another gpu' });
    expect((await other.choose(products(256))).get(CLASS)).toMatch(/^tiles of 64/);
  });

  it('does without a store that fails, holds nonsense, or ways that do not run', async () => {
    const { setUp } = fakeGpu('registers');
    const broken: ChoiceStore = {
      get: () => Promise.reject(new Error('no')),
      put: () => Promise.reject(new Error('no')),
    };
    expect((await tunerOf({ setUp, store: broken }).choose(products(256))).size).toBe(1);
    const nonsense: ChoiceStore = {
      get: async () => new TextEncoder().encode('[not json'),
      put: async () => {},
    };
    expect((await tunerOf({ setUp, store: nonsense }).choose(products(256))).size).toBe(1);
    const failing: SetUp = () => Promise.reject(new Error('does not compile'));
    expect((await tunerOf({ setUp: failing }).choose(products(256))).size).toBe(0);
  });
});
