import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { ProgramError } from './errors';
import type { SandboxLimits } from './limits';
import { Polling } from './polling';
import { type ColumnMap, lineInStack } from './positions';

/** The time one trace has, the host's own work included. It does not run before it is started. */
export class Deadline {
  #end = Number.POSITIVE_INFINITY;
  constructor(readonly milliseconds: number) {}

  start(): void {
    this.#end = performance.now() + this.milliseconds;
  }

  get passed(): boolean {
    return performance.now() > this.#end;
  }
}

export interface RealmOptions {
  readonly limits: SandboxLimits;
  readonly deadline: Deadline;
  /** Files by the name they are imported under. */
  readonly files: ReadonlyMap<string, string>;
  /** The file that an import means. Throws ProgramError when the importing file may not have it. */
  readonly resolve?: (from: string, wanted: string) => string;
  readonly columns?: ReadonlyMap<string, ColumnMap>;
  /** What ended the trace from outside of the program, once something has. */
  readonly stopped?: () => ProgramError | undefined;
}

/**
 * One QuickJS runtime with one context. Whatever happens in it, a call gives a value or throws a
 * ProgramError; the instance it lives in is dropped whole afterwards, so nothing is ever disposed of.
 */
export class Realm {
  readonly #context: QuickJSContext;
  readonly #options: RealmOptions;
  #refused: ProgramError | undefined;

  constructor(quickjs: QuickJSWASMModule, options: RealmOptions) {
    this.#options = options;
    const { limits, deadline, stopped } = options;
    const runtime = quickjs.newRuntime();
    runtime.setMemoryLimit(limits.bytes);
    runtime.setMaxStackSize(limits.stackBytes);
    runtime.setModuleLoader(
      (name) => this.#options.files.get(name) ?? { error: new Error(`there is no file ${name}`) },
      (from, wanted) => this.#resolve(from, wanted),
    );
    this.#context = runtime.newContext();
    const polling = new Polling(quickjs, this.#context);
    runtime.setInterruptHandler(() => {
      polling.asked();
      return deadline.passed || stopped?.() !== undefined;
    });
    this.#context.evalCode('for (let i = 0; i < 20000; i++);'); // Until it has asked once.
  }

  /** Evaluates a module and gives its namespace. */
  evaluate(code: string, name: string): QuickJSHandle {
    const context = this.#context;
    const namespace = this.#guard('load', () => context.evalCode(code, name, { type: 'module' }));
    const state = context.getPromiseState(namespace);
    if (state.type === 'fulfilled' && state.notAPromise) return namespace;
    if (state.type === 'rejected') throw this.#explain(state.error, 'load');
    throw new ProgramError(
      'trace',
      'a program cannot wait: there is nothing to await, since its functions only describe the computation',
    );
  }

  /** Calls `object[name](...texts)` and gives what it returned as text. */
  call(object: QuickJSHandle, name: string, ...args: readonly (string | QuickJSHandle)[]): string {
    const context = this.#context;
    const handles = args.map((arg) => (typeof arg === 'string' ? context.newString(arg) : arg));
    const result = this.#guard('run', () =>
      context.callFunction(context.getProp(object, name), context.undefined, ...handles),
    );
    return context.typeof(result) === 'string' ? this.#text(result) : '';
  }

  property(object: QuickJSHandle, name: string): QuickJSHandle {
    return this.#context.getProp(object, name);
  }

  /** A function of texts that the inside can call. */
  hostFunction(name: string, f: (...args: string[]) => string): QuickJSHandle {
    return this.#context.newFunction(name, (...args) =>
      this.#context.newString(f(...args.map((arg) => this.#context.getString(arg)))),
    );
  }

  #resolve(from: string, wanted: string): string | { error: Error } {
    try {
      return this.#options.resolve?.(from, wanted) ?? wanted;
    } catch (error) {
      if (error instanceof ProgramError) this.#refused ??= error;
      return { error: error as Error };
    }
  }

  #guard(phase: 'load' | 'run', run: () => ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    let result: ReturnType<QuickJSContext['evalCode']>;
    try {
      result = run();
    } catch (error) {
      throw this.#stopped() ?? trapped(error);
    }
    const stopped = this.#stopped();
    if (stopped) throw stopped;
    if (result.error) throw this.#explain(result.error, phase);
    return result.value;
  }

  #stopped(): ProgramError | undefined {
    return this.#options.stopped?.() ?? this.#refused;
  }

  /** What the program threw, as an error for its author. */
  #explain(thrown: QuickJSHandle, phase: 'load' | 'run'): ProgramError {
    const { limits, deadline, columns = new Map<string, ColumnMap>() } = this.#options;
    const read = (name: string) => this.#readText(thrown, name);
    const name = read('name');
    const message = read('message').slice(0, 2000);
    const at = lineInStack(read('stack'), columns);
    const limit = (reason: string) => new ProgramError('limit', reason, at);
    // What QuickJS throws when there is no memory left for an error.
    const isNull = this.#context.eq(thrown, this.#context.null);

    if (name === 'InternalError' && (message.includes('interrupted') || deadline.passed)) {
      return limit(
        `the program ran for more than ${deadline.milliseconds / 1000} s while it was traced; it only describes one step, so a loop in it must be short`,
      );
    }
    if (isNull || (name === 'InternalError' && /out of memory|too long/.test(message))) {
      return limit(
        `the program needed more than ${limits.bytes / 2 ** 20} MB of its own while it was traced; numbers in bulk belong in tensors`,
      );
    }
    if (message.endsWith('stack overflow')) return limit(TOO_DEEP);
    if (name === 'SyntaxError' && phase === 'load') return new ProgramError('syntax', message, at);
    if (name === 'ShapeError') return new ProgramError('shape', message, at);
    if (this.#context.typeof(thrown) !== 'object') {
      return new ProgramError('trace', `the program threw ${this.#shown(thrown)}`);
    }
    const kind = name === 'Error' || name === '' ? '' : `${name}: `;
    return new ProgramError('trace', `${kind}${message || 'the program threw an error'}`, at);
  }

  /** A property as text, or '' where it is none, or where reading it fails. */
  #readText(object: QuickJSHandle, name: string): string {
    if (this.#context.typeof(object) !== 'object') return '';
    try {
      const value = this.#context.getProp(object, name);
      return this.#context.typeof(value) === 'string' ? this.#text(value) : '';
    } catch {
      return '';
    }
  }

  #shown(value: QuickJSHandle): string {
    const kind = this.#context.typeof(value);
    const plain = kind === 'string' || kind === 'number' || kind === 'boolean';
    return plain ? JSON.stringify(this.#text(value).slice(0, 200)) : kind;
  }

  #text(value: QuickJSHandle): string {
    const text = this.#context.getString(value);
    if (text.length > this.#options.limits.messageLength) {
      throw new ProgramError(
        'limit',
        'the program says more at once than the sandbox lets through',
      );
    }
    return text;
  }
}

const TOO_DEEP =
  'calls or brackets are nested too deeply; write a loop in place of a recursion, or smaller expressions';

/** WebAssembly ran out of the host's own stack, or something worse: the instance is unusable. */
function trapped(error: unknown): ProgramError {
  if (error instanceof ProgramError) return error;
  const { name = '', message = '' } = error as Error;
  const deep = name === 'RangeError' || name === 'InternalError' || name === 'RuntimeError';
  return deep
    ? new ProgramError('limit', TOO_DEEP)
    : new ProgramError('internal', `the sandbox failed: ${message}`);
}
