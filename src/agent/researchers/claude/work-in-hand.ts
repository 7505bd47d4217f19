import { researchDocument } from '../../document/document';
import { sameText } from '../../loop/proposals';
import type { Around, Proposal, Study } from '../../study';
import type { Draft } from '../../team/member';
import { Conversation } from './conversation';
import { Desk, type Instruments } from './desk';
import type { DeskKeeper } from './desks/keeper';
import type { Tell } from './events';
import { fateOf } from './fate';
import * as words from './words';
import { Work } from './work';

/** What lies around the work when it is taken up. */
export interface Lab {
  readonly study: Study;
  readonly instruments: Instruments;
  readonly around: Around | undefined;
  /** Id of the model that is asked now. */
  readonly model: string;
}

/**
 * What a member has in hand: the work on one proposal, and what a person said or gave that is not in it yet.
 * It goes on where it can, over reloads too, and begins anew where it cannot.
 */
export class WorkInHand {
  readonly #member: string;
  readonly #entropyBpb: number | null | undefined;
  readonly #keeper: DeskKeeper;
  readonly #tell: Tell;
  /** The study that it knows the earlier work of. */
  #opened: string | null = null;
  #work: Work | null = null;
  /** Of a person, not yet in the conversation. */
  #heard: string[] = [];
  /** Of a person, for the next proposal to begin with. */
  #given: Draft | null = null;
  /** What the next idea is asked to pursue. */
  direction: string | null = null;

  constructor(
    { id, entropyBpb }: { readonly id: string; readonly entropyBpb?: number | null },
    keeper: DeskKeeper,
    tell: Tell,
  ) {
    this.#member = id;
    this.#entropyBpb = entropyBpb;
    this.#keeper = keeper;
    this.#tell = tell;
  }

  hear(message: string): void {
    this.#heard.push(message);
    void this.keep();
  }

  takeDraft(draft: Draft): void {
    this.#given = draft;
    if (this.#work && !this.#work.handed) this.#takeGiven(this.#work, words.draftChanged);
    void this.keep();
  }

  turnedDown({ program }: Proposal, reason: string): void {
    const handed = this.#work?.handed;
    if (!handed || !sameText(handed.proposal.program, program)) return;
    this.#work!.turnedDown(words.turnedDown(reason));
    void this.keep();
  }

  /** What an earlier page or process left of this study: once for each study. */
  async open(study: Study, instruments: Instruments): Promise<void> {
    if (this.#opened === study.id) return;
    this.#opened = study.id;
    const earlier = await this.#keeper.restored(study, instruments);
    this.#work = earlier.work;
    this.#heard.unshift(...earlier.heard);
  }

  /** The work to go on with now. */
  takeUp(lab: Lab): Work {
    this.#work = this.#goneOn(lab) ?? this.#begun(lab);
    return this.#work;
  }

  /** The work as it is now, on its way into the store. */
  keep(): Promise<void> {
    return this.#opened === null
      ? Promise.resolve()
      : this.#keeper.keep(this.#opened, this.#heard, this.#work);
  }

  /** The work cannot go on. */
  async drop(reason: string | null): Promise<void> {
    if (reason !== null) this.#tell({ type: 'began-anew', reason });
    this.#work = null;
    await this.keep();
  }

  /** Into the conversation with whatever it was not told yet. */
  sayWhatCameUp({ conversation, notices }: Work): void {
    for (const notice of notices.splice(0)) conversation.add(notice);
    for (const text of this.#heard.splice(0)) {
      conversation.add(words.personSays(text));
      this.#tell({ type: 'heard', text });
    }
  }

  /** The work in hand, where it goes on: told what became of its proposal, and what happened meanwhile. */
  #goneOn({ study, instruments, around, model }: Lab): Work | null {
    const work = this.#work;
    if (!work) return null;
    work.desk.moveOn(study, instruments);
    const fate = fateOf(work, study, around);
    if (fate.is === 'lost') return work;
    if (fate.is === 'tried' || fate.is === 'waiting') return null;
    if (fate.is === 'taken away') {
      this.#tell({ type: 'began-anew', reason: 'its proposal was taken away before its trial' });
      return null;
    }
    if (work.model !== model) {
      const reason = `the conversation was held with ${work.model}, and the model is ${model} now`;
      this.#tell({ type: 'began-anew', reason });
      return null;
    }
    if (fate.is === 'turned down') work.turnedDown(words.turnedDown(fate.reason));
    const news = words.newsWords(work.told, study);
    if (news !== '') work.notices.push(news);
    work.told = words.toldOf(study);
    this.#takeGiven(work, words.draftChanged);
    return work;
  }

  #begun({ study, instruments, around, model }: Lab): Work {
    const entropyBpb = this.#entropyBpb;
    const document = researchDocument(study, entropyBpb === undefined ? {} : { entropyBpb });
    const task = words.taskWords(this.direction, around);
    const desk = new Desk(study, instruments, this.#tell, { member: this.#member });
    const conversation = new Conversation(document.text, task);
    const work = new Work(study.id, model, conversation, desk, words.toldOf(study));
    const last = this.#work?.study === study.id ? this.#work : null;
    if (last && fateOf(last, study, around).is === 'taken away') {
      work.notices.push(words.takenAway(last.handed!.proposal));
    }
    this.#takeGiven(work, words.draftGiven);
    return work;
  }

  /** A person's draft in the place of its own, if there is one. */
  #takeGiven({ desk, notices }: Work, notice: typeof words.draftChanged): void {
    if (!this.#given) return;
    notices.push(notice(this.#given.program, desk.draft));
    desk.take(this.#given);
    this.#given = null;
  }
}
