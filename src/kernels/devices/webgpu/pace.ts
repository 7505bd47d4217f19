import type { PlanSummary } from '../device';

/** Seconds that one submit should take, so that a page is drawn in between: a GPU draws nothing meanwhile. */
const WANTED_SECONDS = 0.1;
/** A caller who hands over so many runs at once waits for them anyway, and they go together if they may. */
const FEWEST_RUNS = 10;
/**
 * Seconds that one submit may take. Windows resets a GPU that answers nobody for two seconds, and browsers
 * give up theirs after ten or more. A GPU in software is a queue of its own threads, which nobody watches:
 * there the limit is only how long a closed session may keep the processor busy.
 */
const LONGEST_SECONDS = { hardware: 1, software: 60 } as const;
/**
 * What is believed before anything has been measured: the speeds of a weak GPU, and of SwiftShader on two
 * cores, where a launch also costs some 20 microseconds.
 */
const SLOWEST = {
  hardware: { flops: 1e11, bytes: 2e10, launch: 5e-6 },
  software: { flops: 2e9, bytes: 2e9, launch: 2e-5 },
} as const;

/** How many runs of a graph go into one submit: by how long a run takes, at first by estimate. */
export class SubmitPace {
  #secondsPerRun: number;
  #measured = false;
  readonly #longest: number;

  /** `room`: runs that a submit has memory for. */
  constructor(
    { flops, bytesMoved, launches }: Pick<PlanSummary, 'flops' | 'bytesMoved' | 'launches'>,
    readonly room: number,
    software: boolean,
  ) {
    const kind = software ? 'software' : 'hardware';
    const slowest = SLOWEST[kind];
    this.#longest = LONGEST_SECONDS[kind];
    this.#secondsPerRun =
      flops / slowest.flops + bytesMoved / slowest.bytes + launches * slowest.launch;
  }

  /** Runs of the next submit, at most. */
  get runs(): number {
    const within = (seconds: number) => Math.floor(seconds / Math.max(1e-9, this.#secondsPerRun));
    const wanted = Math.max(within(WANTED_SECONDS), Math.min(FEWEST_RUNS, within(this.#longest)));
    return Math.max(1, Math.min(this.room, wanted));
  }

  /** A submit of `runs` runs took `seconds`. Slower is believed at once, faster by and by. */
  record(seconds: number, runs: number): void {
    const measured = seconds / runs;
    const known = this.#secondsPerRun;
    const slower = !this.#measured || measured > known;
    this.#secondsPerRun = slower ? measured : 0.7 * known + 0.3 * measured;
    this.#measured = true;
  }
}
