import type { IncomingMessage, ServerResponse } from 'node:http';
import { freshId } from './answer.ts';
import { ApiFailure, errorBody } from './errors.ts';
import type { RecordedRequest } from './records.ts';

/** No request of the API may be larger, in bytes. */
const LARGEST_BODY = 32 * 1024 * 1024;

/** What a page of another origin may read beside the body. */
const EXPOSED = [
  'request-id',
  'retry-after',
  'anthropic-ratelimit-requests-limit',
  'anthropic-ratelimit-requests-remaining',
  'anthropic-ratelimit-requests-reset',
  'anthropic-ratelimit-input-tokens-limit',
  'anthropic-ratelimit-input-tokens-remaining',
  'anthropic-ratelimit-input-tokens-reset',
  'anthropic-ratelimit-output-tokens-limit',
  'anthropic-ratelimit-output-tokens-remaining',
  'anthropic-ratelimit-output-tokens-reset',
];

export interface CorsRules {
  /** `none` is a server that never heard of browsers: no header, and preflights are refused. */
  cors: 'api' | 'none';
}

/** One request and its answer: ids, headers, the record that is kept. */
export class Exchange {
  readonly requestId = freshId('req_01');
  readonly #request: IncomingMessage;
  readonly response: ServerResponse;
  readonly record: RecordedRequest;
  readonly #cors: CorsRules;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    record: RecordedRequest,
    cors: CorsRules,
  ) {
    this.#request = request;
    this.response = response;
    this.record = record;
    this.#cors = cors;
  }

  async readBody(): Promise<void> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.#request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
    }
    this.record.rawBody = Buffer.concat(chunks).toString('utf8');
    if (size > LARGEST_BODY)
      throw new ApiFailure(413, `Request exceeds the maximum allowed number of bytes: ${size}`);
  }

  json(): unknown {
    try {
      return JSON.parse(this.record.rawBody);
    } catch (error) {
      throw new ApiFailure(400, `The request body is not valid JSON: ${(error as Error).message}`);
    }
  }

  header(name: string): string | undefined {
    return this.record.headers[name];
  }

  /** Sends the status and the headers that every answer carries. */
  begin(status: number, headers: Record<string, string>): void {
    this.record.status = status;
    this.response.writeHead(status, {
      'request-id': this.requestId,
      'anthropic-organization-id': 'org_standin',
      ...this.#corsHeaders(),
      ...headers,
    });
    this.response.flushHeaders();
  }

  sendJson(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.begin(status, { 'content-type': 'application/json', ...headers });
    this.response.end(JSON.stringify(body));
  }

  fail(failure: ApiFailure, body?: string): void {
    this.record.error = failure.message;
    if (this.response.headersSent) {
      this.response.destroy();
      return;
    }
    if (body === undefined) {
      const { status, type, message, headers } = failure;
      this.sendJson(status, errorBody(type, message, this.requestId), headers);
      return;
    }
    this.begin(failure.status, { 'content-type': 'text/plain', ...failure.headers });
    this.response.end(body);
  }

  /** Answers the question that a browser asks before it sends headers of its own to another origin. */
  answerPreflight(): void {
    if (this.#cors.cors === 'none') {
      this.fail(new ApiFailure(405, 'Method not allowed: OPTIONS'));
      return;
    }
    this.begin(204, {
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': this.header('access-control-request-headers') ?? '*',
      'access-control-max-age': '600',
    });
    this.response.end();
  }

  #corsHeaders(): Record<string, string> {
    if (this.#cors.cors === 'none' || this.header('origin') === undefined) return {};
    return {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': EXPOSED.join(', '),
    };
  }
}
