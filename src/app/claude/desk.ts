import type { Spent } from '../../agent/researchers/claude/spent';
import type { Lab } from '../lab/lab';
import { Store } from '../lab/store';
import type { Shelf } from '../lab/study-shelf';
import { localMember } from '../lab/team-desk';
import { originOf } from './endpoint';
import { KeySafe } from './key-safe';
import type { Looked } from './look';
import { type ClaudeSettings, keepSettings, readSettings } from './settings';

/** What the page shows of Claude. The key is nowhere in it. */
export interface ClaudeState {
  /** `away`: nobody asked for it; `keyless`: it was here before this load, and its key was not remembered. */
  readonly stage: 'away' | 'keyless' | 'coming' | 'here';
  readonly settings: ClaudeSettings;
  /** The origin that a key is here for, or null. */
  readonly keyFor: string | null;
  readonly remembered: boolean;
  readonly spent: Spent | null;
  /** Hours that it was at work on this study. */
  readonly hours: number;
  /** Why it could not come. */
  readonly problem: string | null;
}

export interface ClaudeDeskParts {
  readonly lab: Pick<Lab, 'team' | 'instruments' | 'getSnapshot' | 'start' | 'stop'>;
  /** Null where this browser keeps nothing. */
  readonly shelf: Shelf | null;
  /** The SDK and what uses it: fetched when Claude is asked for, and never before. */
  readonly loadCrew?: () => Promise<typeof import('./crew')>;
  readonly loadLocal?: () => Promise<Pick<typeof import('../lab/loop'), 'researcher'>>;
}

/** Brings Claude into the lab and sends it away. The key lies in its safe and is lent to the crew alone. */
export class ClaudeDesk {
  readonly #parts: ClaudeDeskParts;
  readonly #safe: KeySafe;
  readonly #store: Store<ClaudeState>;

  constructor(parts: ClaudeDeskParts) {
    this.#parts = parts;
    this.#safe = new KeySafe(parts.shelf);
    const settings = readSettings(parts.shelf);
    this.#store = new Store<ClaudeState>({
      stage: settings.brought && !this.#fits(settings) ? 'keyless' : 'away',
      settings,
      ...this.#ofKey(),
      spent: null,
      hours: 0,
      problem: null,
    });
  }

  subscribe = (listener: () => void) => this.#store.subscribe(listener);
  getState = (): ClaudeState => this.#store.get();

  /** Whether the study should wait for a person: its researcher is Claude, and there is no key. */
  get waits(): boolean {
    return this.getState().stage === 'keyless';
  }

  /** After a load: brings Claude back where its key was remembered. Never rejects. */
  async comeBack(): Promise<void> {
    const { settings } = this.getState();
    if (settings.brought && this.#fits(settings)) {
      await this.#bring(settings, this.#safe.remembered, false);
    }
  }

  /** Looks at a server with a key just typed, or (null) with the one that is here. A key that fits is kept. */
  async look(typed: string | null, baseURL: string, signal: AbortSignal): Promise<Looked> {
    const { lookAt } = await this.#crew();
    const origin = originOf(baseURL);
    const look = (key: string) => lookAt(key, baseURL, signal);
    const looked = await (typed === null ? this.#safe.lend(origin, look) : look(typed));
    if (looked.ok && typed !== null) this.#safe.put(typed, origin);
    this.#store.patch(this.#ofKey());
    return looked;
  }

  /** The server that is asked for after the next load. */
  keepAddress(baseURL: string): void {
    const settings = { ...this.getState().settings, baseURL };
    keepSettings(this.#parts.shelf, settings);
    this.#store.patch({ settings });
  }

  /** Puts Claude in the local researcher's place, or in that of Claude as it was before. */
  bring(settings: ClaudeSettings, remember: boolean): Promise<void> {
    return this.#bring(settings, remember, true);
  }

  async #bring(settings: ClaudeSettings, remember: boolean, anew: boolean): Promise<void> {
    const { lab, shelf } = this.#parts;
    const chosen = { ...settings, brought: true };
    const waited = this.waits;
    this.#safe.remember(remember);
    keepSettings(shelf, chosen);
    this.#store.patch({ stage: 'coming', settings: chosen, problem: null, ...this.#ofKey() });
    try {
      const { makeCrew } = await this.#crew();
      const crew = this.#safe.lend(originOf(chosen.baseURL), (key) =>
        makeCrew(key, chosen, lab, (spent, hours) => this.#store.patch({ spent, hours })),
      );
      lab.team.seat(crew.members, anew);
      lab.team.appoint({ critic: crew.critic, director: crew.director });
      this.#store.patch({ stage: 'here' });
      if (waited) this.#goOn();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#store.patch({ stage: 'away', problem: `Claude could not come: ${problem}` });
    }
  }

  /** Ends what Claude is doing; the local researcher takes over. The key stays until it is forgotten. */
  async sendAway(): Promise<void> {
    const { lab, shelf, loadLocal = () => import('../lab/loop') } = this.#parts;
    const settings = { ...this.getState().settings, brought: false };
    keepSettings(shelf, settings);
    this.#store.patch({ stage: 'away', settings, problem: null });
    const { researcher } = await loadLocal();
    lab.team.appoint({ critic: null, director: null });
    lab.team.seat([localMember(researcher)], true);
  }

  /** The key is gone from the page and from the device, and Claude with it. */
  async forget(): Promise<void> {
    const { stage } = this.getState();
    this.#safe.forget();
    this.#store.patch(this.#ofKey());
    if (stage === 'here' || stage === 'coming') await this.sendAway();
  }

  #ofKey(): Pick<ClaudeState, 'keyFor' | 'remembered'> {
    return { keyFor: this.#safe.origin, remembered: this.#safe.remembered };
  }

  #fits({ baseURL }: ClaudeSettings): boolean {
    return this.#safe.origin === originOf(baseURL);
  }

  /** A study that was cut off by the load waited for Claude alone. */
  #goOn(): void {
    const { lab } = this.#parts;
    const { activity, study } = lab.getSnapshot();
    if (activity === 'idle' && study?.status === 'running') lab.start();
  }

  #crew(): Promise<typeof import('./crew')> {
    const { loadCrew = () => import('./crew') } = this.#parts;
    return loadCrew();
  }
}
