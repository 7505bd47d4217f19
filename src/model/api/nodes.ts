import { didYouMean } from './nearest';
import type { DType, Tensor } from './tensor';

// How the tracing API makes nodes. Programs cannot import this file: they see ./loopy alone.
// It runs inside the sandbox. The graph itself is on the other side of the wall: here, a tensor is no
// more than the number of its node, and each node's shape and type are what the host says they are.

/** What a request to the host may ask for. */
export type Request =
  | { readonly op: string; readonly inputs: readonly number[]; readonly attrs: object }
  /** A tensor of new random numbers in [0, 1), drawn again at every step. */
  | { readonly random: readonly number[] }
  /** A parameter of that shape, and how it begins. */
  | { readonly init: object; readonly shape: readonly number[] };

/** The host's answer, as JSON: the new node, or why there is none. */
export type Answer =
  | { readonly id: number; readonly shape: readonly number[]; readonly dtype: DType }
  | { readonly error: string };

/** Takes the request as JSON and the stack that led to it, and gives the answer as JSON. */
export type Host = (request: string, stack: string) => string;

/** The part of a program that is being traced. Tensors of one part mean nothing in another. */
export interface Part {
  readonly name: string;
  readonly training: boolean;
  readonly host: Host;
}

/** What class Tensor tells this file of its private parts, and nobody else. */
export interface TensorAccess {
  make(part: Part, id: number, shape: readonly number[], dtype: DType): Tensor;
  /** Undefined for whatever is no tensor made by `make`. */
  open(value: unknown): { readonly part: Part; readonly id: number } | undefined;
}

/** The shapes do not fit, or an argument is of the wrong kind. */
export class ShapeError extends Error {}
Object.defineProperty(ShapeError.prototype, 'name', { value: 'ShapeError' });

let access: TensorAccess;
let current: Part | undefined;

export function grantAccess(granted: TensorAccess): void {
  access = granted;
}

/** Runs one part of a program, during which tensors can be made. */
export function during<T>(part: Part, run: () => T): T {
  current = part;
  try {
    return run();
  } finally {
    current = undefined;
  }
}

export function currentPart(what: string): Part {
  if (!current) {
    throw new Error(
      `${what} is only possible inside init, forward, loss, state, update and averaged: where a file is read there is no graph yet`,
    );
  }
  return current;
}

/** Asks the host for a node. */
export function request(wanted: Request, what: string): Tensor {
  const part = currentPart(what);
  const answer = JSON.parse(part.host(JSON.stringify(wanted), new Error().stack ?? '')) as Answer;
  if ('error' in answer) throw new ShapeError(answer.error);
  return access.make(part, answer.id, answer.shape, answer.dtype);
}

export function node(op: string, inputs: readonly Tensor[], attrs: object = {}): Tensor {
  currentPart(op);
  return request({ op, inputs: inputs.map((tensor) => idOf(tensor, op)), attrs }, op);
}

/** A tensor that the host has made already, such as a parameter. */
export function adopt(id: number, shape: readonly number[], dtype: DType): Tensor {
  return access.make(currentPart('a tensor'), id, shape, dtype);
}

/** The number of a tensor's node. Throws for whatever is no tensor of this part of the program. */
export function idOf(value: unknown, what: string): number {
  const opened = access.open(value);
  if (!opened) throw new ShapeError(`${what} needs a tensor, not ${describe(value)}`);
  const part = currentPart(what);
  if (opened.part !== part) {
    throw new ShapeError(
      `${what} in ${part.name} was given a tensor made in ${opened.part.name}: each of them is a graph of its own, so make the tensor again, or keep it in the state`,
    );
  }
  return opened.id;
}

export function isTensor(value: unknown): value is Tensor {
  return access.open(value) !== undefined;
}

/** Kept from before the sandbox takes it away from programs. */
const Guard = Proxy;

/** Named tensors that answer a wrong name with the nearest right ones. */
export function guarded<T extends object>(record: T, what: string): T {
  return new Guard(record, {
    get(target, name) {
      if (typeof name === 'symbol') return undefined;
      if (Object.hasOwn(target, name)) return target[name as keyof T];
      throw new Error(
        `there is no ${what} '${name.slice(0, 100)}'${didYouMean(name, Object.keys(target))}`,
      );
    },
  });
}

/** What every tensor inherits from: it answers the name of a method that does not exist. */
export function explainMissing(methods: readonly string[]): object {
  return new Guard(Object.create(null), {
    get(_, name) {
      if (typeof name === 'symbol' || name === 'toJSON' || name === 'then') return undefined;
      throw new Error(`a tensor has no '${name.slice(0, 100)}'${didYouMean(name, methods)}`);
    },
  });
}

/** A value in words, for messages. */
export function describe(value: unknown): string {
  if (isTensor(value)) return `the tensor ${String(value)}`;
  if (typeof value === 'string') return `the text '${value.slice(0, 60)}'`;
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise: a program is never async';
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
