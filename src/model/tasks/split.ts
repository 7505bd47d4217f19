import { hashName } from '../../kernels/random/threefry';
import { permuted } from './permutation';
import type { TaskSpec } from './task';

/** A corpus as bytes of UTF-8; `bits` is -log2 p of each byte, where the corpus was generated. */
export interface CorpusBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly bits?: Float64Array;
}

export interface CorpusSplits {
  readonly train: CorpusBytes;
  readonly validation: CorpusBytes;
  readonly test: CorpusBytes;
}

/**
 * Cuts a corpus into train | validation | test, in this order, by shares of its bytes and never inside a
 * line. Together the parts are the whole corpus, each byte once, except that for tasks of documents
 * blank lines are left out, lines end in one newline each, and the lines are shuffled first.
 */
export function splitCorpus(
  corpus: CorpusBytes,
  { examples, split }: Pick<TaskSpec, 'examples' | 'split'>,
): CorpusSplits {
  const text = examples === 'documents' ? shuffledLines(corpus) : corpus;
  const size = text.bytes.length;
  const furthest = examples === 'documents' ? size : size * FURTHEST_CUT;
  const cutAt = (share: number) => cutNear(text.bytes, Math.round(size * share), furthest);
  const testStart = cutAt(1 - split.test);
  const validationStart = cutAt(1 - split.test - split.validation);
  const part = (from: number, to: number): CorpusBytes => ({
    bytes: text.bytes.slice(from, to),
    ...(text.bits && { bits: text.bits.slice(from, to) }),
  });
  return {
    train: part(0, validationStart),
    validation: part(validationStart, testStart),
    test: part(testStart, size),
  };
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The first line start at or after `wanted`; where lines are very long, the first character's instead. */
function cutNear(bytes: Uint8Array, wanted: number, furthest: number): number {
  if (wanted <= 0 || wanted >= bytes.length) return Math.min(Math.max(wanted, 0), bytes.length);
  const newline = bytes.indexOf(NEWLINE, wanted - 1);
  const lineStart = newline < 0 ? bytes.length : newline + 1;
  if (lineStart - wanted <= furthest) return lineStart;
  let cut = wanted;
  while (cut < bytes.length && (bytes[cut]! & 0xc0) === 0x80) cut++;
  return cut;
}

/** How far, as a share of a long text, a cut may move to reach a line's end. Documents are never cut. */
const FURTHEST_CUT = 0.02;

/** The lines that hold something, each with one newline, in an order fixed for ever. */
function shuffledLines({ bytes, bits }: CorpusBytes): CorpusBytes {
  const { starts, ends } = findLines(bytes);
  const count = starts.length;
  const size = ends.reduce((sum, end, i) => sum + end - starts[i]! + 1, 0);
  const shuffled = new Uint8Array(size);
  const shuffledBits = bits && new Float64Array(size);
  const key = hashName('documents');
  let at = 0;
  for (let i = 0; i < count; i++) {
    const line = permuted(i, count, key, 0);
    const start = starts[line]!;
    const end = ends[line]!;
    shuffled.set(bytes.subarray(start, end), at);
    // The newline's own bits are those of the line's ending in the corpus, however it is written there.
    shuffledBits?.set(bits!.subarray(start, Math.min(end + 1, bits!.length)), at);
    at += end - start;
    shuffled[at++] = NEWLINE;
  }
  return { bytes: shuffled, ...(shuffledBits && { bits: shuffledBits }) };
}

/** Where each line that holds more than blanks begins and ends, its newline (LF or CR LF) left out. */
function findLines(bytes: Uint8Array): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const next = newline < 0 ? bytes.length : newline + 1;
    let end = newline < 0 ? bytes.length : newline;
    if (end > start && bytes[end - 1] === RETURN) end--;
    if (bytes.subarray(start, end).some((byte) => byte > 0x20)) {
      starts.push(start);
      ends.push(end);
    }
    start = next;
  }
  return { starts, ends };
}
