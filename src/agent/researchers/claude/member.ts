import { researchDocument } from '../../document/document';
import { sameText } from '../../loop/proposals';
import type { Around, Proposal, Study, TrialRunner } from '../../study';
import type { Draft } from '../../team/member';
import { Api } from './api';
import { capReached } from './caps';
import { chosenModel } from './choice';
import { type Clock, REAL_CLOCK } from './clock';
import { Conversation } from './conversation';
import { Desk, type Instruments } from './desk';
import { DeskKeeper } from './desks/keeper';
import { CapReachedError, NoProposalError, RequestRefusedError, TooLongError } from './errors';
import type { Tell } from './events';
import { fateOf } from './fate';
import { Meter } from './meter';
import type { ChosenModel } from './model';
import type { ClaudeOptions, ClaudeResearcher } from './researcher';
import { toolDeclarations, toolsFor } from './tools/table';
import { proposalOf } from './turns';
import * as words from './words';
import { Work } from './work';

/** Claude as a member of a team; see `createClaudeResearcher`. */
export class ClaudeMember implements ClaudeResearcher {
  readonly name = 'claude';
  readonly id: string;
  readonly title: string;
  readonly meter: Meter;
  /** What it costs itself, where it shares its meter. */
  readonly #own: Meter | null;
  readonly #o: Omit<ClaudeOptions, 'key'>;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #keeper: DeskKeeper;
  #listener: Tell | null = null;
  #model: ChosenModel | null = null;
  /** The study that it knows the earlier work of. */
  #opened: string | null = null;
  #work: Work | null = null;
  /** Of a person, not yet in the conversation. */
  #heard: string[] = [];
  #direction: string | null = null;
  /** Of a person, for the next proposal to begin with. */
  #given: Draft | null = null;

  constructor({ key, ...rest }: ClaudeOptions & { readonly id: string }) {
    // The key goes into the client and is not kept beside it.
    this.#api = new Api({ key, ...rest });
    this.#o = rest;
    this.id = rest.id;
    this.title = rest.title ?? rest.id.replace(/^c/, 'C').replaceAll('-', ' ');
    this.meter = rest.meter ?? new Meter(rest.prices);
    this.#own = rest.meter ? new Meter(rest.prices) : null;
    this.#clock = rest.clock ?? REAL_CLOCK;
    this.#keeper = new DeskKeeper(rest.store, rest.id, this.#api, this.#tell);
  }

  listen(tell: Tell | null): void {
    this.#listener = tell;
  }

  hear(message: string): void {
    this.#heard.push(message);
    void this.#keep();
  }

  pursue(direction: string | null): void {
    this.#direction = direction;
  }

  takeDraft(draft: Draft): void {
    this.#given = draft;
    if (this.#work && !this.#work.handed) this.#takeGiven(this.#work, words.draftChanged);
    void this.#keep();
  }

  turnedDown(proposal: Proposal, reason: string): void {
    const handed = this.#work?.handed;
    if (!handed || !sameText(handed.proposal.program, proposal.program)) return;
    this.#work!.turnedDown(words.turnedDown(reason));
    void this.#keep();
  }

  async propose(
    study: Study,
    signal: AbortSignal,
    inspect?: TrialRunner['inspect'],
    around?: Around,
  ): Promise<Proposal> {
    const instruments = { ...(inspect && { inspect }), ...this.#o.instruments };
    await this.#open(study, instruments);
    this.#checkCaps(study);
    const { caps = {}, model: wish } = this.#o;
    const waiting = { clock: this.#clock, tell: this.#tell, signal };
    this.#model ??= await chosenModel(this.#api, wish, { caps, meter: this.meter }, waiting);
    for (;;) {
      const work =
        this.#goneOn(study, instruments, around) ?? this.#begun(study, instruments, around);
      this.#work = work;
      try {
        return await this.#proposal(work, study, instruments, signal);
      } catch (error) {
        if (!work.untried || !(error instanceof RequestRefusedError)) {
          // What cannot go on begins anew the next time; anything else goes on where it was.
          const over = error instanceof TooLongError || error instanceof NoProposalError;
          if (over) await this.#drop(null);
          throw error;
        }
        await this.#drop(`the API does not take the conversation that was kept: ${error.message}`);
      }
    }
  }

  /** What an earlier page or process left of this study: once for each study. */
  async #open(study: Study, instruments: Instruments): Promise<void> {
    const lost = await this.meter.open(study.id, () => this.#clock.now(), this.#o.store);
    if (this.#opened === study.id) return;
    this.#opened = study.id;
    if (lost !== null) this.#tell({ type: 'not-kept', reason: lost });
    const earlier = await this.#keeper.restored(study, instruments);
    this.#work = earlier.work;
    this.#heard.unshift(...earlier.heard);
  }

  /** The work in hand, where it goes on: told what became of its proposal, and what happened meanwhile. */
  #goneOn(study: Study, instruments: Instruments, around: Around | undefined): Work | null {
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
    if (work.model !== this.#model!.id) {
      const reason = `the conversation was held with ${work.model}, and the model is ${this.#model!.id} now`;
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

  #begun(study: Study, instruments: Instruments, around: Around | undefined): Work {
    const { entropyBpb } = this.#o;
    const document = researchDocument(study, entropyBpb === undefined ? {} : { entropyBpb });
    const task = words.taskWords(this.#direction, around);
    const desk = new Desk(study, instruments, this.#tell, { member: this.id });
    const conversation = new Conversation(document.text, task);
    const work = new Work(study.id, this.#model!.id, conversation, desk, words.toldOf(study));
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

  async #proposal(
    work: Work,
    study: Study,
    instruments: Instruments,
    signal: AbortSignal,
  ): Promise<Proposal> {
    const tools = toolsFor(instruments);
    const proposal = await proposalOf(
      work,
      {
        talk: {
          api: this.#api,
          model: this.#model!,
          tools: toolDeclarations(tools),
          meter: this.meter,
          ...(this.#own && { own: this.#own }),
          clock: this.#clock,
          tell: this.#tell,
          beforeRequest: () => {
            this.#checkCaps(study);
            this.#sayWhatCameUp(work);
          },
        },
        tools,
        tell: this.#tell,
        keep: () => this.#keep(),
      },
      signal,
    );
    work.restored = false;
    return proposal;
  }

  #sayWhatCameUp({ conversation, notices }: Work): void {
    for (const notice of notices.splice(0)) conversation.add(notice);
    for (const text of this.#heard.splice(0)) {
      conversation.add(words.personSays(text));
      this.#tell({ type: 'heard', text });
    }
  }

  async #drop(reason: string | null): Promise<void> {
    if (reason !== null) this.#tell({ type: 'began-anew', reason });
    this.#work = null;
    await this.#keep();
  }

  #keep(): Promise<void> {
    return this.#opened === null
      ? Promise.resolve()
      : this.#keeper.keep(this.#opened, this.#heard, this.#work);
  }

  #checkCaps(study: Study): void {
    const reason = capReached(this.#o.caps ?? {}, this.meter.spent, {
      experiments: study.experiments.length - 1,
      hours: this.meter.hours,
    });
    if (reason !== null) throw new CapReachedError(reason);
  }

  readonly #tell: Tell = (event) => {
    this.#o.tell?.(event, this.id);
    this.#listener?.(event);
  };
}
