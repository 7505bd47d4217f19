import type Anthropic from '@anthropic-ai/sdk';

/** Everything about one request, for a test to look at afterwards. */
export interface RecordedRequest {
  /** 1 for the first request of any kind. */
  serial: number;
  /** Of the server's clock, milliseconds. */
  at: number;
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  rawBody: string;
  /** 0 until the answer begins. */
  status: number;
  /** Whether the client got all of what was answered; undefined while it is under way. */
  whole?: boolean;
  /** The words of the error that was answered. */
  error?: string;
  /** For POST /v1/messages that kept the rules. */
  body?: Anthropic.MessageCreateParams;
  conversation?: number;
  turn?: number;
  usage?: Anthropic.Usage;
  /** Tokens of the prompt by part. */
  parts?: { tools: number; system: number; messages: number };
  /** What was answered, once it was sent whole. */
  answer?: Anthropic.Message;
}

/** Where a text stands in what was sent: one line for each place. */
export function placesOf(records: readonly RecordedRequest[], needle: string): string[] {
  const places: string[] = [];
  for (const { serial, method, url, headers, rawBody } of records) {
    const name = `request ${serial} ${method} ${url.split('?')[0]}`;
    if (url.includes(needle) || url.includes(encodeURIComponent(needle)))
      places.push(`${name}: url`);
    if (rawBody.includes(needle)) places.push(`${name}: body`);
    for (const [header, value] of Object.entries(headers))
      if (value.includes(needle)) places.push(`${name}: header ${header}`);
  }
  return places;
}

export interface UsageTotals {
  requests: number;
  /** Input tokens of all kinds: read from the cache, written to it, and neither. */
  input: number;
  read: number;
  written: number;
  output: number;
  /** The share of the input that was read from the cache, 0 to 1. */
  cachedShare: number;
}

/** What all answers together used. */
export function usageOf(records: readonly RecordedRequest[]): UsageTotals {
  const usages = records.flatMap(({ usage }) => (usage ? [usage] : []));
  const sum = (count: (usage: Anthropic.Usage) => number | null) =>
    usages.reduce((total, usage) => total + (count(usage) ?? 0), 0);
  const read = sum((usage) => usage.cache_read_input_tokens);
  const written = sum((usage) => usage.cache_creation_input_tokens);
  const input = read + written + sum((usage) => usage.input_tokens);
  return {
    requests: usages.length,
    input,
    read,
    written,
    output: sum((usage) => usage.output_tokens),
    cachedShare: input === 0 ? 0 : read / input,
  };
}
