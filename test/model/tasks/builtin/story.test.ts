import { describe, expect, it } from 'vitest';
import { builtinCorpus, builtinStory } from '../../../../src/model/tasks/builtin/corpus';
import { derive } from '../../../../src/model/tasks/builtin/derive';
import { assertVisible, type Rule } from '../../../../src/model/tasks/builtin/grammar';
import { readingsOf } from '../../../../src/model/tasks/builtin/readings';
import { NEW_STORY, story } from '../../../../src/model/tasks/builtin/story/story';
import { entropyOf } from '../../../../src/model/tasks/entropy';
import { sha256 } from '../../../../src/model/tasks/hash';

const sum = (numbers: Iterable<number>) => [...numbers].reduce((so, n) => so + n, 0);
const TIMES = '(Then|Soon|Later|After lunch|One day|The next day)';
const NUMBERS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');

describe('the stories', () => {
  it('have one derivation each, at the cost that the generator states', () => {
    for (let n = 0; n < 150; n++) {
      const { text, bits } = builtinStory(7, n);
      const readings = readingsOf(story, NEW_STORY, text);
      expect(readings.count).toBe(1);
      expect(sum(bits)).toBeCloseTo(readings.bits, 8);
      expect(bits).toHaveLength(text.length);
    }
  });

  it('never leave a choice in doubt: no alternative begins another', () => {
    const checked =
      <S>(rule: Rule<S>): Rule<S> =>
      (state) => {
        const ways = rule(state);
        assertVisible(ways);
        return ways.map((way) => ({
          ...way,
          ...(way.next && {
            next: way.next.map((part) => (typeof part === 'string' ? part : checked(part))),
          }),
        }));
      };
    let state = 1;
    // Any source of choices will do, as long as it visits rare ones too.
    const uniform = () => {
      state = Math.imul(state, 48271) >>> 0;
      return state / 2 ** 32;
    };
    for (let n = 0; n < 200; n++) {
      expect(derive(checked(story), NEW_STORY, uniform).text).toMatch(/^[ -~]+\n$/);
    }
  });

  it('keep count: what someone has is what they had, found, lost, were given and gave', () => {
    let sums = 0;
    for (let n = 0; n < 400; n++) sums += checkSums(builtinStory(3, n).text);
    expect(sums).toBeGreaterThan(150);
  });
});

/** Follows the things of a story by its sentences alone; returns how many sums were stated and right. */
function checkSums(text: string): number {
  const has = new Map<string, number>(); // `Lily: red ball` -> count
  const count = (word: string) => (word === 'a' ? 1 : NUMBERS.indexOf(word));
  const kind = (colour: string, noun: string) => `${colour} ${noun.replace(/s$/, '')}`;
  const change = (who: string, what: string, by: number) =>
    has.set(`${who}: ${what}`, (has.get(`${who}: ${what}`) ?? 0) + by);
  const names = [...text.matchAll(/(?:named|called) ([A-Z]\w+)/g)].map((match) => match[1]!);
  let subject = names[0]!;
  let wish: { from: string; to: string; what: string; by: number } | undefined;
  let sums = 0;
  for (const sentence of text.split(/(?<=[.?!]"?) /)) {
    subject = names.find((name) => new RegExp(`^(${TIMES} )?${name} `).test(sentence)) ?? subject;
    const other = names.find((name) => name !== subject) ?? '';
    const own = sentence.match(/^She had (\w+) (\w+) (\w+)|^He had (\w+) (\w+) (\w+)/);
    if (own) {
      const [number, colour, noun] = own.slice(1).filter(Boolean) as [string, string, string];
      change(subject, kind(colour, noun), count(number));
    }
    const found = sentence.match(/ found (\w+) (?:more )?(\w+) (\w+) /);
    if (found) change(subject, kind(found[2]!, found[3]!), count(found[1]!));
    const lost = sentence.match(/ lost (\w+) (\w+) (\w+) /);
    if (lost) change(subject, kind(lost[2]!, lost[3]!), -count(lost[1]!));
    const gave = sentence.match(/ gave (\w+) (\w+) (\w+) to (\w+)/);
    if (gave) {
      change(subject, kind(gave[2]!, gave[3]!), -count(gave[1]!));
      change(gave[4]!, kind(gave[2]!, gave[3]!), count(gave[1]!));
    }
    const asked = sentence.match(/asked, "May I have (\w+) (\w+) (\w+)\?"/);
    if (asked) {
      const what = kind(asked[2]!, asked[3]!);
      wish = { from: other, to: subject, what, by: count(asked[1]!) };
    } else if (wish && sentence === `"Yes," said ${wish.from}.`) {
      change(wish.from, wish.what, -wish.by);
      change(wish.to, wish.what, wish.by);
      wish = undefined;
    }
    if (!sentence.startsWith('Now ')) continue;
    for (const [, name, list] of sentence.matchAll(/([A-Z]\w+) had ((?:(?! and [A-Z])[^.])+)/g)) {
      const stated = (list === 'nothing' ? [] : list!.split(' and ')).map((item) => {
        const [number, colour, noun] = item.split(' ') as [string, string, string];
        return `${name}: ${kind(colour, noun)} ${count(number)}`;
      });
      const followed = [...has].filter(([key, number]) => key.startsWith(`${name}:`) && number > 0);
      expect(stated.sort(), text).toEqual(followed.map(([key, n]) => `${key} ${n}`).sort());
      sums++;
    }
  }
  return sums;
}

describe('the built-in corpus', () => {
  const corpus = builtinCorpus(100_000, 1);
  const text = new TextDecoder().decode(corpus.bytes);

  it('is whole stories, one a line, as many as it takes', () => {
    expect(corpus.bytes.length).toBeGreaterThanOrEqual(100_000);
    expect(corpus.bytes.length).toBeLessThan(103_000);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.split('\n')[3]).toBe(builtinStory(1, 3).text.trimEnd());
    expect(corpus.bits).toHaveLength(corpus.bytes.length);
  });

  it('is the same on every machine', async () => {
    expect(await sha256(corpus.bytes)).toBe(
      '19fdf00941c5a7ecf818295856fd483c8449dad528cd22a32048ea739dbc876e',
    );
    expect(text.startsWith(new TextDecoder().decode(builtinCorpus(20_000, 1).bytes))).toBe(true);
    expect(new TextDecoder().decode(builtinCorpus(2000, 2).bytes)).not.toBe(text.slice(0, 2000));
  });

  it('has an entropy with room below what counting letters gives, and a small error', () => {
    const { entropyBpb, entropyStandardError } = entropyOf(corpus);
    const counts = new Map<number, number>();
    for (const byte of corpus.bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    const unigram = sum(
      [...counts.values()].map((n) => (-n / text.length) * Math.log2(n / text.length)),
    );
    expect(entropyBpb).toBeGreaterThan(0.4);
    expect(entropyBpb).toBeLessThan(0.6);
    expect(unigram).toBeGreaterThan(4);
    expect(entropyStandardError).toBeLessThan(0.01);
  });

  it('states a standard error that other seeds bear out', () => {
    const entropies = Array.from({ length: 16 }, (_, i) =>
      entropyOf(builtinCorpus(15_000, 50 + i)),
    );
    const values = entropies.map(({ entropyBpb }) => entropyBpb!);
    const mean = sum(values) / values.length;
    const spread = Math.sqrt(sum(values.map((v) => (v - mean) ** 2)) / (values.length - 1));
    const stated = sum(entropies.map(({ entropyStandardError }) => entropyStandardError!)) / 16;
    expect(spread / stated).toBeGreaterThan(0.6);
    expect(spread / stated).toBeLessThan(1.6);
  });
});
