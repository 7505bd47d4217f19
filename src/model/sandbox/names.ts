import type { GraphBuilder } from '../../kernels/graph/builder';
import type { NodeId } from '../../kernels/graph/types';
import { didYouMean } from '../api/nearest';
import { ProgramError } from './errors';
import type { SandboxLimits } from './limits';
import type { NamedIds } from './messages';

const NAME = /^[A-Za-z_][\w.-]*$/;

/** Tensors by name, in the program's order. */
export type NamedNodes = ReadonlyMap<string, NodeId>;

/**
 * Checks the names and nodes that a part of a program returned. A name of the state may have groups, as
 * in `m/wte`. Throws ProgramError.
 */
export function readNames(
  what: string,
  json: NamedIds,
  builder: GraphBuilder,
  limits: SandboxLimits,
): NamedNodes {
  if (json.length > limits.names) {
    throw new ProgramError(
      'limit',
      `${what} has ${json.length} tensors; ${limits.names} are allowed`,
    );
  }
  const named = new Map<string, NodeId>();
  for (const [path, id] of json) {
    for (const name of path.split('/')) checkName(what, name, limits);
    builder.node(id);
    if (named.has(path)) throw new ProgramError('trace', `${what} names '${path}' twice`);
    named.set(path, id);
  }
  return named;
}

function checkName(what: string, name: string, limits: SandboxLimits): void {
  if (name.length > limits.nameLength) {
    throw new ProgramError(
      'limit',
      `${what} has a name of ${name.length} characters; ${limits.nameLength} are allowed`,
    );
  }
  if (!NAME.test(name)) {
    throw new ProgramError(
      'trace',
      `${what} has the name ${JSON.stringify(name)}: a name begins with a letter, and goes on with letters, digits, _ . and -`,
    );
  }
  // Such as __proto__ and constructor: a record that is read by this name would answer with its own.
  if (name in Object.prototype || name === 'prototype') {
    throw new ProgramError(
      'trace',
      `${what} cannot use the name '${name}', which JavaScript keeps for itself`,
    );
  }
}

/** That the new tensors are the old ones, name by name, shape by shape. Throws ProgramError. */
export function checkSameNames(
  what: string,
  returned: NamedNodes,
  wanted: NamedNodes,
  builder: GraphBuilder,
): void {
  const missing = [...wanted.keys()].filter((name) => !returned.has(name));
  const extra = [...returned.keys()].filter((name) => !wanted.has(name));
  if (missing.length > 0 || extra.length > 0) {
    const lacks = missing.length > 0 ? `lacks ${listed(missing)}` : '';
    const adds = extra.length > 0 ? `has ${listed(extra)}, which did not exist` : '';
    const hint = extra.length === 1 ? didYouMean(extra[0]!, missing) : '';
    throw new ProgramError(
      'trace',
      `${what} ${[lacks, adds].filter(Boolean).join(' and ')}${hint}`,
    );
  }
  for (const [name, id] of returned) {
    const now = builder.node(id);
    const before = builder.type(wanted.get(name)!);
    if (`${now.dtype}${now.shape}` === `${before.dtype}${before.shape}`) continue;
    throw new ProgramError(
      'shape',
      `${what} gives ${name} the type ${now.dtype}[${now.shape.join(', ')}], and it is ${before.dtype}[${before.shape.join(', ')}]`,
      now.at,
    );
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
}
