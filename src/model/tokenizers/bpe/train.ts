import { pieces } from './pieces';

/** Token 256 + i stands for the two tokens of merge i. */
export type Merge = readonly [left: number, right: number];

/** A different piece of the text: how often it occurs, and its tokens so far. */
interface Word {
  readonly count: number;
  tokens: number[];
}

/**
 * Byte-pair encoding (Sennrich et al., 2016) over bytes (Radford et al., 2019): again and again the most
 * frequent pair of neighbours becomes a token. Of equally frequent pairs the one with the smallest left,
 * then the smallest right token wins, so that the result depends on nothing but the text.
 *
 * Stops early when no pair occurs twice. `onProgress` hears the number of merges made.
 */
export function trainMerges(
  text: string,
  wanted: number,
  onProgress?: (merges: number) => void,
): Merge[] {
  const words = countWords(text);
  const pairs = new PairIndex(words);
  const merges: Merge[] = [];
  while (merges.length < wanted) {
    const best = pairs.mostFrequent();
    if (best === null) break;
    const token = 256 + merges.length;
    for (const index of pairs.wordsWith(best)) {
      const word = words[index]!;
      pairs.remove(word, index);
      word.tokens = replacePair(word.tokens, best, token);
      pairs.add(word, index);
    }
    merges.push(best);
    if (merges.length % PROGRESS_EVERY === 0) onProgress?.(merges.length);
  }
  return merges;
}

const PROGRESS_EVERY = 16;

function countWords(text: string): Word[] {
  const counts = new Map<string, number>();
  for (const piece of pieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const encoder = new TextEncoder();
  return Array.from(counts, ([piece, count]) => ({ count, tokens: [...encoder.encode(piece)] }));
}

/** `tokens` with each occurrence of the pair, from left to right, replaced by `token`. */
export function replacePair(
  tokens: readonly number[],
  [left, right]: Merge,
  token: number,
): number[] {
  const replaced: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === left && tokens[i + 1] === right) {
      replaced.push(token);
      i++;
    } else {
      replaced.push(tokens[i]!);
    }
  }
  return replaced;
}

/** How often each pair occurs and in which words, kept up to date word by word. */
class PairIndex {
  private readonly counts = new Map<number, number>();
  private readonly words = new Map<number, Set<number>>();

  constructor(words: readonly Word[]) {
    for (const [index, word] of words.entries()) this.add(word, index);
  }

  add({ tokens, count }: Word, index: number): void {
    for (let i = 1; i < tokens.length; i++) {
      const key = pairKey(tokens[i - 1]!, tokens[i]!);
      this.counts.set(key, (this.counts.get(key) ?? 0) + count);
      const holders = this.words.get(key);
      if (holders) holders.add(index);
      else this.words.set(key, new Set([index]));
    }
  }

  remove({ tokens, count }: Word, index: number): void {
    for (let i = 1; i < tokens.length; i++) {
      const key = pairKey(tokens[i - 1]!, tokens[i]!);
      const left = this.counts.get(key)! - count;
      this.words.get(key)!.delete(index);
      if (left > 0) this.counts.set(key, left);
      else {
        this.counts.delete(key);
        this.words.delete(key);
      }
    }
  }

  /** Null when no pair occurs twice. */
  mostFrequent(): Merge | null {
    let bestKey = -1;
    let bestCount = 1;
    for (const [key, count] of this.counts) {
      if (count > bestCount || (count === bestCount && key < bestKey)) {
        bestKey = key;
        bestCount = count;
      }
    }
    return bestKey < 0 ? null : [Math.floor(bestKey / PAIR_BASE), bestKey % PAIR_BASE];
  }

  wordsWith([left, right]: Merge): readonly number[] {
    return [...this.words.get(pairKey(left, right))!];
  }
}

/** Pairs as one number, ordered by left and then right token. Vocabularies stay below the base. */
const PAIR_BASE = 2 ** 20;
const pairKey = (left: number, right: number): number => left * PAIR_BASE + right;
