/** Where the words that threads share lie in a session's memory, in bytes (assembly/threads.ts has them too). */
const MAY_SLEEP = 32_896;
const RUNS = 32_960;
const GRAPH = 33_024;

/** Rounds of asking before a thread sleeps: some tenths of a millisecond, longer than from one run to the next. */
const SPINS = 100_000;

/** What the thread that runs a session tells the others: which graph to run, or to end. */
export class Control {
  readonly #words: Int32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#words = new Int32Array(memory.buffer);
  }

  /** Whether the first thread may sleep while it waits for the others. */
  allowSleep(allowed: boolean): void {
    this.#words[MAY_SLEEP / 4] = Number(allowed);
  }

  /** Wakes the other threads for one run of a graph, by its number. */
  start(graph: number): void {
    Atomics.store(this.#words, GRAPH / 4, graph);
    Atomics.add(this.#words, RUNS / 4, 1);
    Atomics.notify(this.#words, RUNS / 4);
  }

  end(): void {
    this.start(-1);
  }

  /** How often `start` was called. */
  get runs(): number {
    return Atomics.load(this.#words, RUNS / 4);
  }

  /** Waits until there have been more runs than these, and returns the graph to run, or -1 to end. */
  next(runs: number): number {
    for (let spin = 0; spin < SPINS && Atomics.load(this.#words, RUNS / 4) === runs; spin++);
    while (Atomics.load(this.#words, RUNS / 4) === runs) {
      Atomics.wait(this.#words, RUNS / 4, runs);
    }
    return Atomics.load(this.#words, GRAPH / 4);
  }
}
