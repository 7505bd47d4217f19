import type { Clock } from '../clock';
import type { Experiment, Study } from '../study';
import type { Critic } from './critic';
import { LAST_LESSON } from './options';

/** What the critic writes down of verdicts, beside whatever else goes on. */
export class Learning {
  readonly #underWay = new Set<Promise<void>>();

  begin(
    critic: Critic | null,
    judged: readonly Experiment[],
    study: Study,
    signal: AbortSignal,
  ): void {
    for (const experiment of judged) {
      const lesson = critic?.learn?.(experiment, study, signal).catch(() => {});
      if (!lesson) continue;
      this.#underWay.add(lesson);
      void lesson.finally(() => this.#underWay.delete(lesson));
    }
  }

  /** Waits for what is under way: no longer than a minute, and not at all once the signal aborts. */
  async finish(clock: Pick<Clock, 'sleep'>, signal: AbortSignal): Promise<void> {
    if (this.#underWay.size === 0) return;
    const over = new AbortController();
    const longest = clock.sleep(LAST_LESSON, AbortSignal.any([signal, over.signal]));
    await Promise.race([Promise.all(this.#underWay), longest]);
    over.abort();
  }
}
