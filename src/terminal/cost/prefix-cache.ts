import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { estimateTokens } from '../../agent/document/tokens';
import type { Tokens } from '../../agent/researchers/claude/meter';

/** Tokens of a prompt by part, and as the API would bill them. */
export interface Measured {
  readonly tools: number;
  readonly system: number;
  /** The first turn: the research document, or what a role is shown. */
  readonly document: number;
  /** The turns since. */
  readonly conversation: number;
  readonly tokens: Tokens;
}

interface Part {
  readonly of: 'tools' | 'system' | 'document' | 'conversation';
  readonly text: string;
  readonly life: '5m' | '1h' | null;
}

/**
 * The prompt cache as the API's documentation describes it, with time left out: a prefix is written where a
 * breakpoint stands, and read by whatever begins with it later. Prefixes too short to be cached are not told apart.
 */
export class PrefixCache {
  readonly #written = new Set<string>();
  readonly #sizes = new Map<string, number>();

  constructor(private readonly count: (text: string) => number = estimateTokens) {}

  /** Measures a request, and keeps what it writes. */
  measure(body: Anthropic.MessageCreateParams, output: number): Measured {
    const parts = partsOf(body);
    const sizes = parts.map(({ text }) => this.#sizeOf(text));
    let prefix = body.model;
    const prefixes = parts.map(({ text }) => {
      prefix = createHash('sha256').update(`${prefix}\n${text}`).digest('base64url');
      return prefix;
    });
    const upTo = (index: number) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0);
    const hit = prefixes.findLastIndex((each) => this.#written.has(each));
    const marks = parts.flatMap(({ life }, i) => (life !== null && i > hit ? [i] : []));
    const lastHour = marks.findLast((i) => parts[i]!.life === '1h') ?? hit;
    const last = marks.at(-1) ?? hit;
    for (const mark of marks) this.#written.add(prefixes[mark]!);
    const of = (name: Part['of']) =>
      parts.reduce((sum, part, i) => sum + (part.of === name ? sizes[i]! : 0), 0);
    return {
      tools: of('tools'),
      system: of('system'),
      document: of('document'),
      conversation: of('conversation'),
      tokens: {
        input: upTo(parts.length - 1) - upTo(last),
        output,
        cacheRead: upTo(hit),
        cacheWriteHour: upTo(lastHour) - upTo(hit),
        cacheWrite: upTo(last) - upTo(lastHour),
      },
    };
  }

  #sizeOf(text: string): number {
    const known = this.#sizes.get(text);
    if (known !== undefined) return known;
    const size = this.count(text);
    this.#sizes.set(text, size);
    return size;
  }
}

function partsOf({ tools, system, messages }: Anthropic.MessageCreateParams): Part[] {
  const blocks = typeof system === 'string' ? [{ type: 'text', text: system }] : (system ?? []);
  return [
    ...(tools ?? []).map((tool): Part => ({ of: 'tools', text: JSON.stringify(tool), life: null })),
    ...blocks.map((block) => partOf('system', block as Anthropic.TextBlockParam)),
    ...messages.flatMap(({ content }, i) =>
      (typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content).map(
        (block) => partOf(i === 0 ? 'document' : 'conversation', block),
      ),
    ),
  ];
}

function partOf(of: Part['of'], block: Anthropic.ContentBlockParam): Part {
  const { cache_control: mark } = block as Anthropic.TextBlockParam;
  return { of, text: textOf(block), life: mark ? (mark.ttl ?? '5m') : null };
}

/** What a model reads of a block. */
function textOf(block: Anthropic.ContentBlockParam): string {
  if (block.type === 'text') return block.text;
  if (block.type === 'tool_use') return `${block.name} ${JSON.stringify(block.input)}`;
  if (block.type === 'tool_result') {
    return typeof block.content === 'string' ? block.content : JSON.stringify(block.content ?? '');
  }
  return JSON.stringify(block);
}
