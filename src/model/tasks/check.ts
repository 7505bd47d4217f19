import { MAX_BPE_VOCAB, MIN_BPE_VOCAB } from '../tokenizers/bpe/bpe';
import { TaskError } from './errors';
import { MAX_CORPUS_BYTES } from './fetch';
import type { TaskSpec } from './task';

const MAX_CONTEXT = 8192;
const MAX_WINDOWS = 1_000_000;

/**
 * Whether a value, such as one from a link, is the spec of a task. Throws a TaskError that names the
 * field and what it may hold.
 */
export function assertTaskSpec(value: unknown): asserts value is TaskSpec {
  const spec = record(value, 'task');
  text(spec.name, 'name');
  checkCorpus(record(spec.corpus, 'corpus'));
  checkTokenizer(record(spec.tokenizer, 'tokenizer'));
  oneOf(spec.examples, 'examples', ['windows', 'documents']);
  whole(spec.context, 'context', 1, MAX_CONTEXT);
  const split = record(spec.split, 'split');
  const validation = above0(split.validation, 'split.validation');
  const test = above0(split.test, 'split.test');
  if (validation + test >= 1) {
    throw wrong('split', `leaves nothing to train on: ${validation} + ${test} has to be below 1`);
  }
  const budget = record(spec.budget, 'budget');
  oneOf(budget.unit, 'budget.unit', ['seconds', 'steps', 'tokens', 'flops']);
  above0(budget.amount, 'budget.amount');
  whole(spec.evaluationWindows, 'evaluationWindows', 1, MAX_WINDOWS);
  oneOf(spec.metric, 'metric', ['val_bpb']);
  if (spec.precision !== undefined) oneOf(spec.precision, 'precision', ['f16']);
}

function checkCorpus(corpus: Fields): void {
  const kind = oneOf(corpus.kind, 'corpus.kind', ['builtin', 'text', 'url']);
  if (kind === 'builtin') {
    whole(corpus.bytes, 'corpus.bytes', 1, MAX_CORPUS_BYTES);
    whole(corpus.seed, 'corpus.seed', 0, 2 ** 32 - 1);
  } else if (kind === 'text') {
    hash(corpus.sha256, 'corpus.sha256');
    whole(corpus.bytes, 'corpus.bytes', 0, MAX_CORPUS_BYTES);
  } else {
    if (!/^https?:\/\//.test(text(corpus.url, 'corpus.url'))) {
      throw wrong('corpus.url', 'has to begin with https:// (or http://)');
    }
    if (corpus.sha256 !== undefined) hash(corpus.sha256, 'corpus.sha256');
  }
}

function checkTokenizer(tokenizer: Fields): void {
  const kind = oneOf(tokenizer.kind, 'tokenizer.kind', ['bytes', 'characters', 'bpe']);
  if (kind === 'bpe') whole(tokenizer.vocab, 'tokenizer.vocab', MIN_BPE_VOCAB, MAX_BPE_VOCAB);
}

type Fields = Readonly<Record<string, unknown>>;

const wrong = (field: string, fault: string): TaskError =>
  new TaskError('spec', `The task's ${field} ${fault}.`);

function record(value: unknown, field: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new TaskError('spec', `The ${field} is missing, or is not an object with named fields.`);
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(field, 'has to be a text, and not an empty one');
}

function hash(value: unknown, field: string): void {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return;
  throw wrong(field, 'has to be a SHA-256 hash: 64 hexadecimal digits');
}

function oneOf(value: unknown, field: string, names: readonly string[]): string {
  if (typeof value === 'string' && names.includes(value)) return value;
  throw wrong(field, `is ${JSON.stringify(value)}, and has to be one of: ${names.join(', ')}`);
}

function whole(value: unknown, field: string, least: number, most: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw wrong(
    field,
    `is ${JSON.stringify(value)}, and has to be a whole number from ${least} to ${most}`,
  );
}

function above0(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw wrong(field, `is ${JSON.stringify(value)}, and has to be a number above 0`);
}
