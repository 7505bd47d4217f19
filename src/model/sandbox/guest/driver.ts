import * as loopy from '../../api/loopy';
import {
  adopt,
  describe,
  during,
  guarded,
  type Host,
  idOf,
  isTensor,
  type Part,
  ShapeError,
} from '../../api/nodes';
import type { NamedIds, PartName, PartRequest, PartResult, TensorIds } from '../messages';
import { harden } from './harden';

// Runs inside the sandbox: calls the functions that a program exports, one part at a time. The host says
// what each part is given and judges what comes back; nothing here decides whether a program is right.

type Exports = Readonly<Record<string, unknown>>;
type Callable = (...args: unknown[]) => unknown;

let program: { readonly model: Exports; readonly optimizer: Exports };
let host: Host;

export function connect(given: Host): void {
  host = given;
}

/** Everything that `import ... from 'loopy'` may name. */
export const apiNames = (): string => JSON.stringify(Object.keys(loopy));

/** Closes the sandbox around the tracing API, before any program is read. */
export function close(): void {
  harden(Object.values(loopy));
}

export function load(model: Exports, optimizer: Exports): void {
  program = { model, optimizer };
}

/** The kind of each thing that a program exports, and the plain values among them, as JSON. */
export function describeExports(depth: string): string {
  const maxDepth = Number(depth);
  const kinds = (exports: Exports) =>
    Object.keys(exports).map((name) => [name, typeof exports[name]]);
  const { model, optimizer } = program;
  return JSON.stringify({
    model: kinds(model),
    optimizer: kinds(optimizer),
    config: plain(read(model, 'config'), maxDepth),
    batch: plain(read(optimizer, 'batch'), maxDepth),
    phases: plain(read(optimizer, 'phases'), maxDepth),
  });
}

/** Runs one part of the program. Takes a PartRequest and gives a PartResult, as JSON. */
export function runPart(json: string): string {
  const wanted = JSON.parse(json) as PartRequest;
  const part: Part = { name: wanted.part, training: wanted.training, host };
  return JSON.stringify(during(part, () => PARTS[wanted.part](wanted)));
}

const PARTS: Readonly<Record<PartName, (wanted: PartRequest) => PartResult>> = {
  init({ task }) {
    const params = call('model', 'init', Object.freeze(task));
    return { params: flatten('init', 'parameters', params) };
  },

  forward({ tensors, inputs, loss }) {
    const params = group(tensors.params, 'parameter');
    const tokens = one(inputs, 'tokens');
    const logits = call('model', 'forward', params, tokens);
    const result = { outputs: { logits: returned('forward', 'the logits, a tensor', logits) } };
    if (!loss) return result;
    const given = { params, tokens, targets: one(inputs, 'targets'), logits, t: time(inputs) };
    const value = call('model', 'loss', Object.freeze(given));
    return {
      outputs: { ...result.outputs, loss: returned('loss', 'one number, a tensor []', value) },
    };
  },

  state({ tensors }) {
    const state = call('optimizer', 'state', group(tensors.params, 'parameter'));
    return { state: flatten('state', 'groups of named tensors', state) };
  },

  update({ tensors, inputs }) {
    const next = call(
      'optimizer',
      'update',
      group(tensors.params, 'parameter'),
      group(tensors.grads, 'gradient'),
      group(tensors.state, 'entry of the state'),
      time(inputs),
    );
    if (typeof next !== 'object' || next === null || isTensor(next)) {
      throw new Error(`update must return { params, state }, not ${describe(next)}`);
    }
    const { params, state } = next as Exports;
    return {
      params: flatten('update', 'params', params),
      state: state === undefined ? [] : flatten('update', 'state', state),
    };
  },

  averaged({ tensors }) {
    const params = call(
      'optimizer',
      'averaged',
      group(tensors.params, 'parameter'),
      group(tensors.state, 'entry of the state'),
    );
    return { params: flatten('averaged', 'parameters', params) };
  },
};

function call(file: 'model' | 'optimizer', name: string, ...args: unknown[]): unknown {
  return (read(program[file], name) as Callable)(...args);
}

function read(exports: Exports, name: string): unknown {
  return Object.hasOwn(exports, name) ? exports[name] : undefined;
}

function one(inputs: TensorIds, name: string): loopy.Tensor {
  const { id, shape, dtype } = inputs[name]!;
  return adopt(id, shape, dtype);
}

function time(inputs: TensorIds): loopy.Time {
  return Object.freeze({ step: one(inputs, 'step'), progress: one(inputs, 'progress') });
}

/** Named tensors as a program sees them. A `/` in a name opens a group. */
function group(named: TensorIds | undefined, what: string): object {
  const root = Object.create(null) as Record<string, unknown>;
  for (const path of Object.keys(named ?? {})) {
    const names = path.split('/');
    const last = names.pop()!;
    let at = root;
    for (const name of names) {
      at[name] ??= Object.create(null);
      at = at[name] as Record<string, unknown>;
    }
    at[last] = one(named!, path);
  }
  return guardAll(root, what);
}

function guardAll(record: Record<string, unknown>, what: string): object {
  for (const name of Object.keys(record)) {
    if (!isTensor(record[name])) {
      record[name] = guardAll(record[name] as Record<string, unknown>, what);
    }
  }
  return guarded(Object.freeze(record), what);
}

/** What a program returned, as pairs of name and node. Groups are joined with a `/`. */
function flatten(what: string, wanted: string, value: unknown, prefix = '', depth = 0): NamedIds {
  const record = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!record || isTensor(value) || value instanceof Promise) {
    const where = prefix ? ` ${prefix.slice(0, -1)}` : '';
    throw new Error(
      `${what} must return ${wanted} by name, not ${describe(value)}${where && ` as${where}`}`,
    );
  }
  if (depth > 8) throw new Error(`${what} returned groups nested too deeply at ${prefix}`);
  return Object.keys(value).flatMap((name): NamedIds => {
    const path = prefix + name;
    const entry = (value as Exports)[name];
    return typeof entry === 'object' && entry !== null && !isTensor(entry)
      ? flatten(what, wanted, entry, `${path}/`, depth + 1)
      : [[path, idOf(entry, `${what}, for ${path.slice(0, 100)},`)]];
  });
}

function returned(what: string, wanted: string, value: unknown): number {
  if (isTensor(value)) return idOf(value, what);
  throw new ShapeError(`${what} must return ${wanted}, not ${describe(value)}`);
}

/** What JSON can hold of a value; undefined for what it cannot. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || isTensor(value)) return undefined;
  if (depth === 0) throw new Error('config is nested too deeply');
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item, depth - 1) ?? null);
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(value)) copy[name] = plain((value as Exports)[name], depth - 1);
  return copy;
}
