import type { Proposal, ResearcherName, Study, TrialRunner } from '../study';
import { StudyEnding } from '../study-ending';
import { Directing, judgedOf } from './directing';
import { Following } from './following';
import { Learning } from './learning';
import type { Team, TeamOptions } from './options';
import { LedByPeople } from './people';
import type { Run } from './run';
import { Thinking } from './thinking';
import { WaitingRoom } from './waiting-room';
import { Wakers } from './wakers';

/**
 * Several researchers that think at the same time, asked as if they were one: with the first proposal that is
 * ready. Each looks ahead by one: it begins its next thought as soon as the loop has taken its last proposal,
 * so that the device need not wait. Members that propose in no time are asked only when nothing waits.
 *
 * A member that fails is asked again after a while, and one that ends, ends alone; the team ends with its
 * last member. Throws where two members have one id.
 */
export function createTeam(options: TeamOptions): Team {
  return new ThinkingTeam(options);
}

/** What the loop sees of a team: its researcher. */
class ThinkingTeam extends LedByPeople implements Team {
  readonly #following = new Following(this);
  readonly #room = new WaitingRoom(this);
  readonly #directing = new Directing();
  readonly #learning = new Learning();
  readonly #thinking = new Thinking(this, this.#room, this.#directing);
  readonly #wakers = new Wakers();
  #lastSignal: AbortSignal | null = null;
  /** Calls of `propose` that wait. */
  #asked = 0;

  constructor(options: TeamOptions) {
    super(options);
    for (const member of options.members) this.hire(member);
  }

  get name(): ResearcherName {
    return this.seats[0]?.member.name ?? this.options.fallback?.member.name ?? 'claude';
  }

  observe(study: Study, loop: Run['loop']): void {
    if (loop.signal.aborted || study.status !== 'running') {
      this.#close();
      this.#following.see(study, null);
      return;
    }
    const before = this.run;
    const goesOn = before?.loop.signal === loop.signal && this.study?.id === study.id;
    const run = goesOn ? before : this.#open(study, loop);
    run.loop = loop;
    const inUse = study.inFlight !== run.lost && study.inFlight !== null;
    const judged = this.#following.see(study, inUse);
    this.#learning.begin(this.roles.critic, judged, study, run.signal);
    void this.#direct(run);
    this.pump();
  }

  conclude(signal: AbortSignal): Promise<void> {
    return this.#learning.finish(this.clock, signal);
  }

  show(study: Study | null): void {
    if (this.run) return;
    this.#following.adopt(study);
    if (study) this.#following.see(study, null);
  }

  async propose(
    study: Study,
    signal: AbortSignal,
    inspect?: TrialRunner['inspect'],
  ): Promise<Proposal | null> {
    if (!this.run || this.study !== study) {
      this.observe(study, this.run?.loop ?? { signal, inspect, left: Number.POSITIVE_INFINITY });
    }
    this.#asked++;
    try {
      for (;;) {
        signal.throwIfAborted();
        this.#thinking.start(true);
        const woken = this.#wakers.next(signal);
        const taken = await this.#room.take(signal);
        if (taken) return taken;
        const { thrown } = this.#thinking;
        if (thrown) {
          this.#thinking.thrown = null;
          throw thrown.error;
        }
        this.#endWithLast();
        if (this.#nothingLeft()) return null;
        await woken;
      }
    } finally {
      this.#asked--;
    }
  }

  /** Whoever may think begins to, and whoever waits looks again. */
  override pump(): void {
    this.#thinking.start(this.#asked > 0);
    this.#wakers.wake();
  }

  #open(study: Study, loop: Run['loop']): Run {
    this.#close();
    const abort = new AbortController();
    const signal = AbortSignal.any([loop.signal, abort.signal]);
    const run: Run = { loop, abort, signal, lost: study.inFlight };
    this.run = run;
    loop.signal.addEventListener('abort', () => abort.signal.aborted || this.#close(), {
      once: true,
    });
    this.#following.adopt(study);
    this.#directing.reset();
    this.#thinking.thrown = null;
    if (loop.signal !== this.#lastSignal) {
      this.offer = null;
      for (const seat of this.seats) seat.revive();
    }
    this.#lastSignal = loop.signal;
    for (const seat of this.seats) seat.hear({ type: 'opened' });
    this.#room.readAll();
    return run;
  }

  #close(): void {
    const { run } = this;
    if (!run) return;
    this.run = null;
    run.abort.abort(new Error('the study does not run any more'));
    this.#following.end();
  }

  /** Throws when nobody is left, unless somebody takes over. */
  #endWithLast(): void {
    if (!this.seats.every(({ ended }) => ended) || this.queue.length > 0) return;
    const reasons = this.seats.map(({ view }) =>
      this.seats.length > 1 ? `${view.title}: ${view.ending}` : view.ending,
    );
    const reason = reasons.join('; ') || 'the team has no members';
    const { fallback } = this.options;
    if (fallback && !this.seatOf(fallback.member.id)) {
      if (fallback.byItself) {
        this.hire(fallback.member);
        return;
      }
      this.offer = { title: fallback.member.title, reason };
      this.changed();
    }
    throw new StudyEnding(this.#thinking.lastEnding, reason);
  }

  /** Whether everybody who could still be asked has nothing left to try. */
  #nothingLeft(): boolean {
    const living = this.seats.filter(({ ended }) => !ended);
    const at = this.study ? judgedOf(this.study) : null;
    return (
      living.length > 0 &&
      this.queue.length === 0 &&
      living.every((seat) => seat.free && seat.exhaustedAt === at)
    );
  }

  async #direct({ signal }: Run): Promise<void> {
    const directions = await this.#directing.ask(this.roles.director, this.study!, signal);
    if (directions) {
      this.guide.renew(directions);
      this.directed();
    }
    // Whoever waited for the first directions may begin.
    this.pump();
  }
}
