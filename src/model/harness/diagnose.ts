import type { Outputs, Session } from '../../kernels/devices/device';
import { simplify } from '../../kernels/graph/simplify/simplify';
import type { Graph, GraphNode, NodeId } from '../../kernels/graph/types';
import { forEachQuery } from '../../kernels/ops/attention/attention-scores.cpu';
import type { ProgramSource } from '../programs/program';
import type { TracedPhase, TracedProgram } from '../programs/traced';
import type { Budget } from '../tasks/task';
import { joinedStep } from './assemble';
import { NOTHING_SPENT, type Spent, TrainingClock } from './budget';
import { FeedMaker } from './feeds';
import { initialTensors, traceTarget, trainGraphName, writeAll } from './prepare';
import { preparedProgram } from './prepared-programs';
import type { Bench } from './run-trial';
import { train, warmUp } from './train';

/** What happens inside a program while it trains, at a few points of its budget. */
export interface Diagnosis {
  readonly points: readonly DiagnosedPoint[];
  /**
   * Where a training step's work lies, by kind of launch, as planned: counts and shares of the step's
   * floating-point operations and of the bytes that launches move. Estimates of the plan, no timings.
   */
  readonly work: readonly {
    readonly kernel: string;
    readonly launches: number;
    readonly flopsShare: number;
    readonly bytesShare: number;
  }[];
}

export interface DiagnosedPoint {
  /** Share of the budget, 0 to 1. */
  readonly progress: number;
  readonly step: number;
  /** Training loss of the step looked at, in nats per token. */
  readonly loss: number;
  readonly parameters: readonly {
    readonly name: string;
    /** Square roots of summed squares: of the gradient, of what the step changed, of the values before it. */
    readonly gradient: number;
    readonly update: number;
    readonly weight: number;
  }[];
  /**
   * For each traced `attention` in the order of the program, its mean entropy over heads and queries: 0 when each
   * query looks at one key, 1 when it looks at all it sees alike. Attention that a program writes by
   * other means is not seen.
   */
  readonly attention: readonly number[];
}

/** Shares of the budget at or just after which a step is looked at. */
const POINTS = [0, 0.1, 0.25, 0.5, 0.75, 0.95];
/** Sequences whose attention is looked at. */
const SEQUENCES = 2;

/**
 * Trains a program once, and looks at a few of its steps from within. It is a run of its own, beside the
 * scored trials: they are neither changed nor slowed. Throws what a crash of the program throws
 * (ProgramError, ProgramCrash, GraphError), and when the signal aborts.
 */
export async function diagnose(
  { task, device, sandbox }: Bench,
  program: ProgramSource,
  {
    seed,
    budget = task.spec.budget,
    signal = new AbortController().signal,
  }: { seed: number; budget?: Budget; signal?: AbortSignal },
): Promise<Diagnosis> {
  const prepared = await preparedProgram(sandbox, program, traceTarget(task));
  const { traced, workload } = prepared;
  const looks: Record<string, Graph> = {};
  traced.phases.forEach((phase, i) => {
    looks[lookName(i)] = lookingGraph(traced, phase);
  });
  const session = await device.open({ ...workload, graphs: { ...workload.graphs, ...looks } });
  try {
    const beginning = await initialTensors(traced, seed, device.info.precision);
    writeAll(session, beginning);
    await warmUp({ session, prepared, task, seed, budget });
    writeAll(session, beginning);

    const points: DiagnosedPoint[] = [];
    const makers = traced.phases.map(
      (_, phase) => new FeedMaker({ session, prepared, task, seed, budget }, phase),
    );
    const look = async (spent: Spent, progress: number) => {
      const phase = Math.max(
        0,
        traced.phases.findIndex(({ until }) => progress < until),
      );
      const maker = makers[phase]!;
      const { batch } = traced.phases[phase]!;
      const cost = { ...maker.cost, seconds: 0 };
      const feeds = maker.make(1, spent, cost, spent.steps * batch);
      const [outputs] = await session.run(lookName(phase), feeds);
      points.push(pointOf(traced, traced.phases[phase]!, outputs!, progress, spent.steps));
    };
    await look(NOTHING_SPENT, 0);

    let spent: Spent = NOTHING_SPENT;
    let reached = 0;
    await train({
      session,
      prepared,
      task,
      seed,
      budget,
      clock: new TrainingClock(),
      signal,
      onPoints: (latest, progress) => {
        const { step, tokens, seconds } = latest.at(-1)!;
        const flops = progress * (budget.unit === 'flops' ? budget.amount : 0);
        spent = { steps: step, tokens, seconds, flops };
        reached = progress;
        return undefined;
      },
      pauseWanted: () => reached < 1 && reached >= (POINTS[points.length] ?? Infinity),
      onPause: () => look(spent, reached),
    });
    return { points, work: workOf(session) };
  } finally {
    session.close();
  }
}

const lookName = (phase: number): string => `look${phase}`;

/** A training step that changes nothing, and tells of itself. */
function lookingGraph(program: TracedProgram, phase: TracedPhase): Graph {
  const { b, loss, grads, updates, forward } = joinedStep(program, phase);
  const outputs: Record<string, NodeId> = { loss };
  const squares = (id: NodeId) =>
    b.sum(
      b.mul(id, id),
      b.shape(id).map((_, axis) => axis),
    );
  for (const { name, shape } of program.parameters) {
    const before = b.input(`params/${name}`, shape);
    const after = updates[`params/${name}`] ?? before;
    outputs[`gradient/${name}`] = squares(grads[`grads/${name}`]!);
    outputs[`update/${name}`] = squares(b.sub(after, before));
    outputs[`weight/${name}`] = squares(before);
  }
  attentionsOf(phase).forEach(({ inputs }, i) => {
    outputs[`q${i}`] = forward.get(inputs[0]!)!;
    outputs[`k${i}`] = forward.get(inputs[1]!)!;
  });
  return simplify(b.finish(outputs));
}

function attentionsOf({ forward }: TracedPhase): GraphNode[] {
  return forward.nodes.filter(({ op }) => op === 'attention');
}

function pointOf(
  program: TracedProgram,
  phase: TracedPhase,
  outputs: Outputs,
  progress: number,
  step: number,
): DiagnosedPoint {
  const norm = (name: string) => Math.sqrt(outputs[name]![0]!);
  const parameters = program.parameters.map(({ name }) => ({
    name,
    gradient: norm(`gradient/${name}`),
    update: norm(`update/${name}`),
    weight: norm(`weight/${name}`),
  }));
  const attention = attentionsOf(phase).map((node, i) => {
    const [q, k] = node.inputs.map((input) => phase.forward.nodes[input]!.shape);
    return entropyOf(node, few(outputs[`q${i}`]!, q!), few(outputs[`k${i}`]!, k!));
  });
  return { progress, step, loss: outputs.loss![0]!, parameters, attention };
}

/** The first sequences of [B, T, heads, D]. */
function few(data: Outputs[string], [B, ...rest]: readonly number[]) {
  const shape = [Math.min(SEQUENCES, B!), ...rest];
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, dtype: 'f32' as const, data: data.subarray(0, size) };
}

type Few = ReturnType<typeof few>;

/** Mean of -sum p log p over log of the keys seen, of the queries that see more than one. */
function entropyOf({ attrs }: GraphNode, q: Few, k: Few): number {
  let sum = 0;
  let queries = 0;
  forEachQuery(q, k, attrs, ({ first, last, score }) => {
    if (last === first) return;
    let most = -Infinity;
    for (let j = first; j <= last; j++) most = Math.max(most, score[j]!);
    let total = 0;
    let weighted = 0;
    for (let j = first; j <= last; j++) {
      const weight = Math.exp(score[j]! - most);
      total += weight;
      weighted += weight * (score[j]! - most);
    }
    sum += (Math.log(total) - weighted / total) / Math.log(last - first + 1);
    queries++;
  });
  return queries === 0 ? 0 : sum / queries;
}

function workOf(session: Session): Diagnosis['work'] {
  const plan = session.plans[trainGraphName(0)]!;
  const kinds = new Map<string, { launches: number; flops: number; bytes: number }>();
  for (const { kernel, flops, bytes } of plan.steps) {
    const kind = kinds.get(kernel) ?? { launches: 0, flops: 0, bytes: 0 };
    kinds.set(kernel, {
      launches: kind.launches + 1,
      flops: kind.flops + flops,
      bytes: kind.bytes + bytes,
    });
  }
  const all = [...kinds.values()];
  const flops = all.reduce((sum, kind) => sum + kind.flops, 0) || 1;
  const bytes = all.reduce((sum, kind) => sum + kind.bytes, 0) || 1;
  return [...kinds]
    .map(([kernel, kind]) => ({
      kernel,
      launches: kind.launches,
      flopsShare: kind.flops / flops,
      bytesShare: kind.bytes / bytes,
    }))
    .sort((a, b) => b.flopsShare - a.flopsShare || b.bytesShare - a.bytesShare);
}
