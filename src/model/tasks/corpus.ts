import { builtinCorpus } from './builtin/corpus';
import { TaskError } from './errors';
import { fetchCorpus, MAX_CORPUS_BYTES } from './fetch';
import { sha256 } from './hash';
import type { OnTaskProgress } from './progress';
import type { CorpusBytes } from './split';
import { type CorpusStore, corpusKey } from './stores/store';
import type { CorpusSpec } from './task';

export interface CorpusSource {
  readonly store: CorpusStore;
  readonly onProgress?: OnTaskProgress;
  readonly signal?: AbortSignal;
}

/** The bytes that a spec names, and their hash. Throws a TaskError that says what to do. */
export async function obtainCorpus(
  spec: CorpusSpec,
  source: CorpusSource,
): Promise<CorpusBytes & { readonly sha256: string }> {
  switch (spec.kind) {
    case 'builtin': {
      const corpus = builtinCorpus(spec.bytes, spec.seed, (fraction) =>
        source.onProgress?.({ stage: 'generating', fraction }),
      );
      return { ...corpus, sha256: await sha256(corpus.bytes) };
    }
    case 'text':
      return ownText(spec.sha256, source.store);
    case 'url':
      return fetchedText(spec, source);
  }
}

/** Puts a text of one's own into the store, where tasks find it by its hash. */
export async function keepText(
  content: string | Uint8Array<ArrayBuffer>,
  store: CorpusStore,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const bytes =
    typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  if (bytes.length > MAX_CORPUS_BYTES) {
    throw new TaskError(
      'too large',
      `The text has ${bytes.length} bytes, over the ${MAX_CORPUS_BYTES / 2 ** 20} MiB that the lab takes. Load a part of it.`,
    );
  }
  decodeUtf8(bytes);
  const hash = await sha256(bytes);
  await store.put(corpusKey.text(hash), bytes);
  return { sha256: hash, bytes: bytes.length };
}

async function ownText(hash: string, store: CorpusStore) {
  const bytes = await store.get(corpusKey.text(hash));
  if (bytes === undefined) {
    throw new TaskError(
      'missing',
      `This machine does not have the text of this task (SHA-256 ${hash.slice(0, 12)}...). Load the same file again, unchanged.`,
    );
  }
  return { bytes, sha256: hash };
}

async function fetchedText(
  { url, sha256: expected }: CorpusSpec & { kind: 'url' },
  { store, ...options }: CorpusSource,
) {
  const key = corpusKey.url(url);
  const cached = await store.get(key);
  if (cached !== undefined) {
    const hash = await sha256(cached);
    if (expected === undefined || hash === expected) return { bytes: cached, sha256: hash };
  }
  const bytes = await fetchCorpus(url, options);
  const hash = await sha256(bytes);
  if (expected !== undefined && hash !== expected) {
    throw new TaskError(
      'changed',
      `The text at ${url} is no longer the one that this task was made with (SHA-256 ${hash.slice(0, 12)}... in place of ` +
        `${expected.slice(0, 12)}...), so scores could not be compared. Make a new task from it, without the hash.`,
    );
  }
  decodeUtf8(bytes); // before it is kept
  await store.put(key, bytes);
  return { bytes, sha256: hash };
}

/** Strict decoding, so that no byte is lost or made up; a byte order mark stays, as a character. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new TaskError(
      'not UTF-8',
      'The corpus is not a text in UTF-8. Open it in an editor, save it as plain text with the encoding UTF-8, and load that file.',
      { cause },
    );
  }
}
