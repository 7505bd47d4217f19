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

  /** A sum long enough to be cut into parts, and a GPU on which each way takes what `seconds` says. */
  const long = (): Workload => {
    const b = new GraphBuilder();
    const y = b.matmul(b.input('a', [64, 2048]), b.input('b', [2048, 64]));
    return { tensors: {}, graphs: { forward: b.finish({ y }) } };
  };
  function timed(seconds: (way: string) => number) {
    const gpu = { now: 0, races: [] as string[][] };
    const setUp: SetUp = async (ways) => {
      gpu.races.push([...ways.keys()]);
      const entries = [...ways.keys()].map((name) => {
        const took = async (repetitions: number) => {
          gpu.now++;
          return repetitions * seconds(name);
        };
        return [name, { seconds: took }] as const;
      });
      return { ways: new Map(entries), close: () => {} };
    };
    return { gpu, setUp };
  }

  it('tries other cuts of the sum for the fastest way alone', async () => {
    const faster = (way: string) => (way.startsWith('registers') ? 2e-4 : 5e-4);
    const { gpu, setUp } = timed((way) => faster(way) / (way.includes(' 1 group') ? 2 : 1));
    const choices = await tunerOf({ setUp }).choose(long());
    expect([...choices.values()]).toEqual(['registers of 64, 1 groups']);
    const [ways, cuts] = gpu.races;
    expect(gpu.races).toHaveLength(2);
    expect(new Set(ways!.map((way) => way.split(',')[1]))).toEqual(new Set([' 128 groups']));
    expect(cuts![0]).toBe('registers of 64, 128 groups');
    expect(cuts!.every((way) => way.startsWith('registers of 64'))).toBe(true);
    expect(cuts!.length).toBeGreaterThan(1);
  });

  it('keeps the fastest way where there is no time for its cuts', async () => {
    const { gpu, setUp } = timed((way) => (way.startsWith('registers') ? 2e-4 : 5e-4));
    const tuner = tunerOf({ setUp, now: () => (gpu.races.length > 1 ? 1000 : 0) });
    expect([...(await tuner.choose(long())).values()]).toEqual(['registers of 64, 128 groups']);
    expect(gpu.races).toHaveLength(2);
  });

  it('begins with the most work, and leaves the rest as it is when the time is up, for good', async () => {
    const { gpu, setUp } = fakeGpu('registers');
    // Time for one class: six ways of five calls or so.
    const tuner = tunerOf({ setUp, now: () => gpu.now, milliseconds: 35 });
    const first = await tuner.choose(products(32, 256));
    expect([...first.keys()]).toEqual([CLASS]);
    expect(gpu.now).toBeLessThan(45);
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
