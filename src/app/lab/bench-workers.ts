import type { TaskProgress } from '../../model/tasks/progress';
import type { Order, Prepared } from '../workers/protocol';
import { firstOf } from './silence';
import type { WorkerLink } from './worker-link';

type OnProgress = (progress: TaskProgress) => void;

/** Milliseconds that a worker has to stop by itself once it is told to. */
const GRACE = 1500;

/**
 * The workers of the bench, which all have the same task and device: one for trials, and one beside it for
 * what must not disturb their clocks. One that has ended is made anew when it is next asked for.
 */
export class BenchWorkers {
  readonly #connect: () => WorkerLink;
  #order: Order | null = null;
  #main: WorkerLink | null = null;
  #side: WorkerLink | null = null;

  constructor(connect: () => WorkerLink) {
    this.#connect = connect;
  }

  /** What they were made ready for. */
  get order(): Order {
    if (!this.#order) throw new Error('the bench has no task yet: prepare comes first');
    return this.#order;
  }

  /** Ends all workers, and makes a fresh one ready for another task. Rejects with the error's own words. */
  prepare(order: Order, onProgress: OnProgress, signal: AbortSignal): Promise<Prepared> {
    this.endSide();
    return this.#prepareMain(order, onProgress, signal);
  }

  /** The worker of the trials. */
  async main(signal: AbortSignal): Promise<WorkerLink> {
    if (!this.#main) await this.#prepareMain(this.order, () => {}, signal);
    return this.#main!;
  }

  /** The worker beside that of the trials. */
  async side(signal: AbortSignal): Promise<WorkerLink> {
    if (this.#side) return this.#side;
    const { order } = this;
    const link = this.#connect();
    this.#side = link;
    try {
      await firstOf(
        signal,
        link.prepare(order, () => {}),
        link.died,
      );
      return link;
    } catch (error) {
      link.end();
      if (this.#side === link) this.#side = null;
      throw error;
    }
  }

  endMain(): void {
    this.#main?.end();
    this.#main = null;
  }

  endSide(): void {
    this.#side?.end();
    this.#side = null;
  }

  /** Asks the worker of the trials to stop what it does, and ends it when it does not. */
  async stop(link: WorkerLink, work: Promise<unknown>): Promise<void> {
    link.stop();
    const settled = work.then(
      () => true,
      () => true,
    );
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, GRACE, false));
    if (!(await Promise.race([settled, late])) && this.#main === link) this.endMain();
  }

  async #prepareMain(order: Order, onProgress: OnProgress, signal: AbortSignal): Promise<Prepared> {
    this.endMain();
    const link = this.#connect();
    this.#main = link;
    try {
      const prepared = await firstOf(signal, link.prepare(order, onProgress), link.died);
      // From here on the study stays on this very device, whatever a fresh worker would pick.
      this.#order = { ...order, device: { kind: 'named', name: prepared.device.name } };
      return prepared;
    } catch (error) {
      if (this.#main === link) this.endMain();
      throw error;
    }
  }
}
