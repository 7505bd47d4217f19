import { type Clock, REAL_CLOCK } from '../../clock';
import type { Around, Proposal, Study, TrialRunner } from '../../study';
import type { Draft } from '../../team/member';
import { Api } from './api';
import { capReached } from './caps';
import { chosenModel } from './choice';
import type { Instruments } from './desk';
import { DeskKeeper } from './desks/keeper';
import { CapReachedError, NoProposalError, RequestRefusedError, TooLongError } from './errors';
import type { Tell } from './events';

import { Meter } from './meter';
import type { ChosenModel } from './model';
import type { ClaudeOptions, ClaudeResearcher } from './researcher';
import { toolDeclarations, toolsFor } from './tools/table';
import { proposalOf } from './turns';
import type { Work } from './work';
import { WorkInHand } from './work-in-hand';

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
  readonly #inHand: WorkInHand;
  #listener: Tell | null = null;
  #model: ChosenModel | null = null;
  /** The study whose meter was opened: what of it was lost is told once. */
  #counted: string | null = null;

  constructor({ key, ...rest }: ClaudeOptions & { readonly id: string }) {
    // The key goes into the client and is not kept beside it.
    this.#api = new Api({ key, ...rest });
    this.#o = rest;
    this.id = rest.id;
    this.title = rest.title ?? rest.id.replace(/^c/, 'C').replaceAll('-', ' ');
    this.meter = rest.meter ?? new Meter(rest.prices);
    this.#own = rest.meter ? new Meter(rest.prices) : null;
    this.#clock = rest.clock ?? REAL_CLOCK;
    const keeper = new DeskKeeper(rest.store, rest.id, this.#api, this.#tell);
    this.#inHand = new WorkInHand(rest, keeper, this.#tell);
  }

  listen(tell: Tell | null): void {
    this.#listener = tell;
  }

  hear(message: string): void {
    this.#inHand.hear(message);
  }

  pursue(direction: string | null): void {
    this.#inHand.direction = direction;
  }

  takeDraft(draft: Draft): void {
    this.#inHand.takeDraft(draft);
  }

  turnedDown(proposal: Proposal, reason: string): void {
    this.#inHand.turnedDown(proposal, reason);
  }

  async propose(
    study: Study,
    signal: AbortSignal,
    inspect?: TrialRunner['inspect'],
    around?: Around,
  ): Promise<Proposal> {
    const inHand = this.#inHand;
    const instruments = { ...(inspect && { inspect }), ...this.#o.instruments };
    await this.#count(study);
    await inHand.open(study, instruments);
    this.#checkCaps(study);
    const { caps = {}, model: wish } = this.#o;
    const waiting = { clock: this.#clock, tell: this.#tell, signal };
    this.#model ??= await chosenModel(this.#api, wish, { caps, meter: this.meter }, waiting);
    for (;;) {
      const work = inHand.takeUp({ study, instruments, around, model: this.#model.id });
      try {
        return await this.#proposal(work, study, instruments, signal);
      } catch (error) {
        if (!work.untried || !(error instanceof RequestRefusedError)) {
          // What cannot go on begins anew the next time; anything else goes on where it was.
          const over = error instanceof TooLongError || error instanceof NoProposalError;
          if (over) await inHand.drop(null);
          throw error;
        }
        await inHand.drop(`the API does not take the conversation that was kept: ${error.message}`);
      }
    }
  }

  /** The meter goes on from what an earlier page or process counted. */
  async #count(study: Study): Promise<void> {
    const lost = await this.meter.open(study.id, () => this.#clock.now(), this.#o.store);
    if (this.#counted === study.id) return;
    this.#counted = study.id;
    if (lost !== null) this.#tell({ type: 'not-kept', reason: lost });
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
            this.#inHand.sayWhatCameUp(work);
          },
        },
        tools,
        tell: this.#tell,
        keep: () => this.#inHand.keep(),
      },
      signal,
    );
    work.restored = false;
    return proposal;
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
