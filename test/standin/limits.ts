import { ApiFailure } from './errors.ts';

const WINDOW_MS = 60_000;

export interface RateLimits {
  requestsPerMinute: number;
  inputTokensPerMinute: number;
  outputTokensPerMinute: number;
}

export const GENEROUS: RateLimits = {
  requestsPerMinute: 4000,
  inputTokensPerMinute: 4_000_000,
  outputTokensPerMinute: 800_000,
};

interface Spent {
  at: number;
  input: number;
  output: number;
}

/** Counts what a minute has used and says so in the headers; refuses, with the wait, what goes beyond. */
export class RateMeter {
  readonly #limits: RateLimits;
  readonly #now: () => number;
  #spent: Spent[] = [];

  constructor(limits: RateLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Admits a request, or throws the 429 that tells how long to wait. Input read from the cache is free. */
  admit(input: number): { spendOutput: (tokens: number) => void } {
    const used = this.#used();
    const full =
      used.requests + 1 > this.#limits.requestsPerMinute ||
      used.input + input > this.#limits.inputTokensPerMinute ||
      used.output > this.#limits.outputTokensPerMinute;
    if (full) {
      const oldest = this.#spent[0]?.at ?? this.#now();
      const seconds = Math.max(1, Math.ceil((oldest + WINDOW_MS - this.#now()) / 1000));
      throw new ApiFailure(429, 'This request would exceed the rate limit of your organization.', {
        ...this.headers(),
        'retry-after': String(seconds),
      });
    }
    const spent = { at: this.#now(), input, output: 0 };
    this.#spent.push(spent);
    return {
      spendOutput: (tokens) => {
        spent.output += tokens;
      },
    };
  }

  headers(): Record<string, string> {
    const used = this.#used();
    const reset = new Date((this.#spent[0]?.at ?? this.#now()) + WINDOW_MS).toISOString();
    const header = (name: string, limit: number, count: number) => ({
      [`anthropic-ratelimit-${name}-limit`]: String(limit),
      [`anthropic-ratelimit-${name}-remaining`]: String(Math.max(0, limit - count)),
      [`anthropic-ratelimit-${name}-reset`]: reset,
    });
    return {
      ...header('requests', this.#limits.requestsPerMinute, used.requests),
      ...header('input-tokens', this.#limits.inputTokensPerMinute, used.input),
      ...header('output-tokens', this.#limits.outputTokensPerMinute, used.output),
    };
  }

  #used(): { requests: number; input: number; output: number } {
    this.#spent = this.#spent.filter(({ at }) => at > this.#now() - WINDOW_MS);
    return {
      requests: this.#spent.length,
      input: this.#spent.reduce((sum, { input }) => sum + input, 0),
      output: this.#spent.reduce((sum, { output }) => sum + output, 0),
    };
  }
}
