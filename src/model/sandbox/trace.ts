import type { GraphBuilder } from '../../kernels/graph/builder';
import {
  describeType,
  type Graph,
  type GraphNode,
  type NodeId,
  type Shape,
} from '../../kernels/graph/types';
import type { ParameterSpec, TracedProgram, TraceTarget } from '../programs/traced';
import { Door } from './door';
import { ProgramError } from './errors';
import type { ProgramExports } from './exports';
import type { SandboxLimits } from './limits';
import type { NamedIds, PartName, PartRequest, PartResult } from './messages';
import { checkSameNames, type NamedNodes, readNames } from './names';
import type { OpenProgram } from './open';
import { asRecord, readJson } from './requests';
import {
  constantOf,
  described,
  outputs,
  parameterInputs,
  stateInputs,
  type TracedState,
  timeInputs,
} from './roles';

/** Tensors given to a part, by group and name. */
type Groups = Readonly<Record<string, NamedNodes>>;

/** Random numbers of the update are other ones than those of forward in the same step. */
const FIRST_STREAM: Partial<Record<PartName, number>> = { update: 2 ** 20 };

/**
 * Runs every part of an opened program and checks what each returned. Throws ProgramError or GraphError.
 */
export function traceProgram(
  program: OpenProgram,
  exports: ProgramExports,
  target: TraceTarget,
  limits: SandboxLimits,
): TracedProgram {
  return new Tracer(program, exports, target, limits).trace();
}

class Tracer {
  constructor(
    readonly program: OpenProgram,
    readonly exports: ProgramExports,
    readonly target: TraceTarget,
    readonly limits: SandboxLimits,
  ) {}

  trace(): TracedProgram {
    const { config, hasAveraged } = this.exports;
    const { context, evaluationBatch, precision } = this.target;
    const parameters = this.#init();
    const evaluation = this.#forward(parameters, evaluationBatch, context, false);
    const sampling = this.#forward(parameters, 1, context, false);
    const state = this.#state(parameters);
    const update = this.#update(parameters, state);
    const forwards = new Map<string, Graph>();
    const phases = this.exports.phases.map(({ until, batch, context }) => {
      const size = `${batch} x ${context}`;
      const forward = forwards.get(size) ?? this.#forward(parameters, batch, context, true);
      forwards.set(size, forward);
      return { until, batch, context, forward, update };
    });
    return {
      config,
      parameters,
      state: state.graph,
      phases,
      evaluation,
      sampling,
      ...(hasAveraged ? { averaged: this.#averaged(parameters, state) } : {}),
      ...(precision ? { precision } : {}),
    };
  }

  #init(): readonly ParameterSpec[] {
    const door = this.#door('init');
    const named = this.#names('init', 'params', this.#run(door, 'init', {}), door.builder);
    if (named.size === 0) throw new ProgramError('trace', 'init returned no parameters');
    return [...named].map(([name, id]) => {
      if (name.includes('/')) {
        throw new ProgramError(
          'trace',
          `init must return its parameters side by side, not in groups such as '${name.split('/')[0]}': a name may have dots, as in layer0.wq`,
        );
      }
      const init = door.initialisers.get(id) ?? constantOf(door.builder, id);
      const { shape, at } = door.builder.node(id);
      if (init) return { name, shape, init };
      throw new ProgramError(
        'trace',
        `init must say how '${name}' begins with normal, uniform, orthogonal, constant, zeros or ones alone, without arithmetic on them`,
        at,
      );
    });
  }

  #forward(
    parameters: readonly ParameterSpec[],
    batch: number,
    context: number,
    training: boolean,
  ): Graph {
    const door = this.#door('forward');
    const groups = { params: parameterInputs(door, 'params', parameters) };
    const loss = training && this.exports.hasLoss;
    const inputs = {
      tokens: door.input('tokens', [batch, context], 'i32'),
      ...(loss
        ? { targets: door.input('targets', [batch, context], 'i32'), ...timeInputs(door) }
        : {}),
    };
    const result = this.#run(door, 'forward', groups, inputs, { training, loss });
    const ids = asRecord(result.outputs, 'the outputs') as Record<string, NodeId>;
    checkLogits(door.builder.node(ids.logits!), [batch, context, this.target.vocab]);
    if (!loss) return door.builder.finish({ logits: ids.logits! });
    checkLoss(door.builder.node(ids.loss!));
    return door.builder.finish({ logits: ids.logits!, loss: ids.loss! });
  }

  #state(parameters: readonly ParameterSpec[]): TracedState {
    const door = this.#door('state');
    const params = parameterInputs(door, 'params', parameters);
    const named = this.#names('state', 'state', this.#run(door, 'state', { params }), door.builder);
    for (const [name, id] of named) {
      const node = door.builder.node(id);
      if (node.dtype !== 'f32') {
        throw new ProgramError(
          'shape',
          `state keeps f32 tensors, and ${name} is ${describeType(node)}; .cast('f32') makes it one`,
          node.at,
        );
      }
    }
    return { named, builder: door.builder, graph: door.builder.finish(outputs('state', named)) };
  }

  #update(parameters: readonly ParameterSpec[], state: TracedState): Graph {
    const door = this.#door('update');
    const groups = {
      params: parameterInputs(door, 'params', parameters),
      grads: parameterInputs(door, 'grads', parameters),
      state: stateInputs(door, state),
    };
    const result = this.#run(door, 'update', groups, timeInputs(door), { training: true });
    const params = this.#names('update', 'params', result, door.builder);
    const next = this.#names('update', 'state', result, door.builder);
    checkSameNames('params of update', params, groups.params, door.builder);
    checkSameNames('state of update', next, groups.state, door.builder);
    return door.builder.finish({}, { ...outputs('params', params), ...outputs('state', next) });
  }

  #averaged(parameters: readonly ParameterSpec[], state: TracedState): Graph {
    const door = this.#door('averaged');
    const groups = {
      params: parameterInputs(door, 'params', parameters),
      state: stateInputs(door, state),
    };
    const result = this.#run(door, 'averaged', groups);
    const params = this.#names('averaged', 'params', result, door.builder);
    checkSameNames('averaged', params, groups.params, door.builder);
    return door.builder.finish(outputs('params', params));
  }

  #door(part: PartName): Door {
    const { limits, program } = this;
    return new Door({
      limits,
      usage: program.usage,
      lineOf: program.lineOf,
      firstStream: FIRST_STREAM[part] ?? 0,
    });
  }

  #run(
    door: Door,
    part: PartName,
    groups: Groups,
    inputs: Readonly<Record<string, NodeId>> = {},
    { training = false, loss = false } = {},
  ): PartResult {
    const request: PartRequest = {
      part,
      training,
      loss,
      task: { vocab: this.target.vocab, context: this.target.context },
      tensors: Object.fromEntries(
        Object.entries(groups).map(([group, named]) => [group, described(door, named)]),
      ),
      inputs: described(door, new Map(Object.entries(inputs))),
    };
    this.program.serve((json, stack) => door.ask(json, stack));
    const answer = this.program.driver('runPart', JSON.stringify(request));
    return asRecord(readJson(answer), 'what a part returned') as PartResult;
  }

  #names(
    part: PartName,
    group: 'params' | 'state',
    result: PartResult,
    builder: GraphBuilder,
  ): NamedNodes {
    const json: NamedIds = result[group] ?? [];
    return readNames(`${group} of ${part}`, json, builder, this.limits);
  }
}

function checkLogits(logits: GraphNode, shape: Shape): void {
  const wanted = describeType({ dtype: 'f32', shape });
  if (describeType(logits) === wanted) return;
  throw new ProgramError(
    'shape',
    `forward must return logits of ${wanted} (sequences, tokens, vocabulary), not ${describeType(logits)}`,
    logits.at,
  );
}

function checkLoss(loss: GraphNode): void {
  if (loss.shape.length === 0 && loss.dtype === 'f32') return;
  throw new ProgramError(
    'shape',
    `loss must return one number, f32[], not ${describeType(loss)}; .mean() makes one of many`,
    loss.at,
  );
}
