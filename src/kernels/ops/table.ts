import { GraphError } from '../graph/errors';
import type { OpDefinition } from './op';

/** Every room of ops. A new op is one more row in its room, and nothing else has to know. */
const ROOMS: readonly (readonly OpDefinition[])[] = [];

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
