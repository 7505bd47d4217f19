import type { Part, Script, ScriptRequest } from '../../standin/reply';

/** A request that waits for its answer. */
export interface Asked {
  readonly request: ScriptRequest;
  answer(...parts: Part[]): void;
}

/** A model that thinks for as long as a test wants it to: each request waits until the test answers it. */
export class Puppet {
  readonly #asked: Asked[] = [];
  #taker: ((asked: Asked) => void) | null = null;

  readonly script: Script = (request) =>
    new Promise((resolve) => {
      const asked = { request, answer: (...parts: Part[]) => resolve(parts) };
      if (this.#taker) this.#taker(asked);
      else this.#asked.push(asked);
      this.#taker = null;
    });

  /** The next request, or the first that nobody took. */
  asked(): Promise<Asked> {
    const waiting = this.#asked.shift();
    if (waiting) return Promise.resolve(waiting);
    return new Promise((resolve) => {
      this.#taker = resolve;
    });
  }

  /** Takes the next request and answers it. */
  async says(...parts: Part[]): Promise<ScriptRequest> {
    const { request, answer } = await this.asked();
    answer(...parts);
    return request;
  }
}

/** Every word of a request, tool results included. */
export const wordsOf = ({ body }: ScriptRequest): string => JSON.stringify(body.messages);
