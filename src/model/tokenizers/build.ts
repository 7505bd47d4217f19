import type { Tokenizer, TokenizerSpec } from '../tasks/task';
import { trainBpe } from './bpe/bpe';
import { byteTokenizer } from './bytes';
import { characterTokenizer } from './characters';

/** What a tokenizer may look at. */
export interface TokenizerTexts {
  /** The training split: what `bpe` learns from. */
  readonly train: string;
  /** All splits: whence the alphabet of `characters` (its docstring says why that is no leak). */
  readonly all: string;
  /** Whether newlines only ever separate documents. */
  readonly separated: boolean;
}

/** The tokenizer that a task asks for. `onProgress` hears a fraction from 0 to 1 while `bpe` learns. */
export function buildTokenizer(
  spec: TokenizerSpec,
  texts: TokenizerTexts,
  onProgress?: (fraction: number) => void,
): Tokenizer {
  switch (spec.kind) {
    case 'bytes':
      return byteTokenizer();
    case 'characters':
      return characterTokenizer(texts.all, texts.separated);
    case 'bpe':
      return trainBpe(texts.train, spec.vocab, onProgress);
  }
}

/** The token that separates documents: the one of the newline, which no document contains. */
export function separatorOf(tokenizer: Tokenizer): number {
  return tokenizer.encode('\n')[0]!;
}
