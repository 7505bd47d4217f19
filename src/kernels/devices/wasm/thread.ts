import { Control } from './control';

/** What a thread is given: a module of kernels, one of graphs, and the memory they all work on. */
export interface ThreadWork {
  readonly kernels: WebAssembly.Module;
  readonly graphs: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Exports of `graphs`, by number. */
  readonly entries: readonly string[];
  readonly part: number;
  readonly parts: number;
}

/** Makes the functions of a session's graphs. */
export async function instantiate(
  kernels: WebAssembly.Module,
  graphs: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<WebAssembly.Exports> {
  const env = { memory };
  const { exports } = await WebAssembly.instantiate(kernels, { env });
  const instance = await WebAssembly.instantiate(graphs, { env, kernels: exports });
  return instance.exports;
}

/** Runs one thread's share of every run, until it is told to end. It listens to nothing else meanwhile. */
export async function work(given: ThreadWork, ready: () => void): Promise<void> {
  const { kernels, graphs, memory, entries, part, parts } = given;
  const exports = await instantiate(kernels, graphs, memory);
  const control = new Control(memory);
  let { runs } = control;
  ready();
  for (;;) {
    const graph = control.next(runs);
    if (graph < 0) return;
    runs++;
    (exports[entries[graph]!] as (part: number, parts: number) => void)(part, parts);
  }
}
