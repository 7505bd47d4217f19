// Runs inside the sandbox, after the tracing API and before any program: takes away what a program has no
// use for, and freezes the rest, so that a program can neither leave the sandbox nor change what the API
// itself stands on.

/** Why a program finds nothing under a name. */
const ABSENT: readonly (readonly [reason: string, names: string])[] = [
  ['it has no network', 'fetch XMLHttpRequest WebSocket EventSource importScripts navigator'],
  ['it has no storage', 'indexedDB localStorage sessionStorage caches cookieStore'],
  [
    'it has no clock; `t.progress` in update says how far training is',
    'Date performance setTimeout setInterval setImmediate requestAnimationFrame queueMicrotask',
  ],
  [
    'it runs apart from the page',
    'document window self top parent frames location history postMessage Worker SharedWorker alert',
  ],
  [
    'it runs apart from the machine',
    'process require module exports global Buffer Deno Bun __dirname __filename WebAssembly GPU',
  ],
  ['all code is in its two files', 'eval Function'],
  ['random numbers come from normal, randomUniform or dropout', 'crypto'],
  ['to look at a shape, throw new Error(String(x))', 'console print std os'],
  [
    'programs are plain functions of tensors',
    'Proxy WeakRef FinalizationRegistry SharedArrayBuffer Atomics',
  ],
];

/** A list that any program could want is shorter, and natives that walk longer ones heed no deadline. */
const LONGEST_LIST = 100_000;
const LONGEST_TEXT = 1_000_000;

export function harden(extra: readonly unknown[]): void {
  const intrinsics = syntaxIntrinsics();
  for (const [reason, names] of ABSENT) for (const name of names.split(' ')) remove(name, reason);
  Object.defineProperty(Math, 'random', {
    value: absent('Math.random', 'random numbers come from normal, randomUniform or dropout'),
  });
  for (const kind of intrinsics.functions) {
    const refuse = absent('a function constructor', 'all code is in its two files');
    Object.defineProperty(kind, 'constructor', { value: refuse });
  }
  boundMethods(Array.prototype, (list) => {
    if (!Array.isArray(list)) throw new TypeError('methods of lists work on lists only');
    if (list.length > LONGEST_LIST) {
      throw new RangeError(
        `a list of ${list.length} is too long: a program may use ${LONGEST_LIST}`,
      );
    }
  });
  boundMethods(String.prototype, (text) => {
    if (typeof text === 'string' && text.length > LONGEST_TEXT) {
      throw new RangeError(`a text of ${text.length} characters is too long for a program`);
    }
  });
  freezeAll([globalThis, ...intrinsics.functions, ...intrinsics.iterators, ...extra]);
}

function absent(name: string, reason: string): () => never {
  return () => {
    throw new ReferenceError(`${name} does not exist for a program: ${reason}`);
  };
}

function remove(name: string, reason: string): void {
  const get = absent(name, reason);
  Object.defineProperty(globalThis, name, { get, set: get, configurable: false });
}

/** Puts a check of the receiver before every method that a prototype has. */
function boundMethods(prototype: object, check: (receiver: unknown) => void): void {
  for (const name of Reflect.ownKeys(prototype)) {
    const method: unknown = Reflect.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof method !== 'function' || name === 'constructor') continue;
    const { apply } = Reflect;
    const bounded = function (this: unknown, ...args: unknown[]): unknown {
      check(this);
      return apply(method, this, args);
    };
    Object.defineProperty(prototype, name, { value: bounded });
  }
}

/** What is reached by syntax alone, and by no name. */
function syntaxIntrinsics() {
  const protoOf = Object.getPrototypeOf;
  const generator = protoOf(function* () {});
  const asyncGenerator = protoOf(async function* () {});
  return {
    functions: [protoOf(() => {}), protoOf(async () => {}), generator, asyncGenerator],
    iterators: [
      generator.prototype,
      asyncGenerator.prototype,
      protoOf([][Symbol.iterator]()),
      protoOf(''[Symbol.iterator]()),
      protoOf(new Map()[Symbol.iterator]()),
      protoOf(new Set()[Symbol.iterator]()),
      protoOf(''.matchAll(/a/g)),
    ],
  };
}

/** Freezes objects and everything that can be reached from them. */
function freezeAll(roots: readonly unknown[]): void {
  const seen = new Set<unknown>();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
    if (seen.has(value)) continue;
    seen.add(value);
    waiting.push(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      waiting.push(property?.value, property?.get, property?.set);
    }
    Object.freeze(value);
  }
}
