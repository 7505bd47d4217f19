/** A first look at a server with a key; loaded with the SDK, and not before the dialog is used. */
import { Api } from '../../agent/researchers/claude/api';
import { Trouble } from '../../agent/researchers/claude/trouble';
import { isMixed } from './endpoint';
import { answers } from './reach';

export type Looked =
  | { readonly ok: true; readonly models: readonly ListedModel[] }
  | { readonly ok: false; readonly problem: Problem; readonly words: string };

export interface ListedModel {
  readonly id: string;
  readonly name: string;
}

/** `unreachable`: nothing answers; `closed`: it answers, but no page may read it (CORS). */
export type Problem = 'unreachable' | 'closed' | 'key' | 'other api' | 'busy';

const LONGEST = 15_000;

/** Asks for the models. Nothing it says holds the key. */
export async function lookAt(key: string, baseURL: string, signal: AbortSignal): Promise<Looked> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST)]);
  try {
    return await ask(new Api({ key, baseURL }), baseURL, patience);
  } catch (error) {
    signal.throwIfAborted();
    if (!patience.aborted) throw error;
    return failed('unreachable', `${baseURL} gave no answer in ${LONGEST / 1000} seconds.`);
  }
}

async function ask(api: Api, baseURL: string, signal: AbortSignal): Promise<Looked> {
  try {
    const models = await api.models(signal);
    // Servers of others may list in their own way; a list without names is none.
    const named = models.filter(({ id }) => typeof id === 'string' && id !== '');
    const ok = models.length === 0 || named.length > 0;
    if (ok)
      return {
        ok,
        models: named.map(({ id, display_name }) => ({ id, name: display_name ?? id })),
      };
    return await withoutList(api, baseURL, signal);
  } catch (error) {
    signal.throwIfAborted();
    const trouble = troubleIn(error);
    if (trouble.status === null && trouble.kind === 'busy') return notRead(baseURL, signal);
    if (trouble.kind === 'key') return wrongKey(baseURL, trouble.message);
    if (trouble.kind === 'busy') return failed('busy', `${baseURL} is busy: ${trouble.message}`);
    return withoutList(api, baseURL, signal);
  }
}

/** A server without a list of models is the right one if it knows what is wrong with an empty message. */
async function withoutList(api: Api, baseURL: string, signal: AbortSignal): Promise<Looked> {
  const silent = { thinking: () => {}, text: () => {}, toolInput: () => {} };
  try {
    await api.reply({ model: '', max_tokens: 1, messages: [] }, silent, signal);
    return { ok: true, models: [] };
  } catch (error) {
    signal.throwIfAborted();
    const { kind, status, message } = troubleIn(error);
    if (kind === 'key') return wrongKey(baseURL, message);
    if (status === 400 || status === 422) return { ok: true, models: [] };
    return failed(
      'other api',
      `${baseURL} answers, but not as the Messages API does: it has neither /v1/models nor /v1/messages there. Look whether the address needs a path, or another port.`,
    );
  }
}

/** The browser says no more than that it got nothing to read. */
async function notRead(baseURL: string, signal: AbortSignal): Promise<Looked> {
  if (isMixed(baseURL)) {
    return failed(
      'unreachable',
      `A page that came over https may not speak to ${baseURL} over http. Give the server https, or open this lab from your own machine.`,
    );
  }
  if (await answers(baseURL, signal)) {
    return failed(
      'closed',
      `${baseURL} answers, but does not let web pages read what it says (CORS). Its answers need the header Access-Control-Allow-Origin: ${location.origin}, and it has to answer OPTIONS requests. Many local servers have a switch for that.`,
    );
  }
  signal.throwIfAborted();
  return failed(
    'unreachable',
    `Nothing could be reached at ${baseURL}. Is the server running, and the address right? Your machine may also be offline, or the browser may have been told not to let pages reach local servers.`,
  );
}

function wrongKey(baseURL: string, said: string): Looked {
  return failed('key', `${baseURL} does not take this key: ${said}.`);
}

function failed(problem: Problem, words: string): Looked {
  return { ok: false, problem, words };
}

function troubleIn(error: unknown): {
  kind: Trouble['kind'];
  status: number | null;
  message: string;
} {
  // What is not sorted came of an answer that the SDK could not read.
  if (!(error instanceof Trouble)) return { kind: 'broken reply', status: null, message: '' };
  const status = /^(\d{3}): /.exec(error.message);
  return { kind: error.kind, status: status ? Number(status[1]) : null, message: error.message };
}
