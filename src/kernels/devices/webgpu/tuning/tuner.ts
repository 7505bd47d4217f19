import { bytesOf, type Graph } from '../../../graph/types';
import { hashName } from '../../../random/threefry';
import type { Workload } from '../../device';
import type { Kernel, LoweringContext, Tunable, TunableProblem } from '../kernel';
import { fastestOf } from './race';
import type { SetUp } from './timer';

/** Keeps a few bytes by name from one visit to the next: in the page's database, in a file, in memory. */
export interface ChoiceStore {
  get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface TunerOptions {
  /** What tells this adapter from others. */
  readonly adapter: string;
  readonly store: ChoiceStore;
  readonly tunables: ReadonlyMap<string, Tunable>;
  readonly setUp: SetUp;
  /** How long one call of `choose` may measure, about: one measurement and what it compiles may end later. */
  readonly milliseconds?: number;
  /** Milliseconds; another clock in tests. */
  readonly now?: () => number;
}

/** What ways there are depends on it. */
type Hardware = Pick<LoweringContext, 'half' | 'units'>;

const MILLISECONDS = 300;

/**
 * Which way an adapter computes each class of problem, by measurement. A choice once made is never changed: the same
 * program then rounds the same way on this device. What there was no time to measure takes the
 * usual way for as long as the tuner lives, and is measured by a later one.
 */
export class Tuner {
  readonly #options: TunerOptions;
  readonly #key: string;
  /** What was measured, and what takes the usual way for want of time or because measuring failed. */
  readonly #measured = new Map<string, string>();
  readonly #usual = new Set<string>();
  #loaded: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: TunerOptions) {
    this.#options = options;
    const texts = [...options.tunables].map(([op, { text }]) => `${op} ${text}`);
    this.#key = `kernels for ${options.adapter}, of ${hashName(texts.join()).toString(16)}`;
  }

  /** The choices for all that a workload has to compute on this hardware; calls take their turns. */
  choose(workload: Workload, hardware: Hardware = {}): Promise<ReadonlyMap<string, string>> {
    const turn = this.#turn.then(() => this.#choose(workload, hardware));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #choose({ graphs }: Workload, hardware: Hardware): Promise<ReadonlyMap<string, string>> {
    this.#loaded ??= this.#load();
    await this.#loaded;
    const { milliseconds = MILLISECONDS, now = () => performance.now() } = this.#options;
    const deadline = now() + milliseconds;
    const late = () => now() >= deadline;
    let news = false;
    for (const pending of this.#pending(Object.values(graphs), hardware)) {
      const { class: name } = pending.problem;
      const way = late() ? null : await this.#measure(pending, late);
      if (way === null) this.#usual.add(name);
      else this.#measured.set(name, way);
      news ||= way !== null;
    }
    if (news) await this.#save();
    return new Map(this.#measured);
  }

  /** Classes that nothing is known of, those with the most work first. */
  #pending(graphs: readonly Graph[], hardware: Hardware): Pending[] {
    const found = new Map<string, Pending>();
    for (const { nodes } of graphs) {
      nodes.forEach((node, id) => {
        const tunable = this.#options.tunables.get(node.op);
        if (!tunable) return;
        const problem = tunable.problemOf(node, (other) => nodes[other]!, id, hardware);
        if (this.#measured.has(problem.class) || this.#usual.has(problem.class)) return;
        const bytes = (other: number) => bytesOf(nodes[other]!);
        const known = found.get(problem.class) ?? { problem, bytes, work: 0 };
        found.set(problem.class, { ...known, work: known.work + problem.work });
      });
    }
    return [...found.values()].sort((a, b) => b.work - a.work);
  }

  async #measure({ problem, bytes }: Pending, late: () => boolean): Promise<string | null> {
    const way = await this.#race(problem.ways(), bytes, late);
    if (way === null) return null;
    const variants = problem.variants(way);
    // Where there is no time for these, the way as it is has still won a whole race.
    return (variants.size > 1 && (await this.#race(variants, bytes, late))) || way;
  }

  async #race(
    ways: ReadonlyMap<string, readonly Kernel[]>,
    bytes: Pending['bytes'],
    late: () => boolean,
  ): Promise<string | null> {
    if (late()) return null;
    try {
      const { ways: timed, close } = await this.#options.setUp(ways, bytes);
      try {
        return await fastestOf(timed, late);
      } finally {
        close();
      }
    } catch {
      // A way that does not compile or fit is no reason not to train: the usual one will say what is wrong.
      return null;
    }
  }

  async #load(): Promise<void> {
    try {
      const bytes = await this.#options.store.get(this.#key);
      const known: unknown = bytes && JSON.parse(new TextDecoder().decode(bytes));
      if (typeof known !== 'object' || known === null) return;
      for (const [name, way] of Object.entries(known)) {
        if (typeof way === 'string') this.#measured.set(name, way);
      }
    } catch {
      // A store that cannot be read is an empty one.
    }
  }

  async #save(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#measured));
    try {
      await this.#options.store.put(this.#key, new TextEncoder().encode(text));
    } catch {
      // Not kept, it is measured again next time.
    }
  }
}

interface Pending {
  readonly problem: TunableProblem;
  readonly bytes: (id: number) => number;
  readonly work: number;
}
