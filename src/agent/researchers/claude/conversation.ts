import type Anthropic from '@anthropic-ai/sdk';

type Block = Anthropic.ContentBlockParam;

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
}

/**
 * The conversation of one experiment: only ever added to, so that whatever was sent before is read from the
 * cache. Three breakpoints: the system prompt with the tools before it (for an hour, since trials lie between
 * requests), the research document, and the newest turn. The one before the newest is marked too, so that a
 * turn of many blocks still finds it.
 */
export class Conversation {
  readonly #messages: Turn[] = [];

  constructor(document: string) {
    this.#messages.push({ role: 'user', content: [{ type: 'text', text: document }] });
  }

  /** A reply as it came, thinking included: the API wants its own words back unchanged. */
  answered(content: readonly Anthropic.ContentBlock[]): void {
    this.#messages.push({ role: 'assistant', content: content as Block[] });
  }

  said(content: Block[]): void {
    this.#messages.push({ role: 'user', content });
  }

  messages(): Anthropic.MessageParam[] {
    const turns = this.#messages.flatMap(({ role }, i) => (role === 'user' ? [i] : []));
    const marked = new Set([...turns.slice(0, 1), ...turns.slice(-2)]);
    return this.#messages.map((message, i) =>
      marked.has(i) ? { ...message, content: withBreakpoint(message.content) } : message,
    );
  }
}

function withBreakpoint(content: readonly Block[]): Block[] {
  return content.map((block, i) =>
    i === content.length - 1 && (block.type === 'text' || block.type === 'tool_result')
      ? { ...block, cache_control: { type: 'ephemeral' } }
      : block,
  );
}
