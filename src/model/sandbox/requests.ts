import { GraphError } from '../../kernels/graph/errors';
import type { Attrs, AttrValue, NodeId, Shape } from '../../kernels/graph/types';
import type { Initialiser } from '../programs/traced';

// Reads what comes out of the sandbox. None of it is believed: every field is looked at, and copied into
// fresh objects of the host's own. The op table then checks each attribute's kind.

export type ReadRequest =
  | { readonly op: string; readonly inputs: readonly NodeId[]; readonly attrs: Attrs }
  | { readonly random: Shape }
  | { readonly init: unknown; readonly shape: Shape };

export function readRequest(json: string): ReadRequest {
  const request = asRecord(readJson(json), 'a request');
  if (Object.hasOwn(request, 'random')) return { random: asInts(request.random, 'a shape') };
  if (Object.hasOwn(request, 'init')) {
    return { init: request.init, shape: asInts(request.shape, 'a shape') };
  }
  const attrs = Object.entries(asRecord(request.attrs, 'attributes')).map(
    ([name, value]) => [name, asAttr(value, name)] as const,
  );
  return {
    op: String(request.op),
    inputs: asInts(request.inputs, 'inputs'),
    attrs: Object.fromEntries(attrs),
  };
}

/** How a parameter begins; `shape` is its own. */
export function readInitialiser(json: unknown, shape: Shape): Initialiser {
  const settings = asRecord(json, 'an initialiser');
  const number = (name: string) => {
    const value = settings[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new GraphError(`${String(settings.kind)} needs ${name} to be a number`);
  };
  switch (settings.kind) {
    case 'normal': {
      const std = number('std');
      if (std < 0) throw new GraphError(`normal needs a std of at least 0, not ${std}`);
      return { kind: 'normal', mean: number('mean'), std };
    }
    case 'uniform': {
      const [low, high] = [number('low'), number('high')];
      if (low > high) throw new GraphError(`uniform goes from low to high, not ${low} to ${high}`);
      return { kind: 'uniform', low, high };
    }
    case 'orthogonal':
      if (shape.length !== 2) {
        throw new GraphError(`orthogonal makes a matrix [out, in], not [${shape.join(', ')}]`);
      }
      return { kind: 'orthogonal', gain: number('gain') };
    default:
      throw new GraphError('a parameter begins as normal, uniform, orthogonal or a constant');
  }
}

export function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new GraphError('the sandbox answered with something that is not JSON');
  }
}

export function asRecord(json: unknown, what: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return json as Record<string, unknown>;
  }
  throw new GraphError(`${what} must be an object`);
}

function asInts(json: unknown, what: string): number[] {
  if (Array.isArray(json) && json.every((n) => Number.isSafeInteger(n))) return [...json];
  throw new GraphError(`${what} must be a list of whole numbers`);
}

function asAttr(json: unknown, name: string): AttrValue {
  if (Array.isArray(json)) return asInts(json, name);
  if (typeof json === 'number' || typeof json === 'string' || typeof json === 'boolean')
    return json;
  throw new GraphError(
    `${name.slice(0, 40)} cannot be ${json === null ? 'missing or NaN' : typeof json}`,
  );
}
