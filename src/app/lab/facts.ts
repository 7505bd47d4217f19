import type { LoadedTask, TokenSplit } from '../../model/tasks/task';
import { evaluationOf } from '../../model/tasks/windows';

/** What the page needs to know of a loaded task; the task itself stays in the worker. */
export interface TaskFacts {
  /** The task's content hash. */
  readonly id: string;
  readonly vocab: number;
  readonly context: number;
  /** Bytes of text in each split. */
  readonly bytes: { readonly train: number; readonly validation: number; readonly test: number };
  /** Mean bytes of text that a training token stands for. */
  readonly bytesPerToken: number;
  /** Bits per byte of a model that gives every token of the vocabulary the same chance. */
  readonly randomBpb: number;
  /** The entropy of the corpus: no model can score below it. Null where nobody knows it. */
  readonly entropyBpb: number | null;
  /** The entropy of just the text that each split is scored on; missing where nobody knows it. */
  readonly floors?: { readonly validation: number; readonly test: number };
  /** How the training text begins, to look at before the model writes its own. */
  readonly excerpt: string;
}

const EXCERPT_TOKENS = 200;

export function factsOf(task: LoadedTask): TaskFacts {
  const { train, validation, test } = task;
  const decoded = task.tokenizer.decode(train.tokens.subarray(0, EXCERPT_TOKENS));
  return {
    id: task.id,
    vocab: task.vocab,
    context: task.spec.context,
    bytes: { train: train.bytes, validation: validation.bytes, test: test.bytes },
    bytesPerToken: bytesPerToken(train),
    randomBpb: Math.log2(task.vocab) / bytesPerToken(validation),
    entropyBpb: task.entropyBpb ?? null,
    ...floorsOf(task),
    excerpt: decoded,
  };
}

function floorsOf(task: LoadedTask): Pick<TaskFacts, 'floors'> {
  const validation = evaluationOf(task, 'validation', 1).entropyBpb;
  const test = evaluationOf(task, 'test', 1).entropyBpb;
  return validation === undefined || test === undefined ? {} : { floors: { validation, test } };
}

function bytesPerToken(split: TokenSplit): number {
  return split.bytes / Math.max(1, split.tokens.length);
}

/** Mean nats per token as bits per byte of text: nats / ln 2 / bytes per token. */
export function bitsPerByte(natsPerToken: number, facts: TaskFacts): number {
  return natsPerToken / Math.LN2 / facts.bytesPerToken;
}
