import { describe, expect, it, vi } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import type { Device, Outputs } from '../../../src/kernels/devices/device';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import { createWebGpuDevice } from '../../../src/kernels/devices/webgpu/device';
import { LOWERINGS } from '../../../src/kernels/devices/webgpu/lowerings';
import { planWorkload } from '../../../src/kernels/devices/webgpu/plan';
import type { Graph, NodeId } from '../../../src/kernels/graph/types';
import { persistentTensors, trainingGraph } from '../../../src/model/harness/assemble';
import {
  initialTensors,
  prepareProgram,
  traceTarget,
  writeAll,
} from '../../../src/model/harness/prepare';
import { runTrial } from '../../../src/model/harness/run-trial';
import { presetNamed } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';
import { loadTask } from '../../../src/model/tasks/load';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import type { TaskSpec } from '../../../src/model/tasks/task';
import { describeOnGpu, lacksFloat16 } from '../../kernels/devices/webgpu/gpu';
import { tinyProgram } from './programs';
import { SMALL_TASK, smallBench } from './small-bench';

// A software GPU compiles the shaders of a trial for seconds, on a busy machine for many.
vi.setConfig({ testTimeout: 180_000 });

const MIXED: TaskSpec = { ...SMALL_TASK, precision: 'f16' };
const gpt = presetNamed('gpt')!.source;
const sandbox = await loadSandbox();
const taskOf = (spec: TaskSpec) => loadTask(spec, { store: memoryCorpora() });

async function scoreOf(spec: TaskSpec, device: Device): Promise<number> {
  const bench = await smallBench(spec, device);
  const result = await runTrial(bench, { id: 'trial', program: gpt, seed: 3 });
  if (result.status !== 'finished') throw new Error(JSON.stringify(result));
  return result.summary.valBpb;
}

/** The op that the sides of each product come from, seen through what only moves elements. */
function sidesOf({ nodes }: Graph): string[] {
  const source = (id: NodeId): string => {
    const { op, inputs } = nodes[id]!;
    return ['reshape', 'transpose', 'broadcastTo'].includes(op) ? source(inputs[0]!) : op;
  };
  return nodes.filter(({ op }) => op === 'matmul').flatMap(({ inputs }) => inputs.map(source));
}

describe('a task in mixed precision', () => {
  it('is another task than the same in float32, and its programs are not told', async () => {
    const [mixed, plain] = [await taskOf(MIXED), await taskOf(SMALL_TASK)];
    expect(mixed.id).not.toBe(plain.id);
    const inF16 = await prepareProgram(sandbox, gpt, traceTarget(mixed));
    const inF32 = await prepareProgram(sandbox, gpt, traceTarget(plain));
    expect(inF16.graphHash).toBe(inF32.graphHash);
    expect(inF16.draws).toBe(inF32.draws);
  });

  it('rounds the sides of every product, in training, score, probe and samples', async () => {
    const { workload } = await prepareProgram(sandbox, gpt, traceTarget(await taskOf(MIXED)));
    for (const name of ['train0', 'score', 'logits', 'sample']) {
      const sides = sidesOf(workload.graphs[name]!);
      expect(sides.length).toBeGreaterThan(0);
      expect(new Set(sides)).toEqual(new Set(['roundF16']));
    }
  });

  it('costs no launch more than float32 on a GPU with float16, whose kernels round as they read', async () => {
    const planned = async (spec: TaskSpec, half: boolean) => {
      const { workload } = await prepareProgram(sandbox, gpt, traceTarget(await taskOf(spec)));
      const target = { storageBuffers: 8, software: false, half };
      return [...planWorkload(workload, target, LOWERINGS).graphs.values()].map(({ summary }) => ({
        launches: summary.launches,
        rounds: summary.steps.some(({ ops }) => ops.includes('roundF16')),
      }));
    };
    expect(await planned(MIXED, true)).toEqual(await planned(SMALL_TASK, true));
    expect((await planned(MIXED, false)).every(({ rounds }) => rounds)).toBe(true);
  });

  it('leaves the products of an optimizer in float32', async () => {
    const program = tinyProgram({
      optimizer: `
        import { map, matmul } from 'loopy';
        export const batch = 4;
        export function state() { return {}; }
        export function update(params, grads) {
          const along = (p, g) => matmul(p, matmul(p.transpose(), g));
          return { params: map(params, (p, name) => p.sub(along(p, grads[name]).mul(0.01))), state: {} };
        }`,
    });
    const { workload } = await prepareProgram(sandbox, program, traceTarget(await taskOf(MIXED)));
    const sides = sidesOf(workload.graphs.train0!);
    // Forward once, back twice; the optimizer's are two for each of two parameters.
    expect(sides.filter((op) => op === 'roundF16')).toHaveLength(6);
    expect(sides.filter((op) => op !== 'roundF16')).toHaveLength(8);
  });

  it('keeps the digits of gradients that are small because a batch is large', async () => {
    // One of 16,384 tokens has a share of 1e-6 in what flows back to a logit: float16's last digit but four.
    const program: ProgramSource = {
      ...tinyProgram(),
      optimizer: tinyProgram().optimizer.replace('batch = 4', 'batch = 1024'),
    };
    const [exact, mixed] = [
      await gradientsOf(SMALL_TASK, program),
      await gradientsOf(MIXED, program),
    ];
    expect(Object.keys(exact)).toEqual(['grads/wte', 'grads/head']);
    for (const [name, gradient] of Object.entries(exact)) {
      expect(mixed[name]).not.toEqual(gradient);
      expect(distance(mixed[name]!, gradient)).toBeLessThan(5e-4);
    }
  });

  it('trains to nearly the score of float32, and not to the same', async () => {
    const plain = await scoreOf(SMALL_TASK, createCpuDevice({ precision: 'f64' }));
    const mixed = await oracle();
    expect(mixed).not.toBe(plain);
    expect(Math.abs(mixed - plain)).toBeLessThan(0.01);
  });

  it('comes to the same on wasm', async () => {
    expect(await scoreOf(MIXED, createWasmDevice({ threads: 1 }))).toBeCloseTo(await oracle(), 2);
  });
});

await describeOnGpu('a task in mixed precision', (gpu) => {
  it('comes to the same', async () => {
    expect(await scoreOf(MIXED, createWebGpuDevice(gpu()))).toBeCloseTo(await oracle(), 2);
  });
});

await describeOnGpu(
  'a task in mixed precision, planned as for a GPU,',
  (gpu) => {
    it('comes to the same in float16', async () => {
      const device = createWebGpuDevice(gpu(), { software: false });
      expect(await scoreOf(MIXED, device)).toBeCloseTo(await oracle(), 2);
    }, 600_000);
  },
  lacksFloat16,
);

let score: Promise<number> | undefined;
/** What the float64 reference scores on the task in mixed precision. */
function oracle(): Promise<number> {
  score ??= scoreOf(MIXED, createCpuDevice({ precision: 'f64' }));
  return score;
}

/** Gradients of the first step. */
async function gradientsOf(spec: TaskSpec, program: ProgramSource): Promise<Outputs> {
  const task = await taskOf(spec);
  const traced = await sandbox.trace(program, traceTarget(task));
  const [phase] = traced.phases;
  const { loss: _, ...outputs } = trainingGraph(traced, phase!, { gradients: true }).outputs;
  const graph = { ...trainingGraph(traced, phase!, { gradients: true }), outputs, updates: {} };
  const device = createCpuDevice({ precision: 'f64' });
  const session = await device.open({ tensors: persistentTensors(traced), graphs: { graph } });
  writeAll(session, await initialTensors(traced, 1, 'f64'));
  const size = phase!.batch * phase!.context;
  const tokens = Int32Array.from({ length: size }, (_, i) => (i * i) % task.vocab);
  const targets = tokens.map((token) => (7 * token + 3) % task.vocab);
  const [gradients] = await session.run('graph', [{ tokens, targets }]);
  session.close();
  return gradients!;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
