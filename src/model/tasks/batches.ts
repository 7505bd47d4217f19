import { bitsToUniform, hashName, threefry2x32 } from '../../kernels/random/threefry';
import { permuted } from './permutation';
import type { LoadedTask } from './task';

/** Sequences side by side: `tokens` and `targets` are [size, context], row by row. */
export interface Batch {
  readonly size: number;
  readonly context: number;
  readonly tokens: Int32Array;
  /** The next token at each position, or -1 where nothing is to be predicted. */
  readonly targets: Int32Array;
}

export function newBatch(size: number, context: number): Batch {
  const tokens = new Int32Array(size * context);
  return { size, context, tokens, targets: new Int32Array(size * context) };
}

/**
 * Fills `into` with the training examples `first`, `first + 1`, ... of the trial with this seed.
 *
 * Example k is a function of the task, the seed and k alone: not of the batch size, and of the context
 * only in its length. So two programs on one seed see the same examples in the same order. Windows begin
 * anywhere in the text. Documents come in a new order each epoch, none twice before all came once; one
 * that is longer than the context gives one of its consecutive pieces.
 *
 * Returns how many tokens there are to predict.
 */
export function batchAt(task: LoadedTask, seed: number, first: number, into: Batch): number {
  let predicted = 0;
  for (let row = 0; row < into.size; row++) {
    predicted += task.train.documents
      ? documentExample(task, task.train.documents, seed, first + row, into, row)
      : windowExample(task, seed, first + row, into, row);
  }
  return predicted;
}

function windowExample(task: LoadedTask, seed: number, k: number, into: Batch, row: number) {
  const { tokens } = task.train;
  // The task's context and not the batch's: a phase of shorter contexts begins at the same places.
  const places = tokens.length - Math.max(task.spec.context, into.context);
  if (places < 1) throw shorterThan(into.context);
  const start = Math.floor(uniform(seed, WINDOWS, k) * places);
  return fillRow(into, row, tokens, start, start + into.context);
}

function documentExample(
  { train: { tokens }, separator }: LoadedTask,
  documents: Int32Array,
  seed: number,
  k: number,
  into: Batch,
  row: number,
): number {
  const epoch = Math.floor(k / documents.length);
  const which = permuted(k % documents.length, documents.length, seed, EPOCHS + epoch);
  const start = documents[which]!;
  const end = documents[which + 1] ?? tokens.length - 1;
  const pieces = Math.ceil((end - start) / into.context);
  const piece = pieces === 1 ? 0 : Math.floor(uniform(seed, PIECES, k) * pieces);
  const from = start + piece * into.context;
  return fillRow(into, row, tokens, from, Math.min(end, from + into.context), separator);
}

/**
 * Row `row` reads tokens[from..to) and is to predict tokens[from + 1..to]; past that it is padded with a
 * token that nothing is predicted from. Returns the number of predictions.
 */
export function fillRow(
  { tokens, targets, context }: Batch,
  row: number,
  source: Int32Array,
  from: number,
  to: number,
  padding = 0,
): number {
  const base = row * context;
  const length = to - from;
  for (let i = 0; i < length; i++) {
    tokens[base + i] = source[from + i]!;
    targets[base + i] = source[from + i + 1]!;
  }
  tokens.fill(padding, base + length, base + context);
  targets.fill(-1, base + length, base + context);
  return length;
}

/** Streams of one seed's random numbers; each epoch's order has a key of its own. */
const WINDOWS = hashName('windows');
const PIECES = hashName('pieces');
const EPOCHS = hashName('epochs');

/** A number in [0, 1) with 48 random bits: fine enough for a corpus of any size. */
function uniform(seed: number, stream: number, k: number): number {
  const [high, low] = threefry2x32(seed, stream, k >>> 0, Math.floor(k / 2 ** 32));
  return bitsToUniform(high) + bitsToUniform(low) * 2 ** -24;
}

const shorterThan = (context: number): RangeError =>
  new RangeError(`The training split is shorter than a context of ${context} tokens.`);
