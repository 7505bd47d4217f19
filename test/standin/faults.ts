import type Anthropic from '@anthropic-ai/sdk';

/** Something that goes wrong with one answer. */
export type Fault =
  /** The answer is an error. `body` replaces the JSON (a proxy's HTML page, say). */
  | {
      kind: 'status';
      status: number;
      message?: string;
      headers?: Record<string, string>;
      body?: string;
    }
  /** The connection breaks after so many events: 0 breaks it before the first byte. */
  | { kind: 'drop'; afterEvents: number }
  /** The stream ends in order after so many events, without the rest. */
  | { kind: 'endEarly'; afterEvents: number }
  /** An `error` event takes the place of the rest of the stream. */
  | { kind: 'errorEvent'; afterEvents: number; type?: string; message?: string }
  /** Nothing is sent for a while: before the headers, or after so many events. */
  | { kind: 'slowFirstByte'; ms: number }
  | { kind: 'stall'; afterEvents: number; ms: number }
  /** The reply's first tool call has JSON that does not parse, or stops before its end. */
  | { kind: 'malformedJson'; how?: 'invalid' | 'truncated' }
  /** The reply's first tool call names another tool, or has another input. */
  | { kind: 'wrongTool'; name: string }
  | { kind: 'wrongInput'; input: unknown }
  /** The reply runs out of tokens in the middle of its first tool call. */
  | { kind: 'cutCall' }
  /** The reply is a refusal, or nothing at all. */
  | { kind: 'refusal'; category?: Anthropic.RefusalStopDetails['category']; text?: string }
  | { kind: 'empty' };

/** Faults with the headers and words that go with them. */
export const faults = {
  rateLimited: (retryAfter: number | string, message?: string): Fault => ({
    kind: 'status',
    status: 429,
    message: message ?? 'This request would exceed the rate limit of your organization.',
    headers: { 'retry-after': String(retryAfter) },
  }),
  overloaded: (): Fault => ({ kind: 'status', status: 529, message: 'Overloaded' }),
  serverError: (status = 500): Fault => ({
    kind: 'status',
    status,
    message: 'Internal server error',
  }),
  badGateway: (): Fault => ({
    kind: 'status',
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
  }),
  unauthorized: (): Fault => ({ kind: 'status', status: 401, message: 'invalid api key' }),
  revoked: (): Fault => ({
    kind: 'status',
    status: 403,
    message: 'Your API key does not have permission to use the specified resource.',
  }),
  noCredit: (): Fault => ({
    kind: 'status',
    status: 400,
    message: 'Your credit balance is too low to access the Anthropic API.',
  }),
};

export interface FaultRequest {
  /** 1 for the first POST /v1/messages that the server got. */
  number: number;
  conversation: number;
  turn: number;
  body: Anthropic.MessageCreateParams;
}

export interface FaultTarget {
  /** Which POST /v1/messages, from 1. */
  at?: number;
  /** Or any for which this holds. */
  when?: (request: FaultRequest) => boolean;
  /** How often; once unless told otherwise. */
  times?: number;
}

const NEEDS_CALL: Fault['kind'][] = ['malformedJson', 'wrongTool', 'wrongInput', 'cutCall'];
const SPOILS: Fault['kind'][] = [...NEEDS_CALL, 'refusal', 'empty'];

/** Whether the client gets a whole reply that is not the script's. */
export function spoils(fault: Fault): boolean {
  return SPOILS.includes(fault.kind);
}

/** Faults that wait for their request; each remembers where it struck. */
export class FaultPlan {
  readonly #armed: { fault: Fault; target: FaultTarget; left: number }[] = [];
  readonly struck: { fault: Fault; request: FaultRequest }[] = [];

  add(fault: Fault, target: FaultTarget = {}): void {
    this.#armed.push({ fault, target, left: target.times ?? 1 });
  }

  /** How many are still to strike. */
  get waiting(): number {
    return this.#armed.reduce((sum, { left }) => sum + left, 0);
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** The faults of a request. One about a tool call passes by a reply that makes none. */
  take(request: FaultRequest, stage: 'request' | 'reply', hasCall: boolean): Fault[] {
    const taken: Fault[] = [];
    for (const armed of this.#armed) {
      const { fault, target } = armed;
      if (armed.left === 0 || (fault.kind === 'status') !== (stage === 'request')) continue;
      if (NEEDS_CALL.includes(fault.kind) && !hasCall) continue;
      if (target.at !== undefined && target.at !== request.number) continue;
      if (target.when && !target.when(request)) continue;
      armed.left--;
      taken.push(fault);
      this.struck.push({ fault, request });
    }
    return taken;
  }
}
