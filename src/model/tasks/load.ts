import { buildTokenizer, separatorOf } from '../tokenizers/build';
import { assertTaskSpec } from './check';
import { type CorpusSource, decodeUtf8, obtainCorpus } from './corpus';
import { entropyOf } from './entropy';
import { TaskError } from './errors';
import { hashJson } from './hash';
import { type CorpusBytes, splitCorpus } from './split';
import type { LoadedTask, TaskSpec, Tokenizer, TokenSplit } from './task';

/**
 * Brings a task into memory: its corpus made, fetched or taken from the store, cut, tokenized and hashed.
 * It works for up to a few seconds without pause, so call it in a worker.
 *
 * Throws a TaskError whose message says what to do, or the signal's reason when it is aborted.
 */
export async function loadTask(spec: TaskSpec, source: CorpusSource): Promise<LoadedTask> {
  assertTaskSpec(spec);
  const corpus = await obtainCorpus(spec.corpus, source);
  source.signal?.throwIfAborted();
  const parts = splitCorpus(withoutMark(corpus), spec);
  const documents = spec.examples === 'documents';
  const texts = {
    train: decodeUtf8(parts.train.bytes),
    validation: decodeUtf8(parts.validation.bytes),
    test: decodeUtf8(parts.test.bytes),
  };
  if (texts.train + texts.validation + texts.test === '') throw empty();
  const tokenizer = buildTokenizer(
    spec.tokenizer,
    { train: texts.train, all: texts.train + texts.validation + texts.test, separated: documents },
    (fraction) => source.onProgress?.({ stage: 'tokenizing', fraction }),
  );
  source.signal?.throwIfAborted();
  const separator = documents ? separatorOf(tokenizer) : undefined;
  const split = (name: keyof typeof texts): TokenSplit => {
    const tokens = tokenizer.encode(documents ? '\n' + texts[name] : texts[name]);
    checkLength(name, tokens.length, spec);
    return {
      tokens,
      ...(separator !== undefined && { documents: documentStarts(tokens, separator) }),
      bytes: parts[name].bytes.length,
      ...(name !== 'train' && tokenBits(parts[name], tokens, tokenizer)),
    };
  };
  return {
    spec,
    id: await taskId(spec, corpus.sha256),
    vocab: tokenizer.vocab,
    tokenizer,
    ...(separator !== undefined && { separator }),
    train: split('train'),
    validation: split('validation'),
    test: split('test'),
    ...entropyOf(parts.validation),
  };
}

/**
 * The identity of a task: its rules and the content of its corpus. What it is called and whence the corpus
 * came do not matter. `loader` counts changes of this folder that give other tokens for the same rules.
 */
export function taskId(spec: TaskSpec, corpusSha256: string): Promise<string> {
  const { name: _label, ...rules } = spec;
  return hashJson({ ...rules, corpus: corpusSha256, loader: 1 });
}

function withoutMark(corpus: CorpusBytes): CorpusBytes {
  const [a, b, c] = corpus.bytes;
  return a === 0xef && b === 0xbb && c === 0xbf ? { bytes: corpus.bytes.slice(3) } : corpus;
}

/** The positions of all separators but the last: each begins a document. */
function documentStarts(tokens: Int32Array, separator: number): Int32Array {
  const starts = new Int32Array(tokens.length);
  let count = 0;
  for (let i = 0; i < tokens.length - 1; i++) if (tokens[i] === separator) starts[count++] = i;
  return starts.slice(0, count);
}

/** The bits of each token: those of its bytes. The separator that begins the first document costs none. */
function tokenBits(
  { bytes, bits }: CorpusBytes,
  tokens: Int32Array,
  tokenizer: Tokenizer,
): { bits?: Float32Array } {
  if (bits === undefined) return {};
  const sums = new Float32Array(tokens.length);
  let at = bytes.length - tokens.reduce((sum, token) => sum + tokenizer.tokenBytes[token]!, 0);
  for (let i = 0; i < tokens.length; i++) {
    let sum = 0;
    for (let n = tokenizer.tokenBytes[tokens[i]!]!; n > 0; n--) sum += bits[at++] ?? 0;
    sums[i] = sum;
  }
  return { bits: sums };
}

const empty = (): TaskError =>
  new TaskError('empty', 'The corpus is empty. Choose a file or an address with some text in it.');

function checkLength(part: string, tokens: number, spec: TaskSpec): void {
  const needed = spec.examples === 'documents' ? 2 : spec.context + 1;
  if (tokens >= needed) return;
  throw new TaskError(
    'too short',
    spec.examples === 'documents'
      ? `The ${part} split has no document in it. Give a text with more lines, or make this split a larger share.`
      : `The ${part} split has ${tokens} tokens, and one window of this task needs ${needed}. ` +
          'Give a longer text, a shorter context, or make this split a larger share.',
  );
}
