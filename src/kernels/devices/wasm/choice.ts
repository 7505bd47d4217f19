/** Runs before the first look at one thread alone, and between looks where they may be worth it. */
const PATIENCE = 32;
/** Runs on one thread before all are tried again. */
const ALONE = 32;
/** How many runs in a row the other way is tried for: a scheduler takes a while. The fastest counts. */
const TRIED = 3;
/** A look is worth it where all threads take more than this share of what one took; a change gains at least 5%. */
const SUSPICIOUS = 0.9;
const WORTH = 0.95;
/** A look ends with its first run where that took this many times as long as all threads do. */
const HOPELESS = 1.5;

/**
 * Whether a graph's runs go to all threads or to one, by what they took: where other work has the other cores,
 * threads that wait for each other are slower than one that waits for nobody. Results are the same. On an idle
 * machine all that it costs is one run on one thread.
 */
export class ThreadChoice {
  #alone = false;
  /** Runs since the last change or look. */
  #since = 0;
  readonly #all: number[] = [];
  readonly #one: number[] = [];

  /** Whether the next run should be on all threads. */
  get all(): boolean {
    if (this.#alone) return this.#since >= ALONE;
    if (this.#since < PATIENCE) return true;
    if (this.#since > PATIENCE) return false;
    return this.#one.length > 0 && least(this.#all) <= SUSPICIOUS * least(this.#one);
  }

  /** Tells how many milliseconds the run took that was on all threads, or on one. */
  took(milliseconds: number, all: boolean): void {
    const recent = all ? this.#all : this.#one;
    recent.push(milliseconds);
    if (recent.length > TRIED) recent.shift();
    // With all threads, looking begins only once it seems to be worth it.
    if (this.#alone || !all || this.#since < PATIENCE) this.#since++;
    if (!this.#alone && !all && milliseconds > HOPELESS * least(this.#all)) {
      this.#since = 0;
      return;
    }
    if (this.#since < (this.#alone ? ALONE : PATIENCE) + TRIED) return;
    this.#alone = this.#alone
      ? least(this.#all) >= WORTH * least(this.#one)
      : least(this.#one) < WORTH * least(this.#all);
    this.#since = 0;
  }
}

function least(times: readonly number[]): number {
  return Math.min(...times);
}
