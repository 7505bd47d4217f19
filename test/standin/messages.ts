import type Anthropic from '@anthropic-ai/sdk';
import { type Answer, freshId, makeAnswer, spoil, toContent } from './answer.ts';
import { type CacheUse, PromptCache } from './cache.ts';
import { type CheckContext, type Checked, checkCount, checkCreate } from './check/body.ts';
import { Conversations } from './conversations.ts';
import { ApiFailure, Violation } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { type Fault, FaultPlan, type FaultRequest, spoils } from './faults.ts';
import { GENEROUS, type RateLimits, RateMeter } from './limits.ts';
import type { StandInModel } from './models.ts';
import {
  blocksOf,
  type Pace,
  type Reply,
  readLastTurn,
  runScript,
  type Script,
  systemText,
} from './reply.ts';
import { sendStream, sendWhole } from './send.ts';
import { Signatures } from './signatures.ts';
import { tokensOfBlock } from './tokens.ts';

export interface ModelOptions {
  script: Script;
  pace: Pace;
  models: StandInModel[];
  limits: RateLimits | undefined;
  now: () => number;
}

/** POST /v1/messages and what it remembers from one request to the next. */
export class MessagesApi {
  readonly faults = new FaultPlan();
  /** What went wrong in the scripts themselves: a test that meets one is wrong, not the code under test. */
  readonly scriptErrors: Error[] = [];
  script: Script;
  pace: Pace;
  readonly #models: StandInModel[];
  readonly #cache: PromptCache;
  readonly #meter: RateMeter;
  readonly #signatures = new Signatures('the stand-in signs its thoughts');
  readonly #conversations = new Conversations();
  readonly #issued = new Map<string, Anthropic.ContentBlock[]>();
  #number = 0;

  constructor({ script, pace, models, limits, now }: ModelOptions) {
    this.script = script;
    this.pace = pace;
    this.#models = models;
    this.#cache = new PromptCache(now);
    this.#meter = new RateMeter(limits ?? GENEROUS, now);
  }

  countTokens(exchange: Exchange): void {
    const { body, model } = checkCount(exchange.json(), this.#checkContext(exchange));
    exchange.sendJson(200, { input_tokens: this.#cache.plan(body, model.minimumCache).total });
  }

  async create(exchange: Exchange): Promise<void> {
    const number = ++this.#number;
    const checked = checkCreate(exchange.json(), this.#checkContext(exchange));
    const { body, model } = checked;
    const request = { number, ...this.#conversations.identify(body), body };
    Object.assign(exchange.record, {
      body,
      conversation: request.conversation,
      turn: request.turn,
      parts: partsOf(body),
    });
    let open = true;
    const close = (whole: boolean) => {
      if (open && !whole) this.#conversations.failed(request.conversation, body);
      open = false;
    };
    // A client that hangs up may be back before the pace of the reply lets it be noticed otherwise.
    exchange.response.once('close', () => {
      if (!exchange.response.writableFinished) close(false);
    });
    try {
      close(await this.#answer(exchange, request, checked, model));
    } catch (error) {
      close(false);
      throw error;
    }
  }

  async #answer(
    exchange: Exchange,
    request: FaultRequest,
    checked: Checked,
    model: StandInModel,
  ): Promise<boolean> {
    const { body, thinks } = checked;
    for (const fault of this.faults.take(request, 'request', false)) {
      if (fault.kind !== 'status') continue;
      const { status, message = 'An error was asked for', headers } = fault;
      exchange.fail(new ApiFailure(status, message, headers), fault.body);
      return false;
    }
    const plan = this.#cache.plan(body, model.minimumCache);
    if (plan.total > model.maxInputTokens)
      throw new Violation(
        `prompt is too long: ${plan.total} tokens > ${model.maxInputTokens} maximum`,
      );
    const admitted = this.#meter.admit(plan.total - plan.read);
    const reply = await this.#reply(request, body);
    const answer = this.#makeAnswer(reply, body, thinks);
    const hasCall = answer.blocks.some((block) => block.type === 'tool_use');
    const faults = this.faults.take(request, 'reply', hasCall);
    const final = faults.reduce(spoil, answer);

    const content = final.blocks.map(toContent);
    for (const block of content) if (block.type === 'tool_use') this.#issued.set(block.id, content);
    admitted.spendOutput(final.outputTokens);
    const shell = messageShell(body, final, plan);
    exchange.record.usage = shell.usage;
    const send = body.stream ? sendStream : sendWhole;
    const whole = await send(exchange, {
      shell,
      answer: final,
      pace: { ...this.pace, ...reply.pace },
      faults,
      headers: this.#meter.headers(),
      begun: plan.commit,
    });
    if (whole) this.#delivered(exchange, request, { ...shell, content }, faults);
    return whole && !faults.some(spoils);
  }

  #delivered(
    exchange: Exchange,
    request: FaultRequest,
    message: Anthropic.Message,
    faults: Fault[],
  ): void {
    exchange.record.answer = message;
    const { conversation, body } = request;
    this.#conversations.answered(conversation, body, message.content, faults.some(spoils));
  }

  async #reply(request: FaultRequest, body: Anthropic.MessageCreateParams): Promise<Reply> {
    if (body.max_tokens === 0) return { parts: [], stop: 'max_tokens' };
    const { conversation, turn } = request;
    try {
      return await runScript(this.script, {
        body,
        conversation,
        turn,
        system: systemText(body.system),
        ...readLastTurn(body.messages),
      });
    } catch (error) {
      throw this.#scriptFailure(error);
    }
  }

  #makeAnswer(reply: Reply, body: Anthropic.MessageCreateParams, thinks: boolean): Answer {
    try {
      return makeAnswer(reply, { body, thinks, signatures: this.#signatures });
    } catch (error) {
      throw this.#scriptFailure(error);
    }
  }

  /** The client is told not to try again: the script would fail again. */
  #scriptFailure(error: unknown): ApiFailure {
    const failure = error instanceof Error ? error : new Error(String(error));
    this.scriptErrors.push(failure);
    return new ApiFailure(500, `stand-in: ${failure.message}`, { 'x-should-retry': 'false' });
  }

  #checkContext(exchange: Exchange): CheckContext {
    return {
      models: this.#models,
      version: exchange.header('anthropic-version') ?? '',
      signatures: this.#signatures,
      issued: (id) => this.#issued.get(id),
    };
  }
}

function messageShell(
  body: Anthropic.MessageCreateParams,
  answer: Answer,
  cache: CacheUse,
): Anthropic.Message {
  const created = cache.created5m + cache.created1h;
  return {
    id: freshId('msg_01'),
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: [],
    container: null,
    diagnostics: null,
    stop_reason: answer.stopReason,
    stop_sequence: answer.stopSequence,
    stop_details: answer.stopDetails,
    usage: {
      input_tokens: cache.total - cache.read - created,
      cache_creation_input_tokens: created,
      cache_read_input_tokens: cache.read,
      cache_creation: {
        ephemeral_5m_input_tokens: cache.created5m,
        ephemeral_1h_input_tokens: cache.created1h,
      },
      output_tokens: answer.outputTokens,
      output_tokens_details: { thinking_tokens: answer.thinkingTokens },
      server_tool_use: null,
      service_tier: 'standard',
      inference_geo: null,
      speed: 'standard',
    },
  };
}

/** How large each part of the prompt is, in the stand-in's tokens. */
function partsOf(body: Anthropic.MessageCreateParams) {
  const sum = (blocks: readonly unknown[]) =>
    blocks.reduce<number>((total, block) => total + tokensOfBlock(block), 0);
  const { system } = body;
  const systemBlocks = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
  return {
    tools: sum(body.tools ?? []),
    system: sum(systemBlocks ?? []),
    messages: sum(body.messages.flatMap(blocksOf)),
  };
}
