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
    const assistant = body.messages.filter((message) => message.role === 'assistant');
    const turn = assistant.filter((message) => !this.#isSpoiled(blocksOf(message))).length;
    const known = assistant
      .flatMap(blocksOf)
      .map((block) => this.#byBlock.get(keyOf(block)))
      .findLast((number) => number !== undefined);
    if (known !== undefined) return { conversation: known, turn };
    return { conversation: this.#retried(body) ?? ++this.#count, turn };
  }

  /** A reply reached the client whole. One that a fault had reshaped is no turn of the script. */
  answered(conversation: number, content: Block[], spoiled: boolean): void {
    for (const block of content) {
      this.#byBlock.set(keyOf(block), conversation);
      if (spoiled) this.#spoiled.add(keyOf(block));
    }
  }

  /** No usable reply reached the client: the same beginning, sent again, is the same conversation. */
  failed(conversation: number, body: Anthropic.MessageCreateParams): void {
    const key = beginningOf(body);
    const waiting = this.#unanswered.get(key) ?? [];
    if (!waiting.includes(conversation)) this.#unanswered.set(key, [...waiting, conversation]);
  }

  #retried(body: Anthropic.MessageCreateParams): number | undefined {
    return this.#unanswered.get(beginningOf(body))?.shift();
  }

  #isSpoiled(blocks: Block[]): boolean {
    const proofs = blocks.filter((block) => block.type !== 'text');
    const judged = proofs.length > 0 ? proofs : blocks;
    return judged.length > 0 && judged.every((block) => this.#spoiled.has(keyOf(block)));
  }
}

function beginningOf(body: Anthropic.MessageCreateParams): string {
  return canonical([body.system ?? '', body.messages]);
}

/** What tells a block from every other: the id or signature that the server gave it, or its text. */
function keyOf(block: Block): string {
  if (block.type === 'tool_use') return `call ${block.id}`;
  if (block.type === 'thinking') return `signature ${block.signature}`;
  if (block.type === 'redacted_thinking') return `data ${block.data}`;
  return `text ${block.type === 'text' ? block.text : canonical(block)}`;
}
