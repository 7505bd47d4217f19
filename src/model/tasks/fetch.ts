import { TaskError } from './errors';
import type { OnTaskProgress } from './progress';

/** The largest corpus the lab takes, in bytes: several times over it lies in a tab's memory. */
export const MAX_CORPUS_BYTES = 64 * 2 ** 20;

/**
 * A text from the network, read piece by piece. Throws a TaskError (`offline`, `http`, `too large`), or
 * the signal's own reason when it is aborted.
 */
export async function fetchCorpus(
  url: string,
  { onProgress, signal }: { onProgress?: OnTaskProgress; signal?: AbortSignal } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  try {
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok) throw refused(url, response.status);
    return await readBody(response, url, onProgress);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TaskError) throw error;
    throw new TaskError(
      'offline',
      `${url} could not be reached: this machine may be offline, or that site may not let web pages read it. ` +
        'The built-in task needs no network; or download the text by other means and load it as a file.',
      { cause: error },
    );
  }
}

async function readBody(
  response: Response,
  url: string,
  onProgress?: OnTaskProgress,
): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = response.headers.has('content-encoding');
  const total = compressed ? 0 : Number(response.headers.get('content-length') ?? 0);
  if (total > MAX_CORPUS_BYTES) throw tooLarge(url);
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) break;
    chunks.push(next.value);
    received += next.value.length;
    if (received > MAX_CORPUS_BYTES) {
      await reader?.cancel();
      throw tooLarge(url);
    }
    const known = total >= received; // not so when the length was that of a compressed body
    onProgress?.({
      stage: 'fetching',
      fraction: known ? received / total : null,
      received,
      ...(known && { total }),
    });
  }
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function refused(url: string, status: number): TaskError {
  const advice =
    status === 404 || status === 410
      ? 'Nothing is at that address; check it for a slip.'
      : status === 429 || status >= 500
        ? 'The site is busy or broken; try again later.'
        : 'The site does not give this text to everyone; download it by other means and load it as a file.';
  return new TaskError('http', `${url} answered with HTTP status ${status}. ${advice}`);
}

const tooLarge = (url: string): TaskError =>
  new TaskError(
    'too large',
    `The text at ${url} is larger than ${MAX_CORPUS_BYTES / 2 ** 20} MiB, the most that the lab takes. ` +
      'Cut a part of it and load that as a file.',
  );
