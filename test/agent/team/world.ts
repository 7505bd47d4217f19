import { createMemoryHistory } from '../../../src/agent/history/memory';
import { runStudy } from '../../../src/agent/loop/run';
import type { History, Note, Proposal, Study, TrialRunner } from '../../../src/agent/study';
import type { Member } from '../../../src/agent/team/member';
import type { Team, TeamOptions } from '../../../src/agent/team/options';
import { createTeam } from '../../../src/agent/team/team';
import { pairedPolicy } from '../../../src/agent/verdicts/paired';
import type { ProgramSource } from '../../../src/model/programs/program';
import { TASK } from '../fixtures';
import { FakeRunner, proposalOf, scoring } from '../loop/world';

/** Time that passes only when nobody has anything left to do in the present. */
export class Timeline {
  #now = 1_000_000;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  now = (): number => this.#now;

  sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        resolve();
      };
      const sleeper = { at: this.#now + milliseconds, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', wake);
    });

  /** Lets time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    work.then(
      () => {
        done = true;
      },
      () => {
        done = true;
      },
    );
    for (;;) {
      await present();
      if (done) return work;
      const next = Math.min(...this.#sleepers.map(({ at }) => at));
      if (next === Number.POSITIVE_INFINITY) throw new Error('everybody waits, and for nothing');
      this.#now = next;
      const due = this.#sleepers.filter(({ at }) => at === next);
      for (const { wake } of due) wake();
    }
  }
}

/** Until everything that can happen now has happened. */
export const present = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A device whose trials take their time. */
export class SlowRunner implements TrialRunner {
  readonly #time: Timeline;
  readonly #takes: number;
  readonly #fake = new FakeRunner();

  constructor(time: Timeline, takes: number) {
    this.#time = time;
    this.#takes = takes;
  }

  inspect: TrialRunner['inspect'] = (program, signal) => this.#fake.inspect(program, signal);

  async run(...[request, onEvent, signal]: Parameters<TrialRunner['run']>) {
    await this.#time.sleep(this.#takes, signal);
    signal.throwIfAborted();
    return this.#fake.run(request, onEvent);
  }
}

export interface Thinker extends Member {
  /** The studies that it was given to think about. */
  readonly seen: Study[];
  readonly heard: string[];
  readonly pursued: (string | null)[];
  readonly drafts: ProgramSource[];
  /** Thoughts that were ended from outside. */
  aborted: number;
}

type Idea = (study: Study, turn: number) => Proposal | ProgramSource | null;

/** A member that takes its time and then proposes what its idea is. */
export function thinker(id: string, time: Timeline, takes: number, idea: Idea): Thinker {
  const seen: Study[] = [];
  const heard: string[] = [];
  const pursued: (string | null)[] = [];
  const drafts: ProgramSource[] = [];
  const member: Thinker = {
    id,
    title: `Thinker ${id}`,
    name: 'claude',
    seen,
    heard,
    pursued,
    drafts,
    aborted: 0,
    hear: (message) => void heard.push(message),
    pursue: (direction) => void pursued.push(direction),
    takeDraft: ({ program }) => void drafts.push(program),
    propose: async (study, signal) => {
      const turn = seen.push(study) - 1;
      await time.sleep(takes, signal);
      if (signal.aborted) {
        member.aborted++;
        throw signal.reason;
      }
      const made = idea(study, turn);
      if (made === null || 'title' in made) return made;
      return { ...proposalOf(study, made, `${id} ${turn}`), researcher: 'claude' };
    },
  };
  return member;
}

/** Each idea is a little worse than the incumbent can be: one trial decides it. */
export const failing =
  (id: string): Idea =>
  (_, turn) =>
    scoring(3.5 + turn / 1000, `${id} ${turn}`);

export interface Asked extends Omit<TeamOptions, 'clock' | 'members'> {
  readonly time: Timeline;
  readonly members: readonly Member[];
  readonly experiments?: number;
  /** Milliseconds of a trial. */
  readonly trial?: number;
  readonly history?: History;
  readonly study?: string;
  readonly baseline?: ProgramSource;
  readonly signal?: AbortSignal;
  readonly runner?: TrialRunner;
  /** Called with the team before it begins, to ask of it what a person would. */
  readonly first?: (team: Team) => void;
  /** What may be written into its log, once it is open. */
  readonly onOpen?: (write: (note: Note) => Promise<void>) => void;
}

/** A study of a team in a world where trials are fake and time is not real. */
export async function studyOfTeam(asked: Asked): Promise<{ study: Study; team: Team }> {
  const {
    time,
    experiments = 4,
    trial = 1000,
    first,
    study: earlier,
    baseline = scoring(3),
  } = asked;
  const { history = createMemoryHistory(), runner = new SlowRunner(time, trial), signal } = asked;
  let write: ((note: Note) => Promise<void>) | null = null;
  const team = createTeam({
    ...asked,
    clock: time,
    note: async (note) => write?.(note),
  });
  first?.(team);
  const study = runStudy({
    study: earlier ?? { id: 'study-1', task: TASK, taskId: 'abc', baseline },
    device: 'cpu',
    researcher: team,
    runner,
    history,
    policy: pairedPolicy({ calibration: 2 }),
    limits: { experiments },
    now: time.now,
    patience: () => 0,
    calm: () => 0,
    onOpen: (writer) => {
      write = writer;
      asked.onOpen?.(writer);
    },
    ...(signal && { signal }),
  });
  return { study: await time.until(study), team };
}

/** When something comes true of a team, at the time of the event that makes it so. */
export function once(team: Team, wanted: (team: Team) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!wanted(team)) return;
      stop();
      resolve();
    };
    const stop = team.subscribe(look);
    look();
  });
}
