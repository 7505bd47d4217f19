import Anthropic from '@anthropic-ai/sdk';
import { troubleOf } from './trouble';

export const DEFAULT_URL = 'https://api.anthropic.com';

/** A stream that says nothing for so long, in milliseconds, is given up and asked for again. */
const STALL = 300_000;

export interface ApiOptions {
  readonly key: string;
  /** A server that speaks the same Messages API; default: Anthropic's. */
  readonly baseURL?: string;
  readonly stallMilliseconds?: number;
}

const SHORTEST_SECRET = 8;

/** What a reply says while it arrives. */
export interface Listener {
  readonly thinking: (delta: string) => void;
  readonly text: (delta: string) => void;
  readonly toolInput: (delta: string) => void;
}

/**
 * The one place that holds the key: in the SDK's client, in a private field. What leaves this object has the
 * key struck out, errors included, and the SDK writes no log. Retries are not its concern (retry.ts).
 */
export class Api {
  readonly #client: Anthropic;
  readonly #key: string;
  readonly #stall: number;
  /** Where it sends to; holds no key. */
  readonly host: string;

  constructor({ key, baseURL = DEFAULT_URL, stallMilliseconds = STALL }: ApiOptions) {
    this.#key = key;
    this.#stall = stallMilliseconds;
    this.host = hostOf(baseURL);
    this.#client = new Anthropic({
      apiKey: key,
      baseURL,
      maxRetries: 0,
      logLevel: 'off',
      openTelemetry: false,
      // The visitor's own key, in the visitor's own page: it is theirs to use there.
      dangerouslyAllowBrowser: true,
      // A redirect could carry the key to another host.
      fetchOptions: { redirect: 'error' },
    });
  }

  /** Models that the API lists, newest first. Throws Trouble. */
  async models(signal: AbortSignal): Promise<Anthropic.ModelInfo[]> {
    try {
      const models: Anthropic.ModelInfo[] = [];
      for await (const model of this.#client.models.list({ limit: 100 }, { signal }))
        models.push(model);
      return models;
    } catch (error) {
      signal.throwIfAborted();
      throw troubleOf(error, (text) => this.redacted(text));
    }
  }

  /** One reply, streamed; whole or not at all. Throws Trouble, and the signal's reason at once when it aborts. */
  async reply(
    body: Anthropic.MessageStreamParams,
    listener: Listener,
    signal: AbortSignal,
  ): Promise<Anthropic.Message> {
    signal.throwIfAborted();
    const stream = this.#client.messages.stream(body);
    const abort = () => stream.abort();
    signal.addEventListener('abort', abort, { once: true });
    let stalled = false;
    const giveUp = () => {
      stalled = true;
      stream.abort();
    };
    let timer = setTimeout(giveUp, this.#stall);
    stream.on('streamEvent', (event) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, this.#stall);
      if (event.type !== 'content_block_delta') return;
      if (event.delta.type === 'thinking_delta') listener.thinking(event.delta.thinking);
      if (event.delta.type === 'text_delta') listener.text(event.delta.text);
      if (event.delta.type === 'input_json_delta') listener.toolInput(event.delta.partial_json);
    });
    try {
      return await stream.finalMessage();
    } catch (error) {
      signal.throwIfAborted();
      const seconds = Math.round(this.#stall / 1000);
      const said = stalled ? new Error(`the reply said nothing for ${seconds} s`) : error;
      throw troubleOf(said, (text) => this.redacted(text));
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  /** A text without the key, whoever wrote it there. */
  redacted(text: string): string {
    // What a server at home takes in the place of a key may be any word, and is no secret.
    return this.#key.length < SHORTEST_SECRET ? text : text.replaceAll(this.#key, '[key]');
  }
}

function hostOf(baseURL: string): string {
  try {
    return new URL(baseURL).host;
  } catch {
    throw new Error('the base URL is no URL: it must look like https://api.anthropic.com');
  }
}
