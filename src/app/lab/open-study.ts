import { foldStudy } from '../../agent/history/fold';
import type { NewStudy } from '../../agent/loop/options';
import type { Study } from '../../agent/study';
import { presetNamed } from '../../model/programs';
import type { TaskSpec } from '../../model/tasks/task';
import type { DeviceChoice } from '../workers/protocol';
import type { LabSnapshot, StudySetup } from './lab';
import type { LabParts } from './parts';
import { preparationOf } from './preparation';
import { setupOf } from './settings';
import type { Store } from './store';

export interface OpenStudyParts
  extends Pick<LabParts, 'history' | 'bench' | 'loadLoop' | 'settings' | 'taskOf'> {
  readonly store: Store<LabSnapshot>;
  /** Told which study is open now, before its task is ready; null where the last one is left. */
  readonly onTurn: (study: Study | null) => void;
}

/** The study that is open: made anew or taken from the history, with the bench ready for its task. */
export class OpenStudy {
  readonly #parts: OpenStudyParts;
  readonly #store: Store<LabSnapshot>;
  /** A study that is ready but has not begun, so that there is nothing of it in the history. */
  #unbegun: NewStudy | null = null;
  /** What was chosen for the study that is being made, to try again where that failed. */
  #setup: StudySetup | null = null;

  constructor(parts: OpenStudyParts) {
    this.#parts = parts;
    this.#store = parts.store;
  }

  /** What a run would begin or go on with; null where nothing could be made ready yet. */
  get next(): NewStudy | string | null {
    return this.#store.get().study?.id ?? this.#unbegun;
  }

  async make(setup: StudySetup, signal: AbortSignal): Promise<NewStudy> {
    this.#leave();
    this.#setup = setup;
    const preset = presetNamed(setup.program);
    if (!preset) throw new Error(`there is no program named ${setup.program}`);
    this.#store.patch({ activity: 'preparing', preparation: preparationOf(null) });
    const task = await this.#parts.taskOf(setup);
    await this.#prepare(task, { kind: this.#parts.settings.device }, signal);
    const taskId = this.#store.get().facts!.id;
    const brief = setup.brief?.trim() ? { brief: setup.brief } : {};
    this.#unbegun = { task, taskId, baseline: preset.source, ...brief };
    return this.#unbegun;
  }

  /** What was chosen last, or else by the link. */
  get setup(): StudySetup {
    return this.#setup ?? setupOf(this.#parts.settings);
  }

  /** The newest study of the history; null where there is none. */
  async newest(): Promise<Study | null> {
    await this.list();
    const [newest] = this.#store.get().studies;
    return newest ? this.read(newest.id) : null;
  }

  async read(id: string): Promise<Study> {
    return foldStudy(await this.#parts.history.events(id));
  }

  async list(): Promise<void> {
    this.#store.patch({ studies: await this.#parts.history.studies() });
  }

  async show(study: Study, signal: AbortSignal): Promise<void> {
    this.#leave();
    this.#store.patch({ study });
    this.#parts.onTurn(study);
    await this.ready(study, signal);
  }

  /** Makes the task of a study ready that is only looked at; a recording's device is no better than ours. */
  async look(study: Study, own: boolean, signal: AbortSignal): Promise<void> {
    this.#leave();
    if (own) return this.ready(study, signal);
    await this.#prepare(study.task, { kind: this.#parts.settings.device }, signal);
  }

  /** Makes the bench ready for a study of the history, on its own device where that is here. */
  async ready(study: Study, signal: AbortSignal): Promise<void> {
    const { facts, device } = this.#store.get();
    if (facts?.id === study.taskId && device?.name === study.device) return;
    try {
      const own = { kind: 'named', name: study.device } as const;
      await this.#prepare(study.task, own, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof Error && error.name === 'NoDeviceError'))
        throw error;
      // To look at it any device will do; to go on with it, none but its own, as the loop will say.
      await this.#prepare(study.task, { kind: 'auto' }, signal);
    }
  }

  /** Forgets what belongs to the study that was open. */
  #leave(): void {
    this.#parts.onTurn(null);
    this.#unbegun = null;
    this.#store.patch({ study: null, selected: null, facts: null, device: null });
  }

  async #prepare(task: TaskSpec, device: DeviceChoice, signal: AbortSignal): Promise<void> {
    this.#store.patch({ activity: 'preparing', preparation: preparationOf(null) });
    // It is needed right after, and comes meanwhile; if it does not come, that is said then.
    this.#parts.loadLoop().catch(() => {});
    const prepared = await this.#parts.bench.prepare(
      { task, device },
      (progress) => this.#store.patch({ preparation: preparationOf(progress) }),
      signal,
    );
    this.#store.patch({ ...prepared, preparation: null });
  }
}
