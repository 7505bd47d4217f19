import { type Batch, fillRow, newBatch } from './batches';
import type { LoadedTask, TokenSplit } from './task';

/** What a split is scored on: the same windows for every program, in batches of one size. */
export interface Evaluation {
  /** Each [size, context]; rows left over in the last predict nothing. */
  readonly batches: readonly Batch[];
  readonly windows: number;
  /** Tokens predicted, and the UTF-8 bytes of text that they stand for. */
  readonly tokens: number;
  readonly bytes: number;
  /** The entropy of just these bytes given all text before them, where the generator is known. */
  readonly entropyBpb?: number;
}

/** The part of a split's tokens that one window reads: [from, to); it predicts [from + 1, to]. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * The windows of the validation split, or at a study's end of the test split. They do not overlap, and
 * where there are more than `evaluationWindows` the chosen ones lie evenly over the split. Of documents,
 * whole ones are chosen, and one that is longer than the context is cut into consecutive windows; what a
 * window cannot see for the cut is part of the task.
 */
export function evaluationOf(
  task: LoadedTask,
  part: 'validation' | 'test',
  batchSize: number,
): Evaluation {
  const split = task[part];
  const { context, evaluationWindows } = task.spec;
  const windows = split.documents
    ? documentWindows(split, split.documents, context, evaluationWindows)
    : textWindows(split, context, evaluationWindows);
  const batches = Array.from({ length: Math.ceil(windows.length / batchSize) }, (_, index) => {
    const batch = newBatch(batchSize, context);
    for (let row = 0; row < batchSize; row++) {
      const { from, to } = windows[index * batchSize + row] ?? { from: 0, to: 0 };
      fillRow(batch, row, split.tokens, from, to, task.separator);
    }
    return batch;
  });
  return { batches, windows: windows.length, ...account(task, split, windows) };
}

/** Validation bits per byte: summed nats of the predicted tokens over the bytes they stand for. */
export function bitsPerByte(nats: number, bytes: number): number {
  return nats / (Math.LN2 * bytes);
}

function textWindows({ tokens }: TokenSplit, context: number, most: number): Window[] {
  const predictable = tokens.length - 1;
  const all = Math.ceil(predictable / context);
  return spread(all, Math.min(all, most)).map((index) => ({
    from: index * context,
    to: Math.min(predictable, (index + 1) * context),
  }));
}

function documentWindows(
  { tokens }: TokenSplit,
  documents: Int32Array,
  context: number,
  most: number,
): Window[] {
  const windowsOf = (which: number): Window[] => {
    const start = documents[which]!;
    const end = documents[which + 1] ?? tokens.length - 1;
    return Array.from({ length: Math.ceil((end - start) / context) }, (_, piece) => ({
      from: start + piece * context,
      to: Math.min(end, start + (piece + 1) * context),
    }));
  };
  for (let chosen = Math.min(documents.length, most); ; chosen--) {
    const windows = spread(documents.length, chosen).flatMap(windowsOf);
    // Should one document alone have more windows, its beginning must do.
    if (windows.length <= most || chosen <= 1) return windows.slice(0, most);
  }
}

/** `count` of the numbers 0..all-1, evenly spaced. */
function spread(all: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * all) / count));
}

function account({ tokenizer }: LoadedTask, split: TokenSplit, windows: readonly Window[]) {
  let tokens = 0;
  let bytes = 0;
  let bits = 0;
  for (const { from, to } of windows) {
    tokens += to - from;
    for (let i = from + 1; i <= to; i++) {
      bytes += tokenizer.tokenBytes[split.tokens[i]!]!;
      bits += split.bits?.[i] ?? 0;
    }
  }
  return { tokens, bytes, ...(split.bits && { entropyBpb: bits / bytes }) };
}
