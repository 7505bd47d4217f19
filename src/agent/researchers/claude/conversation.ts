import type Anthropic from '@anthropic-ai/sdk';

type Block = Anthropic.ContentBlockParam;

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/**
 * The conversation of one proposal: only ever added to, so that whatever was sent before is read from the
 * cache. Breakpoints: the system prompt with the tools before it (for an hour, since trials lie between
 * requests), the research document, which members of one team share, and the two newest turns of the lab's:
 * the one before the newest too, so that a turn of many blocks still finds it.
 */
export class Conversation {
  readonly #turns: Turn[];

  /** Begins with the document; what is asked of this one alone stands after it. */
  constructor(document: string, ...task: readonly string[]) {
    this.#turns = [{ role: 'user', content: [document, ...task].map(textBlock) }];
  }

  /** One that was kept, as `turns` gave it. */
  static from(turns: readonly Turn[]): Conversation {
    const conversation = new Conversation('');
    conversation.#turns.splice(0, 1, ...turns);
    return conversation;
  }

  get turns(): readonly Turn[] {
    return this.#turns;
  }

  /** Calls of the newest reply that nobody has answered yet. */
  get openCalls(): readonly Anthropic.ToolUseBlockParam[] {
    const last = this.#turns.at(-1)!;
    return last.role === 'assistant'
      ? last.content.filter((block) => block.type === 'tool_use')
      : [];
  }

  /** A reply as it came, thinking included: the API wants its own words back unchanged. */
  answered(content: readonly Anthropic.ContentBlock[]): void {
    this.#turns.push({ role: 'assistant', content: content as readonly Block[] });
  }

  /** The lab's turn; answers to tools come first in it. */
  said(content: readonly Block[]): void {
    this.#turns.push({ role: 'user', content });
  }

  /** Words for the next request, at the end of the lab's turn: it must be the lab's turn. */
  add(text: string): void {
    const { content } = this.#turns.at(-1)!;
    this.#turns[this.#turns.length - 1] = { role: 'user', content: [...content, textBlock(text)] };
  }

  messages(): Anthropic.MessageParam[] {
    const own = this.#turns.flatMap(({ role }, i) => (role === 'user' ? [i] : []));
    const newest = new Set(own.slice(-2));
    return this.#turns.map(({ role, content }, i) => ({
      role,
      content: content.map((block, at) => {
        const ends = newest.has(i) && at === content.length - 1;
        return ends || (i === 0 && at === 0) ? withBreakpoint(block) : block;
      }),
    }));
  }
}

const textBlock = (text: string): Anthropic.TextBlockParam => ({ type: 'text', text });

function withBreakpoint(block: Block): Block {
  return block.type === 'text' || block.type === 'tool_result'
    ? { ...block, cache_control: { type: 'ephemeral' } }
    : block;
}
