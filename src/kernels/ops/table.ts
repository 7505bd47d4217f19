import { GraphError } from '../graph/errors';
import { attentionOps } from './attention/attention';
import { crossEntropyOps } from './cross-entropy/cross-entropy';
import { elementwiseOps } from './elementwise/elementwise';
import { embeddingOps } from './embedding/embedding';
import { matmulOps } from './matmul/matmul';
import { movementOps } from './movement/movement';
import { layerNormOps } from './norm/layer-norm';
import { rmsNormOps } from './norm/rms-norm';
import type { OpDefinition } from './op';
import { reductionOps } from './reductions/reductions';
import { ropeOps } from './rope/rope';
import { softmaxOps } from './softmax/softmax';
import { sourceOps } from './sources/sources';

/** Every room of ops. A new op is one more row in its room, and nothing else has to know. */
const ROOMS: readonly (readonly OpDefinition[])[] = [
  sourceOps,
  elementwiseOps,
  movementOps,
  reductionOps,
  matmulOps,
  softmaxOps,
  rmsNormOps,
  layerNormOps,
  ropeOps,
  attentionOps,
  embeddingOps,
  crossEntropyOps,
];

const TABLE: ReadonlyMap<string, OpDefinition> = new Map(
  ROOMS.flat().map((definition) => [definition.name, definition]),
);

export const OP_NAMES: readonly string[] = [...TABLE.keys()];

/** The row of an op. Throws GraphError when there is no such op. */
export function opNamed(name: string): OpDefinition {
  const definition = TABLE.get(name);
  if (!definition)
    throw new GraphError(`there is no op named ${JSON.stringify(name.slice(0, 40))}`);
  return definition;
}
