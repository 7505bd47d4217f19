import type { CorpusBytes } from './split';

const NEWLINE = 0x0a;

/**
 * The entropy of a generated text in bits per byte, -log2 p(text) / bytes: what a model that knew the
 * generator would score. The standard error is that of a ratio of sums over documents (lines), which the
 * generator draws independently: how far another text of this size would come out.
 */
export function entropyOf({ bytes, bits }: CorpusBytes): {
  entropyBpb?: number;
  entropyStandardError?: number;
} {
  if (bits === undefined || bytes.length === 0) return {};
  const entropyBpb = bits.reduce((sum, b) => sum + b, 0) / bytes.length;
  let documents = 0;
  let squares = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    let surplus = 0;
    for (let i = start; i < end; i++) surplus += bits[i]! - entropyBpb;
    squares += surplus * surplus;
    documents++;
    start = end;
  }
  if (documents < 2) return { entropyBpb };
  const spread = Math.sqrt((squares * documents) / (documents - 1));
  return { entropyBpb, entropyStandardError: spread / bytes.length };
}
