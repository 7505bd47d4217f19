import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { blocksOf } from './reply.ts';
import { canonical } from './tokens.ts';

type Block = Anthropic.ContentBlock | Anthropic.ContentBlockParam;

/**
 * Which conversation a request belongs to, and how far the script has come in it. A request that goes
 * on is known by what the server itself said in it; one that begins is a new conversation, unless it
 * repeats a beginning that was never properly answered.
 */
export class Conversations {
  #count = 0;
  readonly #byBlock = new Map<string, number>();
  readonly #unanswered = new Map<string, number[]>();
  readonly #spoiled = new Set<string>();

  identify(body: Anthropic.MessageCreateParams): { conversation: number; turn: number } {
    const said = body.messages.flatMap((message, index) =>
      message.role === 'assistant'
        ? [keysOf(blocksOf(message), body.messages.slice(0, index))]
        : [],
    );
    const turn = said.filter((keys) => !this.#isSpoiled(keys)).length;
    const known = said
      .flat()
      .map((key) => this.#byBlock.get(key))
      .findLast((number) => number !== undefined);
    if (known !== undefined) {
      this.#forget(known);
      return { conversation: known, turn };
    }
    return { conversation: this.#retried(body) ?? ++this.#count, turn };
  }

  /** A reply reached the client whole. One that a fault had reshaped is no turn of the script. */
  answered(
    conversation: number,
    body: Anthropic.MessageCreateParams,
    content: Block[],
    spoiled: boolean,
  ): void {
    for (const key of keysOf(content, body.messages)) {
      this.#byBlock.set(key, conversation);
      if (spoiled) this.#spoiled.add(key);
      else this.#spoiled.delete(key);
    }
  }

  /** No usable reply reached the client: the same beginning, sent again, is the same conversation. */
  failed(conversation: number, body: Anthropic.MessageCreateParams): void {
    const key = beginningOf(body);
    const waiting = this.#unanswered.get(key) ?? [];
    if (!waiting.includes(conversation)) this.#unanswered.set(key, [...waiting, conversation]);
  }

  /** A conversation that goes on will not be begun again: the next beginning like it is another's. */
  #forget(conversation: number): void {
    for (const [key, waiting] of this.#unanswered)
      this.#unanswered.set(
        key,
        waiting.filter((number) => number !== conversation),
      );
  }

  #retried(body: Anthropic.MessageCreateParams): number | undefined {
    return this.#unanswered.get(beginningOf(body))?.shift();
  }

  /** Words may come again when the reply is made anew; a call or a thought never does. */
  #isSpoiled(keys: string[]): boolean {
    const unique = keys.filter((key) => !key.startsWith('text '));
    const judged = unique.length > 0 ? unique : keys;
    return judged.length > 0 && judged.every((key) => this.#spoiled.has(key));
  }
}

function beginningOf(body: Anthropic.MessageCreateParams): string {
  return canonical([body.system ?? '', body.messages]);
}

/**
 * What tells the blocks of a turn from all others: the id or signature that the server gave them; for
 * text, what it says and all that was said before.
 */
function keysOf(blocks: Block[], before: Anthropic.MessageParam[]): string[] {
  let history: string | undefined;
  return blocks.map((block) => {
    if (block.type === 'tool_use') return `call ${block.id}`;
    if (block.type === 'thinking') return `signature ${block.signature}`;
    if (block.type === 'redacted_thinking') return `data ${block.data}`;
    history ??= createHash('sha256').update(canonical(before)).digest('base64url');
    return `text ${history} ${block.type === 'text' ? block.text : canonical(block)}`;
  });
}
