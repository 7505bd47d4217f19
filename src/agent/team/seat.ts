import { sameText } from '../loop/proposals';
import type { Proposal, Refusal, Study } from '../study';
import type { Draft, Member } from './member';
import { PATIENCE } from './options';
import type { Entry } from './queue';
import { type MemberEvent, type Shown, shownAfter, shownAtFirst } from './shown';
import type { MemberView } from './view';

/** One member's place in a team: what it does, and what came of what it did. */
export class Seat {
  readonly member: Member;
  readonly #now: () => number;
  readonly #changed: () => void;
  #shown: Shown;
  /** Ends the thought under way; null while there is none. */
  thought: AbortController | null = null;
  /** It failed, and waits before it tries again. */
  cooling = false;
  /** Taken by the loop, whose word on it is still out. */
  handed: { readonly entry: Entry; readonly proposal: Proposal } | null = null;
  /** Its next thought goes on with the same idea, so that it keeps its direction. */
  goesOn = false;
  /** Verdicts of the study when it had nothing left to try. */
  exhaustedAt: number | null = null;
  /** Thoughts that it began. */
  turns = 0;
  objections = 0;
  #failures = 0;
  /** Refusals of its latest proposals, until one is an experiment. */
  #refusals: readonly Refusal[] = [];
  #repeats = 0;

  constructor(member: Member, open: boolean, now: () => number, changed: () => void) {
    this.member = member;
    this.#now = now;
    this.#changed = changed;
    this.#shown = shownAtFirst(member, open, now());
  }

  get id(): string {
    return this.member.id;
  }

  get view(): MemberView {
    return this.#shown.view;
  }

  get ended(): boolean {
    return this.view.ending !== null;
  }

  get stopped(): boolean {
    return this.#shown.stopped !== null;
  }

  /** Whether nothing of its own keeps it from a new thought. */
  get free(): boolean {
    const { thought, cooling, handed, stopped, ended } = this;
    return !thought && !cooling && !handed && !stopped && !ended;
  }

  hear(event: MemberEvent): void {
    const before = this.#shown.view;
    this.#shown = shownAfter(this.#shown, event, this.#now());
    if (this.#shown.view !== before) this.#changed();
  }

  /** The study as this member has to know it: with the refusals of its own that no log holds. */
  studyFor(study: Study): Study {
    const own = this.#refusals.filter(
      ({ proposal }) =>
        !study.refusals.some((each) => sameText(each.proposal.program, proposal.program)),
    );
    return own.length === 0 ? study : { ...study, refusals: [...study.refusals, ...own] };
  }

  /** It proposed something that can be read. */
  proposed(): void {
    this.#failures = 0;
    this.hear({ type: 'proposed' });
  }

  /** Its proposal is an experiment now. */
  adopted(): void {
    this.handed = null;
    this.goesOn = false;
    this.objections = 0;
    this.#repeats = 0;
    this.#refusals = [];
    this.hear({ type: 'adopted' });
  }

  /** Its proposal came back. `repeated`: it was no new one, which it may not go on with for ever. */
  refused(proposal: Proposal, reason: string, repeated: boolean): void {
    this.handed = null;
    this.goesOn = true;
    this.#refusals = [...this.#refusals, { proposal, reason }];
    this.member.turnedDown?.(proposal, reason);
    const { program, parent } = proposal;
    this.hear({ type: 'drafted', draft: { program, parent } satisfies Draft });
    this.hear({ type: 'told', message: `Turned down: ${reason}` });
    this.#repeats = repeated ? this.#repeats + 1 : 0;
    if (this.#repeats >= PATIENCE.refusals) {
      const times = `proposed ${this.#repeats} times what was tried before`;
      this.hear({ type: 'ended', reason: `${times}; last: ${reason}` });
    }
  }

  /** Its thought failed; returns how many attempts in a row did, or null where it was the last. */
  failed(message: string): number | null {
    this.#failures++;
    if (this.#failures < PATIENCE.failures) {
      this.hear({ type: 'failed', message });
      return this.#failures;
    }
    this.hear({ type: 'ended', reason: `failed ${this.#failures} times; last: ${message}` });
    return null;
  }

  /** A new run of the loop: whoever ended may try again. */
  revive(): void {
    this.#failures = 0;
    this.#repeats = 0;
    this.exhaustedAt = null;
    if (this.ended) this.hear({ type: 'revived' });
  }

  /** Another study: nothing of the last one counts. */
  forget(): void {
    this.#refusals = [];
    this.objections = 0;
    this.goesOn = false;
    this.handed = null;
    this.exhaustedAt = null;
  }
}
