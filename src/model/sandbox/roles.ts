import type { GraphBuilder } from '../../kernels/graph/builder';
import type { Graph, NodeId } from '../../kernels/graph/types';
import type { Initialiser, ParameterSpec } from '../programs/traced';
import type { Door } from './door';
import type { TensorIds } from './messages';
import type { NamedNodes } from './names';

// The inputs and outputs of traced graphs, named by their roles as programs/traced.ts says.

/** How the optimizer's state begins, and what it is made of. */
export interface TracedState {
  readonly named: NamedNodes;
  readonly builder: GraphBuilder;
  readonly graph: Graph;
}

export function parameterInputs(
  door: Door,
  role: 'params' | 'grads',
  parameters: readonly ParameterSpec[],
): NamedNodes {
  return new Map(
    parameters.map(({ name, shape }) => [name, door.input(`${role}/${name}`, shape)] as const),
  );
}

export function stateInputs(door: Door, { named, builder }: TracedState): NamedNodes {
  return new Map(
    [...named].map(([name, id]) => [name, door.input(`state/${name}`, builder.shape(id))] as const),
  );
}

export function timeInputs(door: Door): Record<'step' | 'progress', NodeId> {
  return { step: door.input('step', []), progress: door.input('progress', []) };
}

export function described(door: Door, named: NamedNodes): TensorIds {
  return Object.fromEntries(
    [...named].map(([name, id]) => {
      const { shape, dtype } = door.builder.node(id);
      return [name, { id, shape, dtype }];
    }),
  );
}

export function outputs(role: 'params' | 'state', named: NamedNodes): Record<string, NodeId> {
  return Object.fromEntries([...named].map(([name, id]) => [`${role}/${name}`, id]));
}

/** How a parameter begins that was made by zeros, ones or constant. */
export function constantOf(builder: GraphBuilder, id: NodeId): Initialiser | undefined {
  const { op, inputs, attrs, dtype } = builder.node(id);
  if (dtype !== 'f32') return undefined;
  if (op === 'broadcastTo') return constantOf(builder, inputs[0]!);
  return op === 'constant' ? { kind: 'constant', value: Number(attrs.value) } : undefined;
}
