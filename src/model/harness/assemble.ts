import { GraphBuilder } from '../../kernels/graph/builder';
import { differentiate } from '../../kernels/graph/differentiate';
import { GraphError } from '../../kernels/graph/errors';
import { inlineGraph } from '../../kernels/graph/inline';
import { inlineMixed, withMixedPrecision } from '../../kernels/graph/mixed-precision';
import { simplify } from '../../kernels/graph/simplify/simplify';
import type { Graph, NodeId, TensorType } from '../../kernels/graph/types';
import type { TracedPhase, TracedProgram } from '../programs/traced';

/**
 * Joins what the program wrote (forward, update) with what is the harness's own (the score, the gradient)
 * into the graphs that a device runs. The program's side never sees the other.
 */

/** Mean nats per predicted token of logits [B, T, V] against targets [B, T]; targets of -1 do not count. */
function meanCrossEntropy(b: GraphBuilder, logits: NodeId, targets: NodeId): NodeId {
  const counted = b.emit('cast', [b.emit('greaterEqual', [targets, b.constant(0, 'i32')])], {
    dtype: 'f32',
  });
  const count = b.emit('maximum', [b.sum(counted, []), b.constant(1)]);
  return b.div(b.sum(b.emit('crossEntropy', [logits, targets]), []), count);
}

/**
 * One training step: forward, loss, gradient, update. Outputs `loss` (mean nats per token by the harness's
 * cross-entropy) and, where the program has a loss of its own, `objective`; with `gradients`, also
 * `grads/<name>` of every parameter.
 */
export function trainingGraph(
  program: TracedProgram,
  phase: TracedPhase,
  { gradients = false }: { gradients?: boolean } = {},
): Graph {
  const { b, loss, objective, grads, updates } = joinedStep(program, phase);
  const outputs: Record<string, NodeId> = { loss };
  if (objective !== loss) outputs.objective = objective;
  if (gradients) Object.assign(outputs, grads);
  return simplify(b.finish(outputs, updates));
}

/** A step's nodes in one builder, before anything is simplified away; `forward` says where its nodes went. */
export function joinedStep(program: TracedProgram, phase: TracedPhase) {
  const { b, loss, objective, gradients, forward } = differentiatedForward(program, phase);
  const grads: Record<string, NodeId> = {};
  program.parameters.forEach(({ name }, i) => {
    grads[`grads/${name}`] = gradients[i]!;
  });
  const update = inlineGraph(b, phase.update, grads);
  return { b, loss, objective, grads, updates: mapped(phase.update.updates, update), forward };
}

/** The loss and its gradients with respect to every parameter, in the program's precision. */
function differentiatedForward(program: TracedProgram, phase: TracedPhase) {
  const b = new GraphBuilder();
  const forward = inlineGraph(b, phase.forward, {});
  const logits = outputOf(phase.forward, forward, 'logits');
  const targets = b.input('targets', [phase.batch, phase.context], 'i32');
  const loss = meanCrossEntropy(b, logits, targets);
  const ownLoss = phase.forward.outputs.loss;
  const objective = ownLoss === undefined ? loss : forward.get(ownLoss)!;
  const names = program.parameters.map((parameter) => `params/${parameter.name}`);
  const parameters = program.parameters.map(({ shape }, i) => b.input(names[i]!, shape));
  if (program.precision === undefined) {
    return { b, loss, objective, gradients: differentiate(b, objective, parameters), forward };
  }
  const scale = lossScale(phase);
  const gradients = differentiate(b, b.scale(objective, scale), parameters).map((gradient) =>
    b.scale(gradient, 1 / scale),
  );
  const mixed = new GraphBuilder();
  const to = inlineMixed(mixed, b.finish({}));
  return {
    b: mixed,
    loss: to.get(loss)!,
    objective: to.get(objective)!,
    gradients: gradients.map((id) => to.get(id)!),
    forward: new Map([...forward].map(([id, copy]) => [id, to.get(copy)!])),
  };
}

/**
 * What the loss is multiplied by before it is differentiated, and gradients divided by after, where products round
 * to float16, which has nothing below 6e-8 (Micikevicius et al., 2018). A loss is a mean over tokens, so what
 * flows back has the size of one token's gradient after multiplying by their number; sixteen times that leaves room
 * for what is 4000 times as large and for what is 4 millionths of it. A power of two, so that it rounds nothing by itself.
 */
function lossScale({ batch, context }: TracedPhase): number {
  return 16 * 2 ** Math.ceil(Math.log2(batch * context));
}

/** Outputs `nats`, summed over every target of tokens [B, T] that counts. */
export function scoringGraph(program: TracedProgram): Graph {
  const b = new GraphBuilder();
  const forward = judged(program, program.evaluation);
  const logits = outputOf(forward, inlineGraph(b, forward, {}), 'logits');
  const [batch = 1, context = 1] = b.shape(logits);
  const targets = b.input('targets', [batch, context], 'i32');
  const nats = b.sum(b.emit('crossEntropy', [logits, targets]), []);
  return simplify(b.finish({ nats }));
}

/** A forward graph that reads the weights the program wants to be judged by, in the program's precision. */
export function judged(program: TracedProgram, graph: Graph): Graph {
  const own = program.averaged ? onAveraged(graph) : graph;
  return program.precision === undefined ? own : withMixedPrecision(own);
}

function onAveraged(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const name = node.op === 'input' ? String(node.attrs.name) : '';
      return name.startsWith('params/')
        ? { ...node, attrs: { ...node.attrs, name: name.replace('params/', 'judged/') } }
        : node;
    }),
  };
}

/** Writes the averaged weights to `judged/<name>`, for the graphs that `judged` made. */
export function averagingGraph(averaged: Graph): Graph {
  const updates: Record<string, NodeId> = {};
  for (const [name, id] of Object.entries(averaged.outputs)) {
    updates[name.replace('params/', 'judged/')] = id;
  }
  return { nodes: averaged.nodes, outputs: {}, updates };
}

/** Every tensor that lives as long as the trial, by name. */
export function persistentTensors(program: TracedProgram): Record<string, TensorType> {
  const tensors: Record<string, TensorType> = {};
  for (const { name, shape } of program.parameters) {
    tensors[`params/${name}`] = { shape, dtype: 'f32' };
    if (program.averaged) tensors[`judged/${name}`] = { shape, dtype: 'f32' };
  }
  for (const [name, id] of Object.entries(program.state.outputs)) {
    const { shape, dtype } = program.state.nodes[id]!;
    tensors[name] = { shape, dtype };
  }
  return tensors;
}

function outputOf(graph: Graph, inlined: ReadonlyMap<NodeId, NodeId>, name: string): NodeId {
  const id = graph.outputs[name];
  const copy = id === undefined ? undefined : inlined.get(id);
  if (copy === undefined) throw new GraphError(`the graph has no ${name}`);
  return copy;
}

function mapped(
  names: Readonly<Record<string, NodeId>>,
  ids: ReadonlyMap<NodeId, NodeId>,
): Record<string, NodeId> {
  return Object.fromEntries(Object.entries(names).map(([name, id]) => [name, ids.get(id)!]));
}
