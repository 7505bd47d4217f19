import type { RunningTrial } from '../../agent/loop/options';
import type { TrialEvent } from '../../model/harness/trial';
import type { LiveTrial } from './lab';
import { afterEvent, beginTrial } from './live';

/** Milliseconds between two pictures of a live trial: a fast device says more than an eye can see. */
const INTERVAL = 100;

/** The trial under way, shown as it changes but not more often than it is worth. */
export class LiveView {
  #live: LiveTrial | null = null;
  #waiting = false;
  readonly #show: (live: LiveTrial | null) => void;

  constructor(show: (live: LiveTrial | null) => void) {
    this.#show = show;
  }

  begin({ trial, experiment, seed }: RunningTrial): void {
    this.#live = beginTrial(trial, experiment, seed);
    this.#show(this.#live);
  }

  hear(event: TrialEvent): void {
    if (this.#live) this.#change(afterEvent(this.#live, event));
  }

  /** A timed trial waits for its tab to be seen, or goes on. */
  hold(waiting: boolean): void {
    if (this.#live) this.#change({ ...this.#live, stage: waiting ? 'waiting' : 'starting' });
  }

  end(): void {
    this.#live = null;
    this.#show(null);
  }

  #change(live: LiveTrial): void {
    this.#live = live;
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => {
      this.#waiting = false;
      if (this.#live) this.#show(this.#live);
    }, INTERVAL);
  }
}
