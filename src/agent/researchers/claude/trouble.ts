import { APIConnectionError, APIError } from '@anthropic-ai/sdk';

/** What came in place of a reply, with nothing of the request in it. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  constructor(
    readonly kind: 'key' | 'refused' | 'too long' | 'busy' | 'broken reply',
    message: string,
    /** What the server asked to wait, in milliseconds from now; null where it said nothing. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

/** Sorts an error of the SDK. It is not kept as the cause: it holds the request's parts. */
export function troubleOf(error: unknown, redacted: (text: string) => string): Trouble {
  const raw = error instanceof Error ? error.message : String(error);
  if (!(error instanceof APIError)) {
    // The SDK could not put the stream together: it broke off, or a tool call was no JSON.
    return new Trouble('broken reply', redacted(raw).slice(0, 300));
  }
  const { status, type } = error;
  const said = redacted(error.apiMessage ?? raw).slice(0, 300);
  const words = status === undefined ? said : `${status}: ${said}`;
  if (status === 401 || status === 402 || status === 403 || /credit balance/i.test(said)) {
    return new Trouble('key', words);
  }
  if (error instanceof APIConnectionError || status === undefined || status >= 500) {
    return new Trouble('busy', words, retryAfterOf(error.headers));
  }
  if (status === 408 || status === 409 || status === 429) {
    return new Trouble('busy', words, retryAfterOf(error.headers));
  }
  if (status === 413 || (type === 'invalid_request_error' && /prompt is too long/i.test(said))) {
    return new Trouble('too long', words);
  }
  return new Trouble('refused', words);
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfterOf(headers: Headers | undefined): number | null {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const said = headers?.get('retry-after');
  if (said === undefined || said === null) return null;
  const seconds = Number(said);
  if (seconds >= 0) return 1000 * seconds;
  const date = Date.parse(said);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
