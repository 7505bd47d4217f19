import type { Tokenizer } from '../../tasks/task';
import { pieces } from './pieces';
import { type Merge, replacePair, trainMerges } from './train';

/** What `vocab` may be. Each byte has a token; a pair of tokens must fit a number exactly. */
export const MIN_BPE_VOCAB = 256;
export const MAX_BPE_VOCAB = 65_536;

/**
 * A byte-pair encoding of `vocab` tokens learned from `text`: the 256 bytes, then the merges. A short text
 * may not hold that many pairs; then the vocabulary is smaller. The separator of documents is the newline.
 */
export function trainBpe(
  text: string,
  vocab: number,
  onProgress?: (fraction: number) => void,
): Tokenizer {
  const wanted = vocab - MIN_BPE_VOCAB;
  const merges = trainMerges(text, wanted, (made) => onProgress?.(made / wanted));
  return bpeTokenizer(vocab, merges);
}

/** The tokenizer of given merges, in the order in which they were learned. */
export function bpeTokenizer(vocab: number, merges: readonly Merge[]): Tokenizer {
  const bytesOf: Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const rankOf = new Map<number, number>();
  for (const [rank, [left, right]] of merges.entries()) {
    rankOf.set(left * MAX_BPE_VOCAB + right, rank);
    bytesOf.push(Uint8Array.from([...bytesOf[left]!, ...bytesOf[right]!]));
  }
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const known = new Map<string, readonly number[]>();

  /** The merges of a piece are made in the order in which they were learned. */
  const encodePiece = (piece: string): readonly number[] => {
    let tokens: number[] = [...encoder.encode(piece)];
    for (;;) {
      let first = Number.POSITIVE_INFINITY;
      for (let i = 1; i < tokens.length; i++) {
        const rank = rankOf.get(tokens[i - 1]! * MAX_BPE_VOCAB + tokens[i]!);
        if (rank !== undefined && rank < first) first = rank;
      }
      if (first === Number.POSITIVE_INFINITY) return tokens;
      tokens = replacePair(tokens, merges[first]!, 256 + first);
    }
  };

  return {
    spec: { kind: 'bpe', vocab },
    vocab: bytesOf.length,
    tokenBytes: Int32Array.from(bytesOf, (bytes) => bytes.length),
    encode(text) {
      const tokens = new Int32Array(encoder.encode(text).length);
      let count = 0;
      for (const piece of pieces(text)) {
        let encoded = known.get(piece);
        if (encoded === undefined) {
          encoded = encodePiece(piece);
          if (known.size < MAX_KNOWN_PIECES) known.set(piece, encoded);
        }
        for (const token of encoded) tokens[count++] = token;
      }
      return tokens.slice(0, count);
    },
    decode(tokens) {
      const parts = Array.from(tokens, (token) => bytesOf[token] ?? REPLACEMENT);
      const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return decoder.decode(bytes);
    },
  };
}

const MAX_KNOWN_PIECES = 200_000;
const REPLACEMENT = Uint8Array.of(0xef, 0xbf, 0xbd);
