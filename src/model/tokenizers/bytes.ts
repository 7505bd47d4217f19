import type { Tokenizer } from '../tasks/task';

/** The token of a newline, in `bytes` and in `bpe`; it also separates documents, which contain none. */
export const NEWLINE = 10;

/** One token for each byte of the UTF-8 text. The separator of documents is the newline itself. */
export function byteTokenizer(): Tokenizer {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    spec: { kind: 'bytes' },
    vocab: 256,
    tokenBytes: new Int32Array(256).fill(1),
    encode: (text) => Int32Array.from(encoder.encode(text)),
    decode: (tokens) => decoder.decode(Uint8Array.from(tokens)),
  };
}
