import type { PlanStep, PlanSummary } from '../kernels/devices/device';
import { createWasmDevice } from '../kernels/devices/wasm/device';
import type { PlanTarget } from '../kernels/devices/webgpu/launches';
import { LOWERINGS } from '../kernels/devices/webgpu/lowerings';
import { planGraph } from '../kernels/devices/webgpu/plan';
import type { Graph, TensorType } from '../kernels/graph/types';
import { type Bounds, boundsOf } from '../kernels/plan/bounds';
import { prepareProgram, traceTarget, trainGraphName } from '../model/harness/prepare';
import { loadSandbox } from '../model/sandbox/sandbox';
import { parse, positive, programOf, UsageError } from './options';
import { loadTerminalTask, taskSpecOf } from './tasks';

const HELP = `npm run plan -- [options]
  Lists the launches of a program's training step, and what no plan could do without. Needs no GPU.
  --program NAME|FOLDER   a preset or a folder with model.ts and optimizer.ts (default microgpt)
  --task NAME|FILE        a task of the catalogue or a text file: its vocabulary and its context
  --precision f16         mixed precision: products of numbers rounded to float16 (default f32)
  --device KIND           webgpu, wasm or both (default)
  --software              plan for a GPU in software, as browsers have where there is no real one
  --float16               plan for a GPU that has float16, whose products round by themselves
  --storage-buffers N     what one launch may bind (default 10, as on most GPUs)
  --json                  end in one line of JSON`;

const OPTIONS = {
  program: { type: 'string', default: 'microgpt' },
  task: { type: 'string', default: 'builtin' },
  precision: { type: 'string' },
  device: { type: 'string', default: 'both' },
  software: { type: 'boolean', default: false },
  float16: { type: 'boolean', default: false },
  'storage-buffers': { type: 'string', default: '10' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

interface PlannedGraph {
  readonly device: string;
  readonly graph: string;
  readonly plan: PlanSummary;
  readonly bounds: Bounds;
}

export async function run(args: string[]): Promise<number> {
  const { values } = parse(args, OPTIONS, HELP);
  const target: PlanTarget = {
    storageBuffers: Math.floor(positive('storage-buffers', values['storage-buffers'])),
    software: values.software,
    quads: values.software,
    half: values.float16,
  };
  const task = await loadTerminalTask(
    await taskSpecOf({ task: values.task, precision: values.precision }),
  );
  const prepared = await prepareProgram(
    await loadSandbox(),
    programOf(values.program),
    traceTarget(task),
  );
  const { tensors, graphs } = prepared.workload;
  const planned: PlannedGraph[] = [];
  for (const device of devicesNamed(values.device)) {
    for (const phase of prepared.traced.phases.keys()) {
      const name = trainGraphName(phase);
      const plan = await PLANNERS[device](graphs[name]!, tensors, target);
      planned.push({ device, graph: name, plan, bounds: boundsOf(graphs[name]!, tensors, plan) });
    }
  }
  for (const each of planned) console.log(`${describe(each)}\n`);
  if (values.json) {
    console.log(JSON.stringify({ parameters: prepared.parameterCount, target, plans: planned }));
  }
  return 0;
}

type Planner = (
  graph: Graph,
  tensors: Readonly<Record<string, TensorType>>,
  target: PlanTarget,
) => PlanSummary | Promise<PlanSummary>;

const PLANNERS = {
  webgpu: (graph, tensors, target) => planGraph(graph, tensors, target, LOWERINGS).summary,
  wasm: async (graph, tensors) => {
    const device = createWasmDevice();
    const session = await device.open({ tensors, graphs: { graph } });
    session.close();
    device.close();
    return session.plans.graph!;
  },
} satisfies Readonly<Record<string, Planner>>;

function devicesNamed(name: string): (keyof typeof PLANNERS)[] {
  if (name === 'both') return ['webgpu', 'wasm'];
  if (name === 'webgpu' || name === 'wasm') return [name];
  throw new UsageError(`there is no planner for ${name}; there are: webgpu, wasm, both`);
}

function describe({ device, graph, plan, bounds }: PlannedGraph): string {
  const { leastTraffic, productTraffic, leastMemory } = bounds;
  const times = (bytes: number) => `${(plan.bytesMoved / bytes).toFixed(2)}x`;
  const memory = leastMemory - plan.aliveBytes + plan.scratchBytes;
  return [
    `${graph} on ${device}: ${plan.launches} launches, ${giga(plan.flops)} GFLOP, ${mega(plan.bytesMoved)} MB moved`,
    ...plan.steps.map(
      (step, i) =>
        `${String(i + 1).padStart(4)}  ${giga(step.flops).padStart(8)} GFLOP  ${mega(step.bytes).padStart(8)} MB  ${step.kernel}${opsOf(step)}`,
    ),
    `traffic  at least ${mega(leastTraffic)} MB (inputs, updates and outputs once): ${times(leastTraffic)}`,
    `         with every product's operands and result once ${mega(productTraffic)} MB: ${times(productTraffic)}`,
    `memory   between launches ${mega(plan.scratchBytes)} MB, of which ${mega(plan.aliveBytes)} MB are alive at once`,
    `         in all ${mega(memory)} MB with tensors that are kept, feeds and outputs: ${(memory / leastMemory).toFixed(2)}x the least, ${mega(leastMemory)} MB`,
  ].join('\n');
}

/** `: add x3, mul`, unless the kernel's name says it already. */
function opsOf({ kernel, ops }: PlanStep): string {
  const counts = new Map<string, number>();
  for (const op of ops) counts.set(op, (counts.get(op) ?? 0) + 1);
  const words = [...counts].map(([op, count]) => (count > 1 ? `${op} x${count}` : op));
  const said = words.length === 0 || words.join(' ') === kernel;
  return said ? '' : `: ${words.join(', ')}`;
}

const giga = (flops: number) => (flops / 1e9).toFixed(4);
const mega = (bytes: number) => (bytes / 1e6).toFixed(3);
