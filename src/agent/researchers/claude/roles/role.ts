import type Anthropic from '@anthropic-ai/sdk';
import { type Clock, REAL_CLOCK } from '../../../clock';
import { Api, type ApiOptions } from '../api';
import { type Caps, capReached } from '../caps';
import { chosenModel } from '../choice';
import type { DeskStore } from '../desks/store';
import { CapReachedError } from '../errors';
import type { ClaudeEvent, Tell } from '../events';
import { Meter } from '../meter';
import type { ChosenModel } from '../model';
import type { PriceTable } from '../prices';
import type { Schema } from '../schema';
import { nextReply } from '../talk';

/** Replies to one question, before it stays unanswered. */
const MOST_REPLIES = 6;
/** A service that is away for so long, in milliseconds, is not waited for: the study goes on without the role. */
export const ROLE_PATIENCE = 300_000;

export interface RoleOptions extends ApiOptions {
  /** A model's id; default: chosen from what the API lists. A cheaper one than the researchers' may do. */
  readonly model?: string;
  /** The study's, so that money is counted and capped in one place; default: its own. */
  readonly meter?: Meter;
  /** Of money, tokens and hours. How many experiments there may be is the loop's concern. */
  readonly caps?: Caps;
  /** Where the meter is kept: the same as the researchers'. */
  readonly store?: DeskStore;
  readonly prices?: PriceTable;
  /** Bits per byte that no model can go below, where it is known. */
  readonly entropyBpb?: number | null;
  readonly tell?: Tell;
  readonly clock?: Clock;
}

/** The one way in which a role answers. */
export interface AnswerTool<T> {
  readonly name: string;
  readonly description: string;
  readonly input: Schema<T>;
}

/** A tool as far as the API is told of it. */
type Declared = Pick<AnswerTool<unknown>, 'name' | 'description'> & {
  readonly input: Pick<Schema<unknown>, 'json'>;
};

/** A question with all that is needed to answer it. */
export interface Question<T> {
  readonly content: Anthropic.TextBlockParam[];
  readonly tool: AnswerTool<T>;
  /** What is wrong with an answer of the right shape, in words that say what to do; null where nothing is. */
  readonly wrong?: (answer: T) => string | null;
}

/** The role has no answer: it was away for too long, or nothing usable came. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** A part that Claude plays beside the researchers: it is asked, and answers by one call of one tool. */
export class Role {
  readonly meter: Meter;
  readonly #api: Api;
  readonly #o: Omit<RoleOptions, 'key'>;
  readonly #clock: Clock;
  readonly #system: string;
  readonly #tools: Anthropic.Tool[];
  #model: ChosenModel | null = null;

  constructor({ key, ...options }: RoleOptions, system: string, tools: readonly Declared[]) {
    // The key goes into the client and is not kept beside it.
    this.#api = new Api({ key, ...options });
    this.#o = options;
    this.meter = options.meter ?? new Meter(options.prices);
    this.#clock = options.clock ?? REAL_CLOCK;
    this.#system = system;
    this.#tools = tools.map(({ name, description, input }) => ({
      name,
      description,
      input_schema: input.json as Anthropic.Tool.InputSchema,
    }));
  }

  /**
   * Asks until an answer can be taken: words without a call and malformed calls are answered with what is
   * missing. Throws NoAnswerError, whatever ends a study (errors.ts), and the signal's reason when it aborts.
   */
  async ask<T>(study: string, question: Question<T>, signal: AbortSignal): Promise<T> {
    // A shared meter without a store is opened by those who know where it is kept.
    const { meter, store } = this.#o;
    if (!meter || store) await this.meter.open(study, () => this.#clock.now(), store);
    const until = this.#clock.now() + ROLE_PATIENCE;
    const tell = (event: ClaudeEvent) => {
      this.#o.tell?.(event);
      // A reply that has begun may end.
      if (event.type !== 'waiting' && event.type !== 'asking') return;
      const wait = event.type === 'waiting' ? 1000 * event.secondsLeft : 0;
      if (this.#clock.now() + wait > until) throw new NoAnswerError(awayBecause(event));
    };
    this.#checkCaps();
    const { caps = {}, model: wish } = this.#o;
    const waiting = { clock: this.#clock, tell, signal };
    this.#model ??= await chosenModel(this.#api, wish, { caps, meter: this.meter }, waiting);
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question.content }];
    for (let reply = 0; reply < MOST_REPLIES; reply++) {
      const { content } = await nextReply(
        { messages: () => [...messages] },
        {
          api: this.#api,
          system: this.#system,
          model: this.#model,
          tools: this.#tools,
          meter: this.meter,
          clock: this.#clock,
          tell,
          beforeRequest: () => this.#checkCaps(),
        },
        signal,
      );
      const read = readAnswer(question, content);
      if ('answer' in read) return read.answer;
      messages.push({ role: 'assistant', content }, { role: 'user', content: read.said });
    }
    throw new NoAnswerError(`${MOST_REPLIES} replies in a row held no answer`);
  }

  #checkCaps(): void {
    const { experiments: _, ...caps } = this.#o.caps ?? {};
    const { spent, hours } = this.meter;
    const reason = capReached(caps, spent, { experiments: 0, hours });
    if (reason !== null) throw new CapReachedError(reason);
  }
}

function awayBecause(event: ClaudeEvent): string {
  const minutes = ROLE_PATIENCE / 60_000;
  const why = event.type === 'waiting' ? `: ${event.reason}` : '';
  return `no answer came within ${minutes} minutes${why}`;
}

type ReadAnswer<T> =
  | { readonly answer: T }
  /** What the next turn says in place of an answer. */
  | { readonly said: Anthropic.ContentBlockParam[] };

/** The first call that can be taken; else a result for each call that says what is wrong with it. */
function readAnswer<T>(
  { tool, wrong }: Question<T>,
  content: readonly Anthropic.ContentBlock[],
): ReadAnswer<T> {
  const calls = content.filter((block) => block.type === 'tool_use');
  const results: Anthropic.ToolResultBlockParam[] = [];
  for (const { id, name, input } of calls) {
    const answer = readCall(tool, name, input);
    const problem = answer.ok ? (wrong?.(answer.value) ?? null) : answer.problem;
    if (answer.ok && problem === null) return { answer: answer.value };
    results.push({
      type: 'tool_result',
      tool_use_id: id,
      content: `Not taken: ${problem}`,
      is_error: true,
    });
  }
  if (results.length > 0) return { said: results };
  const text = `That was no answer yet. Answer by one call of ${tool.name}; text alone does nothing.`;
  return { said: [{ type: 'text', text }] };
}

function readCall<T>(tool: AnswerTool<T>, name: string, input: unknown) {
  if (name !== tool.name) {
    return { ok: false, problem: `this question is answered by ${tool.name} alone.` } as const;
  }
  const read = tool.input.read(input, 'input');
  if (read.ok) return read;
  return {
    ok: false,
    problem: `\n${read.problems.map((each) => `- ${each}`).join('\n')}`,
  } as const;
}
