import { checkedProposal } from '../loop/proposals';
import { messageOf } from '../loop/waiting';
import { REAL_CLOCK } from '../researchers/claude/clock';
import type { LoopView, Proposal, ResearcherName, Study, TrialRunner } from '../study';
import { StudyEnding } from '../study-ending';
import { admissionOf, upToDate } from './admission';
import { Board } from './board';
import { Directing, judgedOf } from './directing';
import { Learning } from './learning';
import { PATIENCE, type Team, type TeamOptions } from './options';
import type { Entry } from './queue';
import { critiqueOf } from './reading';
import type { Seat } from './seat';
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

/** What a run of the loop lends to the team. */
interface Run {
  loop: Omit<LoopView, 'inspect'> & { readonly inspect: TrialRunner['inspect'] | undefined };
  readonly abort: AbortController;
  readonly signal: AbortSignal;
  /** In the study when it was opened: a trial that was lost with its tab. */
  readonly lost: Study['inFlight'];
}

class ThinkingTeam extends Board implements Team {
  readonly #o: TeamOptions;
  #run: Run | null = null;
  #lastSignal: AbortSignal | null = null;
  /** Calls of `propose` that wait. */
  #asked = 0;
  readonly #wakers = new Wakers();
  /** Proposals are admitted one by one, so that each is compared with those before it. */
  #admissions: Promise<unknown> = Promise.resolve();
  /** What an instant member threw that has nobody beside it: for the loop. */
  #thrown: { readonly error: unknown } | null = null;
  readonly #directing = new Directing();
  readonly #learning = new Learning();
  /** How the study ends when everybody has. */
  #lastEnding: StudyEnding['ending'] = 'study-stopped';

  constructor(options: TeamOptions) {
    super(options, options.clock ?? REAL_CLOCK);
    this.#o = options;
    for (const member of options.members) this.hire(member);
  }

  get name(): ResearcherName {
    return this.seats[0]?.member.name ?? this.#o.fallback?.member.name ?? 'claude';
  }

  observe(study: Study, loop: Run['loop']): void {
    if (loop.signal.aborted || study.status !== 'running') {
      this.#close();
      this.see(study, null);
      return;
    }
    const run = this.#run;
    if (!run || run.loop.signal !== loop.signal || this.study?.id !== study.id) {
      this.#open(study, loop);
    }
    this.#run!.loop = loop;
    const judged = this.see(study, study.inFlight !== this.#run!.lost && study.inFlight !== null);
    this.#learning.begin(this.roles.critic, judged, study, this.#run!.signal);
    void this.#direct(this.#run!);
    this.pump();
  }

  conclude(signal: AbortSignal): Promise<void> {
    return this.#learning.finish(this.clock, signal);
  }

  show(study: Study | null): void {
    if (this.#run) return;
    this.adopt(study);
    if (study) this.see(study, null);
  }

  async propose(
    study: Study,
    signal: AbortSignal,
    inspect?: TrialRunner['inspect'],
  ): Promise<Proposal | null> {
    if (!this.#run || this.study !== study) {
      this.observe(study, this.#run?.loop ?? { signal, inspect, left: Number.POSITIVE_INFINITY });
    }
    this.#asked++;
    try {
      for (;;) {
        signal.throwIfAborted();
        this.#start();
        const woken = this.#wakers.next(signal);
        const taken = await this.#take(signal);
        if (taken) return taken;
        if (this.#thrown) {
          const { error } = this.#thrown;
          this.#thrown = null;
          throw error;
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
  protected override pump(): void {
    this.#start();
    this.#wakers.wake();
  }

  #start(): void {
    const run = this.#run;
    const { study } = this;
    if (!run || !study || study.experiments.length === 0) return;
    const byTurns = [...this.seats].sort((a, b) => a.turns - b.turns);
    for (const seat of byTurns) if (this.#mayBegin(seat, study, run)) this.#begin(seat, study, run);
  }

  /** An entry may have to be read first, or needs a person's word. */
  protected override forward(entry: Entry): void {
    const { critic } = this.roles;
    if (critic) void this.#read(entry, this.#run!);
    else this.ready(entry.shown.id);
  }

  #open(study: Study, loop: Run['loop']): void {
    this.#close();
    const abort = new AbortController();
    const signal = AbortSignal.any([loop.signal, abort.signal]);
    this.#run = { loop, abort, signal, lost: study.inFlight };
    loop.signal.addEventListener('abort', () => abort.signal.aborted || this.#close(), {
      once: true,
    });
    this.adopt(study);
    this.#directing.reset();
    this.#thrown = null;
    if (loop.signal !== this.#lastSignal) this.revive();
    this.#lastSignal = loop.signal;
    this.opened();
    for (const entry of this.queue.entries) {
      if (entry.shown.stage === 'reading') this.forward(entry);
    }
  }

  #close(): void {
    const run = this.#run;
    if (!run) return;
    this.#run = null;
    run.abort.abort(new Error('the study does not run any more'));
    this.closed();
  }

  #mayBegin(seat: Seat, study: Study, run: Run): boolean {
    if (!seat.free || this.queue.of(seat.id)) return false;
    if (this.#thrown || seat.exhaustedAt === judgedOf(study)) return false;
    const others = this.seats.filter((each) => each !== seat);
    const bound = this.queue.length + others.filter(({ handed }) => handed).length;
    if (seat.member.instant) {
      const busy = others.some(({ member, thought }) => member.instant && thought);
      return this.#asked > 0 && !this.queue.next() && !busy && bound < run.loop.left;
    }
    // The first directions come while the baseline is run: nobody need wait for them.
    if (this.#directing.busy && !study.experiments[0]?.verdict) return false;
    const thinking = others.filter(({ member, thought }) => thought && !member.instant).length;
    return bound + thinking < run.loop.left;
  }

  #begin(seat: Seat, study: Study, run: Run): void {
    const abort = new AbortController();
    seat.thought = abort;
    seat.turns++;
    const direction = seat.goesOn ? seat.view.direction : this.dealTo(seat);
    if (!seat.goesOn) seat.member.pursue?.(direction);
    seat.goesOn = true;
    seat.hear({ type: 'began', direction });
    const signal = AbortSignal.any([run.signal, abort.signal]);
    void this.#think(seat, study, run, signal).finally(() => {
      seat.thought = null;
      this.pump();
    });
  }

  async #think(seat: Seat, study: Study, run: Run, signal: AbortSignal): Promise<void> {
    const { member } = seat;
    try {
      const underWay = this.queue.entries.map(({ shown }) => shown.proposal);
      const known = seat.studyFor(study);
      const raw = await member.propose(known, signal, run.loop.inspect, { underWay });
      if (signal.aborted) return;
      if (raw === null) {
        seat.exhaustedAt = judgedOf(study);
        seat.goesOn = false;
        seat.hear({ type: 'rested' });
        return;
      }
      const admitted = this.#admissions.then(() => this.#admit(seat, raw, study, run, signal));
      this.#admissions = admitted.catch(() => {});
      await admitted;
    } catch (error) {
      if (!signal.aborted) this.#troubled(seat, error, signal);
    }
  }

  async #admit(
    seat: Seat,
    raw: Proposal,
    begunAt: Study,
    { loop: { inspect } }: Run,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const study = this.study!;
    const proposal = { ...checkedProposal(study, raw), member: seat.id };
    const { entries } = this.queue;
    // What nobody waits beside goes to the loop at once, which looks at it itself.
    const atOnce = seat.member.instant && entries.length === 0;
    const looking = { study, inspect, signal };
    const admission = atOnce ? { graphHash: null } : await admissionOf(proposal, entries, looking);
    signal.throwIfAborted();
    if ('refusal' in admission) {
      seat.refused(proposal, admission.refusal, true);
      return;
    }
    seat.proposed();
    const rest = { base: begunAt.incumbent, graphHash: admission.graphHash };
    this.forward(this.queue.add(proposal, seat.id, rest, 'reading'));
  }

  #troubled(seat: Seat, error: unknown, signal: AbortSignal): void {
    const living = this.seats.filter(({ ended }) => !ended);
    if (error instanceof StudyEnding) {
      this.#lastEnding = error.ending;
      seat.hear({ type: 'ended', reason: messageOf(error) });
    } else if (seat.member.instant && living.length === 1) {
      this.#thrown = { error };
      seat.hear({ type: 'failed', message: messageOf(error) });
    } else {
      const failures = seat.failed(messageOf(error));
      if (failures === null) return;
      seat.cooling = true;
      const patience = this.#o.patience ?? ((attempt) => 1000 * 2 ** attempt);
      void this.clock.sleep(patience(failures + 1), signal).then(() => {
        seat.cooling = false;
        this.pump();
      });
    }
  }

  /** The critic's word on a proposal: back with it, or on. */
  async #read({ shown: { id, member, proposal } }: Entry, run: Run): Promise<void> {
    const seat = this.seatOf(member);
    const critique = await critiqueOf(this.roles.critic, proposal, this.study!, run.signal);
    if (!critique || !this.queue.named(id)) return;
    const { objection, remark } = critique;
    if (objection !== null && seat && seat.objections < PATIENCE.objections) {
      seat.objections++;
      this.queue.remove(id);
      seat.refused(proposal, `the critic objects: ${objection}`, false);
    } else {
      const said = [objection, remark].filter((each) => each !== null).join('\n\n');
      const read = objection === null ? proposal : { ...proposal, critique: objection };
      this.queue.change(id, { critique: said === '' ? null : said, proposal: read });
      this.ready(id);
    }
    this.pump();
  }

  /** The next proposal that may run, as it is run now; null while there is none. */
  async #take(signal: AbortSignal): Promise<Proposal | null> {
    for (;;) {
      const entry = this.queue.next();
      if (!entry || !this.study) return null;
      const { id, member } = entry.shown;
      const looking = { study: this.study, inspect: this.#run?.loop.inspect, signal };
      const now = await upToDate(entry, looking);
      signal.throwIfAborted();
      // A person may have taken it away meanwhile.
      if (this.queue.named(id)?.shown.stage !== 'device') continue;
      this.queue.remove(id);
      this.changed();
      const seat = this.seatOf(member);
      if ('proposal' in now) {
        if (seat) seat.handed = { entry, proposal: now.proposal };
        return now.proposal;
      }
      seat?.refused(entry.shown.proposal, now.refusal, true);
    }
  }

  /** Throws when nobody is left, unless somebody takes over. */
  #endWithLast(): void {
    if (!this.seats.every(({ ended }) => ended) || this.queue.length > 0) return;
    const reasons = this.seats.map(({ view }) =>
      this.seats.length > 1 ? `${view.title}: ${view.ending}` : view.ending,
    );
    const reason = reasons.join('; ') || 'the team has no members';
    const { fallback } = this.#o;
    if (fallback?.byItself && !this.seatOf(fallback.member.id)) {
      this.hire(fallback.member);
      return;
    }
    this.offer(reason);
    throw new StudyEnding(this.#lastEnding, reason);
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
    if (directions) this.renew(directions);
    // Whoever waited for the first directions may begin.
    this.pump();
  }
}
