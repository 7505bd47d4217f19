import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiFailure } from './errors.ts';
import { Exchange } from './exchange.ts';
import type { RateLimits } from './limits.ts';
import { MessagesApi } from './messages.ts';
import { MODELS, modelInfo, modelPage, type StandInModel } from './models.ts';
import { placesOf, type RecordedRequest, type UsageTotals, usageOf } from './records.ts';
import type { Pace, Script } from './reply.ts';

/** The key that the stand-in takes unless it is given another. */
export const STAND_IN_KEY = 'sk-ant-api03-stand-in-key-for-tests-0123456789';

const VERSIONS = ['2026-10-21', '2023-06-01'];

export interface StandInOptions {
  script?: Script;
  /** How slowly replies arrive; a reply of the script may say otherwise for itself. */
  pace?: Pace;
  /** Keys that are accepted; null takes any request, as a server at home may. */
  keys?: string[] | null;
  models?: StandInModel[];
  limits?: RateLimits;
  /** `api` answers browsers as the API does; `none` is a server that knows no CORS. */
  cors?: 'api' | 'none';
  /** Milliseconds, for the life of cached prompts and the minutes of the rate limits. */
  now?: () => number;
}

export interface StandIn {
  /** Give it to the SDK as `baseURL`. */
  readonly url: string;
  /** Every request, in the order in which they came. */
  readonly requests: readonly RecordedRequest[];
  /** Put in wrong answers: `standIn.faults.add(faults.overloaded(), { at: 3 })`. */
  readonly faults: MessagesApi['faults'];
  readonly scriptErrors: readonly Error[];
  /** Bodies that were refused with 400, and the words they were refused with. */
  readonly violations: readonly string[];
  setScript(script: Script): void;
  setPace(pace: Pace): void;
  /** From now on every request with a key is answered 403. */
  revokeKeys(): void;
  /** Where a text (a key, say) stands in anything that was sent here. */
  placesOf(needle: string): string[];
  /** What all answers so far used, and how much of their input came from the cache. */
  usage(): UsageTotals;
  close(): Promise<void>;
}

/** Starts a stand-in of the Messages API on a free port of this machine. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const state = new StandInState(options);
  const server = createServer((request, response) => {
    void state.handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const { api, requests } = state;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    faults: api.faults,
    scriptErrors: api.scriptErrors,
    get violations() {
      return requests.flatMap(({ status, error }) => (status === 400 && error ? [error] : []));
    },
    setScript: (script) => {
      api.script = script;
    },
    setPace: (pace) => {
      api.pace = pace;
    },
    revokeKeys: () => {
      state.revoked = true;
    },
    placesOf: (needle) => placesOf(requests, needle),
    usage: () => usageOf(requests),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class StandInState {
  readonly requests: RecordedRequest[] = [];
  readonly api: MessagesApi;
  revoked = false;
  readonly #options: StandInOptions;
  readonly #models: StandInModel[];
  readonly #now: () => number;

  constructor(options: StandInOptions) {
    this.#options = options;
    this.#models = options.models ?? MODELS;
    this.#now = options.now ?? Date.now;
    this.api = new MessagesApi({
      script: options.script ?? [],
      pace: options.pace ?? {},
      models: this.#models,
      limits: options.limits,
      now: this.#now,
    });
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record: RecordedRequest = {
      serial: this.requests.length + 1,
      at: this.#now(),
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      rawBody: '',
      status: 0,
    };
    this.requests.push(record);
    response.once('close', () => {
      record.whole = response.writableFinished;
    });
    const exchange = new Exchange(request, response, record, { cors: this.#options.cors ?? 'api' });
    try {
      await exchange.readBody();
      await this.#route(exchange);
    } catch (error) {
      exchange.fail(error instanceof ApiFailure ? error : new ApiFailure(500, String(error)));
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { method, url } = exchange.record;
    if (method === 'OPTIONS') {
      exchange.answerPreflight();
      return;
    }
    this.#checkHeaders(exchange);
    const { pathname, searchParams } = new URL(url, 'http://stand-in');
    const route = `${method} ${pathname}`;
    if (route === 'POST /v1/messages') await this.api.create(exchange);
    else if (route === 'POST /v1/messages/count_tokens') this.api.countTokens(exchange);
    else if (route === 'GET /v1/models')
      exchange.sendJson(200, modelPage(this.#models, searchParams));
    else if (route.startsWith('GET /v1/models/')) this.#retrieveModel(exchange, pathname);
    else throw new ApiFailure(404, `Not found: ${route}`);
  }

  #retrieveModel(exchange: Exchange, pathname: string): void {
    const id = decodeURIComponent(pathname.slice('/v1/models/'.length));
    const model = this.#models.find((known) => known.id === id);
    if (!model) throw new ApiFailure(404, `model: ${id}`);
    exchange.sendJson(200, modelInfo(model));
  }

  #checkHeaders(exchange: Exchange): void {
    const keys = this.#options.keys === undefined ? [STAND_IN_KEY] : this.#options.keys;
    const key = keyOf(exchange);
    if (keys && key === undefined)
      throw new ApiFailure(401, 'a key is required, as `authorization: Bearer` or as `x-api-key`');
    if (keys && !keys.includes(key!)) throw new ApiFailure(401, 'invalid api key');
    if (keys && this.revoked)
      throw new ApiFailure(
        403,
        'Your API key does not have permission to use the specified resource.',
      );
    if (
      keys &&
      exchange.header('origin') !== undefined &&
      exchange.header('anthropic-dangerous-direct-browser-access') !== 'true'
    )
      throw new ApiFailure(
        401,
        "CORS requests must set 'anthropic-dangerous-direct-browser-access' header",
      );
    const version = exchange.header('anthropic-version');
    if (version === undefined) throw new ApiFailure(400, 'anthropic-version: header is required');
    if (!VERSIONS.includes(version))
      throw new ApiFailure(400, `anthropic-version: "${version}" is not a valid version`);
    if (
      exchange.record.method === 'POST' &&
      !/^application\/json\b/.test(exchange.header('content-type') ?? '')
    )
      throw new ApiFailure(400, 'content-type: must be application/json');
  }
}

/** The SDK sends its key as a bearer token; `x-api-key` is how other clients do. */
function keyOf(exchange: Exchange): string | undefined {
  const bearer = exchange.header('authorization')?.match(/^Bearer (.+)$/)?.[1];
  return exchange.header('x-api-key') ?? bearer;
}
