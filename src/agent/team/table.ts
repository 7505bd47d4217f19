import { type Clock, REAL_CLOCK } from '../clock';
import type { Study } from '../study';
import { type Busy, NEVER, shareOf } from './busy';
import type { Critic } from './critic';
import type { Director } from './director';
import { Guide } from './guide';
import type { TeamOptions } from './options';
import { Queue } from './queue';
import type { Run } from './run';
import type { Seat } from './seat';
import type { TeamView } from './view';

interface Roles {
  critic: Critic | null;
  director: Director | null;
}

/** What all parts of a team share: who sits in it, what waits, what it is about, and how that is shown. */
export abstract class Table {
  readonly options: TeamOptions;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly queue = new Queue();
  readonly guide = new Guide();
  readonly roles: Roles;
  seats: readonly Seat[] = [];
  study: Study | null = null;
  /** Null while no loop runs. */
  run: Run | null = null;
  busy: Busy = NEVER;
  /** Whether each proposal waits for a person's word. */
  approval = false;
  offer: TeamView['offer'] = null;
  readonly #listeners = new Set<() => void>();
  #view: TeamView | null = null;

  constructor(options: TeamOptions) {
    this.options = options;
    this.clock = options.clock ?? REAL_CLOCK;
    this.roles = { critic: options.critic ?? null, director: options.director ?? null };
  }

  /** Something changed that may let somebody go on. */
  abstract pump(): void;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getView = (): TeamView => {
    this.#view ??= {
      members: this.seats.map(({ view }) => view),
      waiting: this.queue.shown,
      directions: this.guide.list,
      approval: this.approval,
      deviceBusy: shareOf(this.busy),
      offer: this.offer,
    };
    return this.#view;
  };

  /** Whoever looks on has something new to see. */
  changed(): void {
    this.#view = null;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Directions changed: into the log with them, so that a reload keeps them. */
  directed(): void {
    const directions = this.guide.list;
    this.options.note?.({ type: 'directions-set', directions }).catch(() => {});
    this.changed();
  }

  seatOf(id: string): Seat | undefined {
    return this.seats.find((seat) => seat.id === id);
  }
}
