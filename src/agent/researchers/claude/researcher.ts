import type Anthropic from '@anthropic-ai/sdk';
import { researchDocument } from '../../document/document';
import { fenced } from '../../document/fence';
import type { Proposal, Researcher, Study, TrialRunner } from '../../study';
import { Api, type ApiOptions } from './api';
import { type Clock, REAL_CLOCK } from './clock';
import { Conversation } from './conversation';
import { Desk, type Instruments } from './desk';
import { CapReachedError, NoProposalError, RequestRefusedError, TooLongError } from './errors';
import type { Tell } from './events';
import { type Caps, capReached, Meter } from './meter';
import { type ChosenModel, chooseModel } from './model';
import type { PriceTable } from './prices';
import { retried } from './retry';
import { nextReply } from './talk';
import { runTool, toolDeclarations, toolsFor } from './tools/table';
import type { Answer } from './tools/tool';

/** Requests for one proposal, before it is given up. */
const MOST_REQUESTS = 60;
/** Replies in a row without a tool call. */
const MOST_WORDS = 4;

export interface ClaudeOptions extends ApiOptions {
  /** A model's id; default: chosen from what the API lists. */
  readonly model?: string;
  readonly caps?: Caps;
  /** In place of the table's, where a person knows better. */
  readonly prices?: PriceTable;
  /** `inspect` comes from the loop where it is not given here. */
  readonly instruments?: Instruments;
  /** Bits per byte that no model can go below, where it is known. */
  readonly entropyBpb?: number | null;
  readonly tell?: Tell;
  readonly clock?: Clock;
}

/**
 * A researcher that reads, edits, checks and probes in a tool loop, and proposes. Within an experiment its
 * conversation is only added to; each experiment begins anew with the research document, which holds what was
 * learned. Throws StudyEnding when the key is gone, a cap is reached or the API refuses; other errors leave its
 * draft and conversation, and the next call goes on with them.
 */
export function createClaudeResearcher(
  options: ClaudeOptions,
): Researcher & { readonly meter: Meter } {
  const bench = new ClaudeBench(options);
  return {
    name: 'claude',
    meter: bench.meter,
    propose: (study, signal, inspect) => bench.propose(study, signal, inspect),
  };
}

/** The work on one experiment. */
interface Work {
  readonly study: string;
  readonly experiments: number;
  readonly conversation: Conversation;
  readonly desk: Desk;
  /** Refusals of the study that the conversation knows of. */
  readonly refusals: number;
  /** The results of the turn that ended with `propose`, which wait for the lab's word. */
  readonly pending: {
    readonly results: Anthropic.ToolResultBlockParam[];
    readonly call: string;
  } | null;
}

class ClaudeBench {
  readonly meter: Meter;
  readonly #o: ClaudeOptions;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #began: number;
  #model: ChosenModel | null = null;
  #work: Work | null = null;

  constructor(options: ClaudeOptions) {
    // The key goes into the client and is not kept beside it.
    const { key, ...rest } = options;
    this.#api = new Api({ key, ...rest });
    this.#o = { ...rest, key: '' };
    this.meter = new Meter(options.prices);
    this.#clock = options.clock ?? REAL_CLOCK;
    this.#tell = options.tell ?? (() => {});
    this.#began = this.#clock.now();
  }

  async propose(
    study: Study,
    signal: AbortSignal,
    inspect?: TrialRunner['inspect'],
  ): Promise<Proposal> {
    this.#checkCaps(study);
    this.#model ??= await this.#chosen(signal);
    const instruments = { ...(inspect && { inspect }), ...this.#o.instruments };
    const work = this.#resumed(study) ?? this.#begun(study, instruments);
    try {
      return await this.#turns(work, study, instruments, signal);
    } catch (error) {
      // What cannot go on begins anew the next time, and so does a turn that was cut between its tools.
      const over = error instanceof TooLongError || error instanceof NoProposalError;
      if (over || signal.aborted) this.#work = null;
      throw error;
    }
  }

  #begun(study: Study, instruments: Instruments): Work {
    const { entropyBpb } = this.#o;
    const document = researchDocument(study, entropyBpb === undefined ? {} : { entropyBpb });
    return {
      study: study.id,
      experiments: study.experiments.length,
      refusals: study.refusals.length,
      conversation: new Conversation(`${document.text}\nPropose the next experiment.`),
      desk: new Desk(study, instruments, this.#tell),
      pending: null,
    };
  }

  /** The work of an earlier call for this same experiment, told why its proposal was turned down. */
  #resumed(study: Study): Work | null {
    const work = this.#work;
    if (work?.study !== study.id || work.experiments !== study.experiments.length) return null;
    if (!work.pending) return work;
    const reason =
      study.refusals.length > work.refusals ? study.refusals.at(-1)?.reason : undefined;
    if (reason === undefined) return null;
    const { results, call } = work.pending;
    const text = `The lab turned it down:\n\n${fenced('reason', reason)}\n\nChange the draft and propose again.`;
    work.conversation.said(
      results.map((each) =>
        each.tool_use_id === call ? { ...each, content: text, is_error: true } : each,
      ),
    );
    return { ...work, refusals: study.refusals.length, pending: null };
  }

  async #turns(
    work: Work,
    study: Study,
    instruments: Instruments,
    signal: AbortSignal,
  ): Promise<Proposal> {
    this.#work = work;
    const tools = toolsFor(instruments);
    const talk = {
      api: this.#api,
      model: this.#model!,
      tools: toolDeclarations(tools),
      meter: this.meter,
      clock: this.#clock,
      tell: this.#tell,
      beforeRequest: () => this.#checkCaps(study),
    };
    let words = 0;
    for (let request = 0; request < MOST_REQUESTS; request++) {
      const reply = await nextReply(work.conversation, talk, signal);
      const calls = reply.content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0) {
        if (++words >= MOST_WORDS) throw new NoProposalError('it talked and called no tool');
        work.conversation.answered(reply.content);
        work.conversation.said([
          {
            type: 'text',
            text: 'Nothing was proposed yet. Go on with the tools: your turn ends with propose, or with give_up.',
          },
        ]);
        continue;
      }
      words = 0;
      const answers = await this.#answers(calls, work.desk, tools, signal);
      work.conversation.answered(reply.content);
      const results = answers.map(
        ({ text, failed }, i): Anthropic.ToolResultBlockParam => ({
          type: 'tool_result',
          tool_use_id: calls[i]!.id,
          content: text,
          ...(failed && { is_error: true }),
        }),
      );
      const at = answers.findIndex(({ proposal }) => proposal !== undefined);
      if (at >= 0) {
        this.#work = { ...work, pending: { results, call: calls[at]!.id } };
        return answers[at]!.proposal!;
      }
      const ended = answers.find((each) => each.ended !== undefined)?.ended;
      if (ended !== undefined) throw new NoProposalError(ended);
      work.conversation.said(results);
    }
    throw new NoProposalError(`no proposal came of ${MOST_REQUESTS} requests`);
  }

  /** One after another: later calls of a reply build on earlier ones. None runs once the turn has ended. */
  async #answers(
    calls: readonly Anthropic.ToolUseBlock[],
    desk: Desk,
    tools: ReturnType<typeof toolsFor>,
    signal: AbortSignal,
  ): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const { id, name, input } of calls) {
      signal.throwIfAborted();
      const over = answers.some(
        ({ proposal, ended }) => proposal !== undefined || ended !== undefined,
      );
      this.#tell({ type: 'tool-called', id, tool: name });
      const answer: Answer = over
        ? { text: 'Not done: the turn had ended.', failed: true }
        : await runTool(tools, name, input, desk, signal);
      answers.push(answer);
      this.#tell({ type: 'tool-answered', id, tool: name, ok: !answer.failed, text: answer.text });
    }
    return answers;
  }

  async #chosen(signal: AbortSignal): Promise<ChosenModel> {
    const { model: wish, caps } = this.#o;
    const listed = await retried(() => this.#api.models(signal), {
      clock: this.#clock,
      tell: this.#tell,
      signal,
    }).catch((error: unknown) => {
      // Servers that speak the Messages API alone list no models.
      if (error instanceof RequestRefusedError && wish !== undefined) return [];
      throw error;
    });
    const model = chooseModel(listed, wish);
    if (caps?.dollars !== undefined && !this.meter.knows(model.id)) {
      throw new RequestRefusedError(
        `the price of ${model.id} is not known, so that a cap on money cannot hold: give its prices, or cap tokens`,
      );
    }
    this.#tell({ type: 'model', model: model.id });
    return model;
  }

  #checkCaps(study: Study): void {
    const reason = capReached(this.#o.caps ?? {}, this.meter.spent, {
      experiments: study.experiments.length - 1,
      hours: (this.#clock.now() - this.#began) / 3_600_000,
    });
    if (reason !== null) throw new CapReachedError(reason);
  }
}
