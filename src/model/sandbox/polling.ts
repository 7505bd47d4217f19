import type { QuickJSContext, QuickJSWASMModule } from 'quickjs-emscripten-core';

/** After so many calls and turns of loops QuickJS asks, unless told otherwise, whether it shall go on. */
const USUAL_STEPS = 10_000;

/**
 * A hostile step can take ten milliseconds (comparing two long texts, say), and ten thousand of those a
 * minute and a half. So the count starts lower each time.
 */
const STEPS = 100;

/** JSContext is smaller than this. */
const CONTEXT_BYTES = 1024;

/**
 * Makes QuickJS ask more often. It has no function for that: the count is a field of its context, found
 * by its value at the one moment when it is known, which is when QuickJS has just reset it and asks.
 * Where there is no such field, or more than one, everything works and the deadline is less sharp.
 */
export class Polling {
  readonly #quickjs: QuickJSWASMModule;
  readonly #context: number;
  #offset: number | undefined;

  constructor(quickjs: QuickJSWASMModule, context: QuickJSContext) {
    this.#quickjs = quickjs;
    // biome-ignore lint/complexity/useLiteralKeys: the pointer is protected, and needed.
    this.#context = context['ctx'].value;
  }

  /** To be called whenever QuickJS asks. */
  asked(): void {
    // The memory grows and moves, so its view is never kept.
    const { buffer } = this.#quickjs.getWasmMemory();
    this.#offset ??= findOnly(
      new Int32Array(buffer, this.#context, CONTEXT_BYTES / 4),
      USUAL_STEPS,
    );
    if (this.#offset >= 0) new Int32Array(buffer, this.#context)[this.#offset] = STEPS;
  }

  get found(): boolean {
    return this.#offset !== undefined && this.#offset >= 0;
  }
}

/** The position of the only element of that value, or -1. */
function findOnly(words: Int32Array, value: number): number {
  const at = words.indexOf(value);
  return at === words.lastIndexOf(value) ? at : -1;
}
