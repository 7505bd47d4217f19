import { createCpuDevice } from '../../kernels/devices/cpu/device';
import type { HostData, Session, Workload } from '../../kernels/devices/device';
import { hashGraphs } from '../../kernels/graph/hash';
import { reachableNodes } from '../../kernels/graph/reach';
import { type Graph, sizeOf } from '../../kernels/graph/types';
import type { ProgramSource } from '../programs/program';
import type { TracedProgram, TraceTarget } from '../programs/traced';
import type { Sandbox } from '../sandbox/sandbox';
import { hashJson } from '../tasks/hash';
import type { LoadedTask } from '../tasks/task';
import { averagingGraph, judged, persistentTensors, scoringGraph, trainingGraph } from './assemble';
import { LOGITS } from './causality';
import { SCORE } from './evaluate';
import { initialValues } from './initialise';
import { drawingGraph, SAMPLE, SAMPLED, sampledType } from './sample';

/** Name of the graph that averages weights before they are judged, in programs that do. */
export const AVERAGE = 'average';

/** A program made ready to train: everything but the device and the seed. */
export interface PreparedProgram {
  readonly traced: TracedProgram;
  readonly target: TraceTarget;
  readonly workload: Workload;
  readonly parameterCount: number;
  readonly graphHash: string;
  /** Nodes that a result depends on, over all graphs of the program's own. */
  readonly graphNodes: number;
  /** Hash of what is drawn from a seed; see `drawsOf`. */
  readonly draws: string;
}

export const trainGraphName = (phase: number): string => `train${phase}`;

/** Sequences scored in one run: enough to keep a device busy, few enough to fit a small one. */
const EVALUATION_BATCH = 16;

export function traceTarget(task: LoadedTask): TraceTarget {
  return {
    vocab: task.vocab,
    context: task.spec.context,
    evaluationBatch: Math.min(EVALUATION_BATCH, Math.max(2, task.spec.evaluationWindows)),
    ...(task.spec.precision ? { precision: task.spec.precision } : {}),
  };
}

/** Traces a program and joins it with the harness's own graphs. Throws ProgramError or GraphError. */
export async function prepareProgram(
  sandbox: Sandbox,
  source: ProgramSource,
  target: TraceTarget,
): Promise<PreparedProgram> {
  const traced = await sandbox.trace(source, target);
  const graphs: Record<string, Workload['graphs'][string]> = {
    [SCORE]: scoringGraph(traced),
    [LOGITS]: judged(traced, traced.evaluation),
    [SAMPLE]: drawingGraph(judged(traced, traced.sampling)),
  };
  if (traced.averaged) graphs[AVERAGE] = averagingGraph(traced.averaged);
  traced.phases.forEach((phase, i) => {
    graphs[trainGraphName(i)] = trainingGraph(traced, phase);
  });
  return {
    traced,
    target,
    workload: {
      tensors: { ...persistentTensors(traced), [SAMPLED]: sampledType(target.context) },
      graphs,
    },
    parameterCount: traced.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    graphHash: await hashProgram(traced),
    graphNodes: Object.values(ownGraphs(traced)).reduce((sum, graph) => sum + nodesOf(graph), 0),
    draws: await drawsOf(traced),
  };
}

/**
 * Equal for programs that draw the same random numbers and batches from a seed, so that two of their trials
 * on it share that luck: names, shapes and kinds of the parameters that begin at random, and the batch and
 * context of each phase. Scale is left out, since scaled draws are the same draws; so is what begins
 * constant, since it draws nothing. The order of parameters makes no difference to what they draw.
 */
async function drawsOf({ parameters, phases }: TracedProgram): Promise<string> {
  const random = parameters
    .filter(({ init }) => init.kind !== 'constant')
    .map(({ name, shape, init }) => JSON.stringify([name, shape, init.kind]))
    .sort();
  return hashJson([random, phases.map(({ batch, context }) => [batch, context])]);
}

/** Equal for programs that compute the same thing from the same beginnings in the same phases. */
async function hashProgram(traced: TracedProgram): Promise<string> {
  const { parameters, phases } = traced;
  const sizes = phases.map(({ until, batch, context }) => [until, batch, context]);
  return hashJson([parameters, sizes, await hashGraphs(ownGraphs(traced))]);
}

/** What the program itself wrote, by name. */
function ownGraphs({ phases, state, evaluation, averaged }: TracedProgram): Record<string, Graph> {
  const graphs: Record<string, Graph> = { state, evaluation };
  if (averaged) graphs.averaged = averaged;
  phases.forEach(({ forward, update }, i) => {
    graphs[`forward${i}`] = forward;
    graphs[`update${i}`] = update;
  });
  return graphs;
}

function nodesOf(graph: Graph): number {
  return reachableNodes(graph).filter(Boolean).length;
}

/** What the persistent tensors hold before the first step: parameters by seed, then the optimizer's state. */
export async function initialTensors(
  traced: TracedProgram,
  seed: number,
  precision: 'f32' | 'f64',
): Promise<Map<string, HostData>> {
  const parameters = new Map<string, HostData>();
  for (const spec of traced.parameters) {
    const values = initialValues(spec, seed);
    parameters.set(`params/${spec.name}`, precision === 'f64' ? values : Float32Array.from(values));
  }
  return withState(traced, parameters, precision);
}

/** Adds `state(params)` to given parameters. */
export async function withState(
  traced: TracedProgram,
  parameters: ReadonlyMap<string, HostData>,
  precision: 'f32' | 'f64',
): Promise<Map<string, HostData>> {
  const all = new Map(parameters);
  const device = createCpuDevice({ precision });
  const session = await device.open({
    tensors: persistentTensors(traced),
    graphs: { state: traced.state },
  });
  for (const [name, data] of parameters) session.write(name, data);
  const [state] = await session.run('state', [{}]);
  for (const [name, data] of Object.entries(state!)) all.set(name, data);
  session.close();
  device.close();
  return all;
}

export function writeAll(session: Session, tensors: ReadonlyMap<string, HostData>): void {
  for (const [name, data] of tensors) session.write(name, data);
}
