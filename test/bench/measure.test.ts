import { describe, expect, it } from 'vitest';
import { NODE_CONTENDERS, PAGE_CONTENDERS, TORCH_CONTENDERS } from '../../bench/contenders';
import { COMPARED_STEPS, measureModel } from '../../bench/measure';
import { MODELS } from '../../bench/models';
import { benchOptions } from '../../bench/options';
import type { Place, Runner } from '../../bench/runner';
import { spreadOf } from '../../bench/statistics';

/** A contender that takes so many milliseconds a step, and counts its calls. */
function pretend(id: string, pace: number, calls: string[], fail?: 'prepare' | 'run' | 'hang') {
  const contender = [...PAGE_CONTENDERS, ...TORCH_CONTENDERS].find((each) => each.id === id)!;
  let step = 1;
  const runner: Runner = {
    contender,
    async prepare() {
      if (fail === 'prepare') throw new Error('no such thing here\n    at somewhere');
      if (fail === 'hang') return new Promise(() => {});
      const plan = {
        bytesMoved: 1,
        leastTraffic: 1,
        productTraffic: 1,
        leastMemory: 1,
        heldBytes: 1,
      };
      const all = contender.precision ? 1.5e6 : 1e6;
      const flops = { flops: all, plannedFlops: contender.backend === 'wasm' ? 0.9e6 : all };
      return {
        device: 'pretended',
        firstStepMilliseconds: 2 * pace,
        firstLoss: 5,
        // In mixed precision a plan counts its rounding too.
        ...(contender.lab ? { plan: { ...flops, ...plan } } : {}),
      };
    },
    async run(steps) {
      calls.push(`${id} ${steps}`);
      if (fail === 'run' && step > COMPARED_STEPS) throw new Error('lost on the way');
      const losses = Array.from({ length: steps }, () => 5 / ++step);
      const counts = { launches: 8 * steps, submits: 1, bindGroups: 0, buffers: 0 };
      return { losses, milliseconds: pace * steps, cpuSeconds: pace * steps, counts };
    },
    lastError: () => (fail === 'hang' ? 'a worker died' : undefined),
    close: async () => {},
  };
  return runner;
}

const options = { samples: 3, patienceMilliseconds: 50, rest: async () => {}, log: () => {} };

describe('measureModel', () => {
  it('takes samples in turn, longer ones of who is quick, and counts per step', async () => {
    const calls: string[] = [];
    const runners = [pretend('lab-webgpu', 250, calls), pretend('jax-webgpu-jit', 1000, calls)];
    // A ceiling of 8 million FLOP/s, and steps of a million: the lab takes 250 ms for each.
    const place: Place = {
      description: 'nowhere',
      runner: () => runners[0]!,
      ceiling: async () => 8e6,
      close: async () => {},
    };
    const { measured, agreement } = await measureModel(MODELS[0]!, runners, place, options);
    expect(measured.map(({ shareOfCeiling }) => shareOfCeiling)).toEqual([0.5, undefined]);
    const round = ['lab-webgpu 4', 'jax-webgpu-jit 1'];
    expect(calls.slice(2, 8)).toEqual([...round, ...round, ...round]);
    expect(measured.map(({ milliseconds }) => milliseconds.median)).toEqual([250, 1000]);
    expect(measured.map(({ cpuSeconds }) => cpuSeconds?.median)).toEqual([250, 1000]);
    expect(measured[0]!.counts).toEqual({ launches: 8, submits: 0.1, bindGroups: 0, buffers: 0 });
    expect(measured[0]!.losses).toHaveLength(COMPARED_STEPS);
    expect(agreement.disagreeing).toEqual([]);
  });

  it('gives no credit for operations that a plan spares', async () => {
    const runners = [pretend('lab-webgpu', 100, []), pretend('lab-wasm', 100, [])];
    const place: Place = {
      description: 'nowhere',
      runner: () => runners[0]!,
      ceiling: async () => 20e6,
      close: async () => {},
    };
    const { measured, flops } = await measureModel(MODELS[0]!, runners, place, options);
    expect(measured.map(({ shareOfCeiling }) => shareOfCeiling)).toEqual([0.5, 0.45]);
    expect(flops).toBe(1e6);
  });

  it('waits for rest before each sample and each ceiling, and before each call that counts', async () => {
    const calls: string[] = [];
    const runner = pretend('lab-webgpu', 250, calls);
    const place: Place = {
      description: 'nowhere',
      runner: () => runner,
      ceiling: async () => {
        calls.push('ceiling');
        return 20e6;
      },
      close: async () => {},
    };
    const rest = async () => {
      calls.push('rest');
    };
    await measureModel(MODELS[0]!, [runner], place, { ...options, samples: 2, rest });
    const round = ['rest', 'lab-webgpu 4', 'rest', 'ceiling'];
    const count = ['rest', 'lab-webgpu 10'];
    expect(calls.slice(1)).toEqual([...round, ...round, ...count, ...count, ...count]);
  });

  it('takes the middle of three calls as the time of JavaScript, and fewer of who is slow', async () => {
    const busy = [20, 700, 30];
    const quick = pretend('lab-webgpu', 250, []);
    const slowCalls: string[] = [];
    const slow = pretend('jax-webgpu-jit', 4000, slowCalls);
    const runners = [
      {
        ...quick,
        run: async (steps: number) => ({
          ...(await quick.run(steps)),
          ...(steps === 10 ? { scriptMilliseconds: busy.shift()! } : {}),
        }),
      },
      {
        ...slow,
        run: async (steps: number) => ({ ...(await slow.run(steps)), scriptMilliseconds: 8 }),
      },
    ];
    const { measured } = await measureModel(MODELS[0]!, runners, undefined, options);
    expect(measured.map(({ scriptMilliseconds }) => scriptMilliseconds)).toEqual([3, 8]);
    expect(slowCalls.filter((call) => call.endsWith(' 10'))).toEqual([]);
  });

  it('holds each against a product of its own precision, and counts the same work for all', async () => {
    const torch = pretend('torch-eager-bf16', 20, []);
    const runners = [
      pretend('lab-webgpu-f16', 50, []),
      pretend('lab-webgpu', 100, []),
      pretend('torch-eager', 100, []),
      { ...torch, ceiling: async () => 200e6 },
    ];
    const place: Place = {
      description: 'nowhere',
      runner: () => runners[0]!,
      ceiling: async ({ precision }) => (precision === 'f16' ? 80e6 : 20e6),
      close: async () => {},
    };
    const { measured, flops } = await measureModel(MODELS[0]!, runners, place, options);
    expect(flops).toBe(1e6);
    expect(measured.map(({ shareOfCeiling }) => shareOfCeiling)).toEqual([
      0.25,
      0.5,
      undefined,
      0.25,
    ]);
    expect(measured.map(({ ceiling }) => ceiling?.median)).toEqual([80e6, 20e6, undefined, 200e6]);
  });

  it('goes on without one whose ceiling cannot be measured', async () => {
    const torch = pretend('torch-eager', 100, []);
    const lost = { ...torch, ceiling: () => Promise.reject(new Error('out of memory')) };
    const runners = [pretend('lab-webgpu', 100, []), lost];
    const { measured, absent } = await measureModel(MODELS[0]!, runners, undefined, options);
    expect(measured.map(({ contender }) => contender.id)).toEqual(['lab-webgpu']);
    expect(absent).toMatchObject([{ contender: { id: 'torch-eager' }, reason: 'out of memory' }]);
  });

  it('goes on without those that fail, and says why', async () => {
    const runners = [
      pretend('lab-webgpu', 100, []),
      pretend('jax-webgpu', 100, [], 'prepare'),
      pretend('jax-webgpu-jit', 100, [], 'run'),
      pretend('tfjs-wasm', 100, [], 'hang'),
    ];
    const { measured, absent } = await measureModel(MODELS[0]!, runners, undefined, options);
    expect(measured.map(({ contender }) => contender.id)).toEqual(['lab-webgpu']);
    expect(absent.map(({ contender, reason }) => [contender.id, reason])).toEqual([
      ['jax-webgpu', 'no such thing here'],
      ['tfjs-wasm', expect.stringMatching(/^it gave no answer for .* last: a worker died$/)],
      ['jax-webgpu-jit', 'lost on the way'],
    ]);
  });
});

describe('spreadOf', () => {
  it('finds the middle', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('benchOptions', () => {
  it('names models and contenders, and takes all of the page by default', () => {
    const all = benchOptions([]);
    expect(all.models.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(all.contenders).toEqual(PAGE_CONTENDERS.filter(({ precision }) => !precision));
    expect(all.samples).toBe(10);
    const inNode = benchOptions(['--node']).contenders.map(({ id }) => id);
    expect(inNode).toEqual(['node-webgpu', 'node-wasm']);
    const few = benchOptions(['--only', 'lab-wasm,torch-eager', '--torch', '--models', 'B']);
    expect(few.contenders.map(({ id }) => id)).toEqual(['lab-wasm', 'torch-eager']);
  });

  it('adds contenders in mixed precision when asked', () => {
    expect(benchOptions(['--mixed']).contenders).toEqual(PAGE_CONTENDERS);
    const { contenders } = benchOptions(['--mixed', '--node', '--torch']);
    expect(contenders).toEqual([...NODE_CONTENDERS, ...TORCH_CONTENDERS]);
    expect(contenders.filter(({ precision }) => precision).map(({ id }) => id)).toEqual([
      'node-webgpu-f16',
      'torch-eager-bf16',
      'torch-compiled-bf16',
    ]);
    const own = benchOptions(['--mixed', '--program', 'gpt', '--only', 'lab-webgpu-f16']);
    expect(own.contenders.map(({ id }) => id)).toEqual(['lab-webgpu-f16']);
  });

  it("gives a program of one's own to the lab alone", () => {
    const { models, contenders } = benchOptions(['--program', 'gpt', '--context', '32']);
    expect(models[0]).toMatchObject({ name: 'gpt', target: { context: 32, vocab: 65 } });
    expect(contenders.every(({ lab }) => lab)).toBe(true);
  });

  it.each([
    [['--models', 'Z'], /no model Z.*A, B, C/],
    [['--only', 'lab-webgpu-f16'], /no contender lab-webgpu-f16 here/],
    [['--only', 'abacus'], /no contender abacus.*lab-webgpu/],
    [['--steps', '0'], /--steps needs a positive number/],
    [['--program', 'nowhere'], /no program nowhere/],
  ])('refuses %j in words', (args, message) => {
    expect(() => benchOptions(args)).toThrow(message);
  });
});
