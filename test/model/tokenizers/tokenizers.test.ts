import { describe, expect, it } from 'vitest';
import { builtinCorpus } from '../../../src/model/tasks/builtin/corpus';
import type { TokenizerSpec } from '../../../src/model/tasks/task';
import { bpeTokenizer } from '../../../src/model/tokenizers/bpe/bpe';
import { pieces } from '../../../src/model/tokenizers/bpe/pieces';
import { type Merge, replacePair, trainMerges } from '../../../src/model/tokenizers/bpe/train';
import { buildTokenizer, separatorOf } from '../../../src/model/tokenizers/build';
import { MAX_ALPHABET } from '../../../src/model/tokenizers/characters';

const TEXTS = [
  '',
  'hello',
  'a  b\t\tc \n\n d\r\n\r\n',
  'naïve ☕ — “quotes” 中文字 👩‍👩‍👧 e\u0301',
  "it's 12345 times: {x[0]} == 'y'; // ok?!",
  '\0\u0001\u007f\u00a0\ufeff\u2028end',
  'x'.repeat(1000) + ' '.repeat(100) + '\n'.repeat(50) + '!'.repeat(70) + '\t'.repeat(40),
];
const ALL = TEXTS.join('');
const SPECS: readonly TokenizerSpec[] = [
  { kind: 'bytes' },
  { kind: 'characters' },
  { kind: 'bpe', vocab: 300 },
];
const stories = new TextDecoder().decode(builtinCorpus(20_000, 1).bytes);

describe.each(SPECS)('every tokenizer: %j', (spec) => {
  const tokenizer = buildTokenizer(spec, { train: stories, all: ALL + stories, separated: false });

  it.each(TEXTS)('gives a text back: %j', (text) => {
    const tokens = tokenizer.encode(text);
    expect(tokenizer.decode(tokens)).toBe(text);
    const bytes = tokens.reduce((sum, token) => sum + tokenizer.tokenBytes[token]!, 0);
    expect(bytes).toBe(new TextEncoder().encode(text).length);
    for (const token of tokens) expect(token).toBeLessThan(tokenizer.vocab);
  });

  it('has one size for each token, and a token for the newline that counts one byte', () => {
    expect(tokenizer.tokenBytes).toHaveLength(tokenizer.vocab);
    expect(tokenizer.tokenBytes[separatorOf(tokenizer)]).toBe(1);
  });

  it('does not fail on tokens that are no text', () => {
    expect(tokenizer.decode([tokenizer.vocab - 1, 0, 1])).toBeTypeOf('string');
  });
});

describe('characters', () => {
  const build = (all: string, separated = false) =>
    buildTokenizer({ kind: 'characters' }, { train: '', all, separated });

  it('are numbered in order, with the separator last', () => {
    const tokenizer = build('\nemma\nzoe\n', true);
    expect(tokenizer.vocab).toBe(6);
    expect([...tokenizer.encode('\naemoz\n')].slice(1, -1)).toEqual(
      [...'aemoz'].map((c) => ['a', 'e', 'm', 'o', 'z'].indexOf(c)),
    );
    expect(separatorOf(tokenizer)).toBe(5);
    expect(tokenizer.decode([5, 2, 5])).toBe('\nm\n');
  });

  it('outside the alphabet are refused, by name', () => {
    expect(() => build('abc').encode('abé')).toThrow('"é" (U+00E9) is not in this task');
  });

  it('are refused when there are too many kinds', () => {
    const all = String.fromCodePoint(
      ...Array.from({ length: MAX_ALPHABET + 1 }, (_, i) => 0x4e00 + i),
    );
    expect(() => build(all)).toThrow("Choose the tokenizer 'bytes' or 'bpe'");
  });
});

describe('byte-pair encoding', () => {
  it('cuts no character and loses none', () => {
    for (const text of [...TEXTS, stories]) expect(pieces(text).join('')).toBe(text);
    expect(pieces('Hi there,  you!\n\n12345 ok')).toEqual([
      ...['Hi', ' there', ',', ' ', ' you', '!', '\n\n', '123', '45', ' ok'],
    ]);
  });

  it.each([stories.slice(0, 6000), ALL, 'aaaaa aaa aa a bbbb', 'ab'.repeat(30)])(
    'learns the merges of a plain count after each merge',
    (text) => {
      expect(trainMerges(text, 60)).toEqual(plainMerges(text, 60));
    },
  );

  it('encodes as replaying all merges one after the other does', () => {
    const merges = trainMerges(stories, 150);
    const tokenizer = bpeTokenizer(406, merges);
    for (const text of [stories.slice(5000, 9000), ALL]) {
      const replayed = pieces(text).flatMap((piece) =>
        merges.reduce<readonly number[]>(
          (tokens, merge, i) => replacePair(tokens, merge, 256 + i),
          [...new TextEncoder().encode(piece)],
        ),
      );
      expect([...tokenizer.encode(text)]).toEqual(replayed);
    }
  });

  it('makes text shorter, and stops where no pair occurs twice', () => {
    const tokenizer = buildTokenizer(
      { kind: 'bpe', vocab: 512 },
      { train: stories, all: stories, separated: false },
    );
    expect(tokenizer.vocab).toBe(512);
    expect(tokenizer.encode(stories).length).toBeLessThan(stories.length / 2.2);
    expect(trainMerges('abcd', 100)).toEqual([]);
  });

  it('says how far it is', () => {
    const heard: number[] = [];
    buildTokenizer(
      { kind: 'bpe', vocab: 320 },
      { train: stories, all: stories, separated: false },
      (fraction) => heard.push(fraction),
    );
    expect(heard).toEqual([0.25, 0.5, 0.75, 1]);
  });
});

/** The definition, word for word: count all pairs in all pieces, merge the most frequent one, repeat. */
function plainMerges(text: string, wanted: number): Merge[] {
  let words: (readonly number[])[] = pieces(text).map((piece) => [
    ...new TextEncoder().encode(piece),
  ]);
  const merges: Merge[] = [];
  while (merges.length < wanted) {
    const counts = new Map<string, { pair: Merge; count: number }>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair = [word[i - 1]!, word[i]!] as const;
        const entry = counts.get(pair.join()) ?? { pair, count: 0 };
        counts.set(pair.join(), { pair, count: entry.count + 1 });
      }
    }
    const [best] = [...counts.values()].sort(
      (a, b) => b.count - a.count || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1],
    );
    if (best === undefined || best.count < 2) break;
    words = words.map((word) => replacePair(word, best.pair, 256 + merges.length));
    merges.push(best.pair);
  }
  return merges;
}
