import type { TrialRunner } from '../study';

/** One device that the loop and researchers share: whatever trains on it does so alone. */
export interface SharedDevice {
  /** The loop's: its trials go before whatever else waits. Inspections are short, and wait for nobody. */
  readonly loop: TrialRunner;
  /** Probes of researchers, in the order in which they came. */
  readonly run: TrialRunner['run'];
  /** Other work of researchers that needs the device to itself, such as diagnostics. */
  alone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function oneAtATime(runner: TrialRunner): SharedDevice {
  const turns = new Turns();
  return {
    loop: {
      run: (request, onEvent, signal) =>
        turns.take('first', signal, () => runner.run(request, onEvent, signal)),
      inspect: (program, signal) => runner.inspect(program, signal),
    },
    run: (request, onEvent, signal) =>
      turns.take('last', signal, () => runner.run(request, onEvent, signal)),
    alone: (work, signal) => turns.take('last', signal, work),
  };
}

/** Work that is done one at a time. */
class Turns {
  #busy = false;
  readonly #first: (() => void)[] = [];
  readonly #last: (() => void)[] = [];

  /** Does the work when its turn comes. Rejects at once when the signal aborts before. */
  async take<T>(place: 'first' | 'last', signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#busy) await this.#wait(place === 'first' ? this.#first : this.#last, signal);
    this.#busy = true;
    try {
      return await work();
    } finally {
      const next = this.#first.shift() ?? this.#last.shift();
      // Whoever is next has the turn already, so that nobody slips in before it wakes.
      if (next) next();
      else this.#busy = false;
    }
  }

  #wait(line: (() => void)[], signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        line.splice(line.indexOf(go), 1);
        reject(signal.reason);
      };
      line.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
