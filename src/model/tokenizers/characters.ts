import { TaskError } from '../tasks/errors';
import type { Tokenizer } from '../tasks/task';

/** More symbols than this make the embedding most of a small model. */
export const MAX_ALPHABET = 4096;

/**
 * One token for each character (Unicode code point), numbered in code point order. For documents the
 * separator comes last, as in microgpt: a..z are 0..25 and the separator is 26; it stands for the newline.
 *
 * The alphabet is that of the whole corpus, validation and test included. It says which symbols exist, the
 * same to every program, and nothing of where they stand; every distribution over it still has to pay
 * for each character in full. An `unknown` token instead would leak more: predicting it would earn the
 * bytes of a character without saying which.
 */
export function characterTokenizer(corpus: string, separated: boolean): Tokenizer {
  const codePoints = new Set<number>();
  for (const character of corpus) codePoints.add(character.codePointAt(0)!);
  if (separated) codePoints.delete(NEWLINE_CODE_POINT);
  const alphabet = [...codePoints].sort((a, b) => a - b).map((code) => String.fromCodePoint(code));
  if (separated) alphabet.push('\n');
  if (alphabet.length > MAX_ALPHABET) {
    throw new TaskError(
      'tokenizer',
      `The text has ${alphabet.length} different characters, over the ${MAX_ALPHABET} that a vocabulary of ` +
        "characters may have. Choose the tokenizer 'bytes' or 'bpe' for it.",
    );
  }
  const tokenOf = new Map(alphabet.map((character, token) => [character, token]));
  const encoder = new TextEncoder();
  return {
    spec: { kind: 'characters' },
    vocab: alphabet.length,
    tokenBytes: Int32Array.from(alphabet, (character) => encoder.encode(character).length),
    encode(text) {
      const tokens = new Int32Array(text.length);
      let count = 0;
      for (const character of text) {
        tokens[count++] = tokenOf.get(character) ?? unknown(character);
      }
      return tokens.slice(0, count);
    },
    decode: (tokens) => Array.from(tokens, (token) => alphabet[token] ?? '\ufffd').join(''),
  };
}

const NEWLINE_CODE_POINT = 10;

function unknown(character: string): never {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  throw new TaskError(
    'tokenizer',
    `The character ${JSON.stringify(character)} (U+${code}) is not in this task's alphabet. ` +
      'Leave it out, or choose a task whose tokenizer is bytes or bpe.',
  );
}
