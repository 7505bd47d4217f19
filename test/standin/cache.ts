import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { blocksOf } from './reply.ts';
import { canonical, tokensOfBlock } from './tokens.ts';

/** A breakpoint finds what was written at it or at one of the 19 blocks before it. */
const LOOKBACK = 20;
const LIFETIME_MS = { '5m': 5 * 60_000, '1h': 60 * 60_000 };

export interface CacheUse {
  /** Tokens of the whole prompt. */
  total: number;
  read: number;
  created5m: number;
  created1h: number;
}

/** What a request will write and refresh, once the model has begun to answer it. */
export interface CachePlan extends CacheUse {
  commit: () => void;
}

type PromptFields = Pick<
  Anthropic.MessageCreateParams,
  'model' | 'messages' | 'tools' | 'system' | 'tool_choice' | 'thinking' | 'cache_control' | 'speed'
> & { output_config?: unknown };

interface Position {
  hash: string;
  /** Tokens of the prefix that ends here. */
  tokens: number;
  ttl: '5m' | '1h' | undefined;
}

/**
 * The prompt cache as https://platform.claude.com/docs/en/build-with-claude/prompt-caching describes
 * it: a prefix in the order tools, system, messages is written where a breakpoint stands, found again
 * by a breakpoint within 20 blocks, and forgotten when it was not used for its lifetime.
 */
export class PromptCache {
  readonly #entries = new Map<string, { until: number; life: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  plan(request: PromptFields, minimum: number): CachePlan {
    const positions = prefixPositions(request);
    const marks = positions.flatMap((position, index) => (position.ttl ? [index] : []));
    const hit = this.#longestHit(positions, marks);
    const read = positions[hit]?.tokens ?? 0;

    const written = marks.filter((mark) => mark > hit && positions[mark]!.tokens >= minimum);
    const last1h = written.findLast((mark) => positions[mark]!.ttl === '1h');
    const upTo1h = last1h === undefined ? read : positions[last1h]!.tokens;
    const upTo = written.length > 0 ? positions[written.at(-1)!]!.tokens : read;
    return {
      total: positions.at(-1)?.tokens ?? 0,
      read,
      created1h: upTo1h - read,
      created5m: upTo - upTo1h,
      commit: () => this.#commit(positions, hit, marks, written),
    };
  }

  #longestHit(positions: Position[], marks: number[]): number {
    let longest = -1;
    for (const mark of marks)
      for (let index = mark; index > Math.max(longest, mark - LOOKBACK); index--)
        if (this.#isLive(positions[index]!.hash)) longest = index;
    return longest;
  }

  #isLive(hash: string): boolean {
    const entry = this.#entries.get(hash);
    return entry !== undefined && entry.until > this.#now();
  }

  /** Reading refreshes the prefix that was read and the breakpoints inside it; then the new ones are written. */
  #commit(positions: Position[], hit: number, marks: number[], written: number[]): void {
    const now = this.#now();
    for (const index of new Set([hit, ...marks.filter((mark) => mark <= hit)])) {
      const entry = this.#entries.get(positions[index]?.hash ?? '');
      if (entry && entry.until > now) entry.until = now + entry.life;
    }
    for (const index of written) {
      const { hash, ttl } = positions[index]!;
      const life = LIFETIME_MS[ttl ?? '5m'];
      this.#entries.set(hash, { until: now + life, life });
    }
  }
}

/**
 * Every place where a prefix may end, with the hash of all that stands before it. Another model
 * changes every hash; another `tool_choice`, `thinking` or output format only those of the messages.
 */
function prefixPositions(request: PromptFields): Position[] {
  const positions: Position[] = [];
  let hash = digest(`${request.model}\n${request.speed ?? 'standard'}`);
  let tokens = 0;
  const add = (section: string, block: object) => {
    hash = digest(`${hash}\n${section}\n${canonical(block)}`);
    tokens += tokensOfBlock(block);
    const mark = (block as { cache_control?: Anthropic.CacheControlEphemeral | null })
      .cache_control;
    positions.push({ hash, tokens, ttl: mark ? (mark.ttl ?? '5m') : undefined });
  };

  for (const tool of request.tools ?? []) add('tool', tool);
  const system = request.system ?? [];
  for (const block of typeof system === 'string' ? [{ type: 'text', text: system }] : system)
    add('system', block);
  hash = digest(
    `${hash}\n${canonical([request.tool_choice ?? null, request.thinking ?? null, request.output_config ?? null])}`,
  );
  for (const message of request.messages)
    for (const block of blocksOf(message)) add(message.role, block);

  markLastCacheable(positions, request);
  return positions;
}

/** A `cache_control` of the whole request stands for one on its last block that can carry it. */
function markLastCacheable(positions: Position[], request: PromptFields): void {
  if (!request.cache_control) return;
  const blocks = request.messages.flatMap(blocksOf);
  const offset = positions.length - blocks.length;
  const last = blocks.findLastIndex(
    (block) => block.type !== 'thinking' && block.type !== 'redacted_thinking',
  );
  const position = positions[last < 0 ? offset - 1 : offset + last];
  if (position) position.ttl ??= request.cache_control.ttl ?? '5m';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
