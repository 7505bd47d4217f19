import { describe, expect, it } from 'vitest';
import { bitsToUniform, threefry2x32 } from '../../../../src/kernels/random/threefry';
import { derive } from '../../../../src/model/tasks/builtin/derive';
import { assertVisible, type Rule } from '../../../../src/model/tasks/builtin/grammar';
import { readingsOf } from '../../../../src/model/tasks/builtin/readings';

/** Two bags are filled with up to three stones in all, and at the end one recalls what is in them. */
interface Bags {
  readonly red: number;
  readonly blue: number;
}
const EMPTY: Bags = { red: 0, blue: 0 };

const fill: Rule<Bags> = ({ red, blue }) => [
  { weight: red + blue < 3 ? 1 : 0, text: 'red,', set: (s) => ({ red: s.red + 1 }), next: [fill] },
  {
    weight: red + blue < 3 ? 2 : 0,
    text: 'reel,',
    set: (s) => ({ blue: s.blue + 1 }),
    next: [fill],
  },
  { weight: 1, text: 'end ', next: [recall, '.'] },
];
const recall: Rule<Bags> = ({ red, blue }) => [
  { weight: red > 0 ? 3 : 0, text: `${red}r` },
  { weight: 1, text: `${blue}b` },
];

/**
 * Every text of that language with its probability, counted without the engine: by how many stones of
 * which kind came in which order, and then by what was recalled.
 */
function allTexts(): Map<string, number> {
  const texts = new Map<string, number>();
  const visit = (stones: readonly ('red' | 'blue')[], p: number) => {
    const red = stones.filter((stone) => stone === 'red').length;
    const blue = stones.length - red;
    const written = stones.map((stone) => (stone === 'red' ? 'red,' : 'reel,')).join('');
    const stop = stones.length === 3 ? p : p / 4;
    texts.set(`${written}end ${blue}b.`, red > 0 ? stop / 4 : stop);
    if (red > 0) texts.set(`${written}end ${red}r.`, (stop * 3) / 4);
    if (stones.length === 3) return;
    visit([...stones, 'red'], p / 4);
    visit([...stones, 'blue'], p / 2);
  };
  visit([], 1);
  return texts;
}

function uniforms(seed: number): () => number {
  let drawn = 0;
  return () => bitsToUniform(threefry2x32(seed, 0, drawn++, 0)[0]);
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((so, n) => so + n, 0);

describe('the entropy of a small grammar', () => {
  const texts = allTexts();
  const entropy = sum([...texts.values()].map((p) => -p * Math.log2(p)));
  const draws = Array.from({ length: 20_000 }, (_, n) => derive(fill, EMPTY, uniforms(n)));
  const costs = draws.map(({ bits }) => sum(bits));

  it('has 15 orders of stones, and all its texts together are certain', () => {
    expect(texts.size).toBe(15 + 11); // in 11 orders there is a red stone to recall
    expect(sum(texts.values())).toBeCloseTo(1, 14);
  });

  it('is stated text by text by the generator and by the reader, as counted', () => {
    for (const [text, p] of texts) {
      const { bits, count } = readingsOf(fill, EMPTY, text);
      expect(count).toBe(1);
      expect(bits).toBeCloseTo(-Math.log2(p), 12);
    }
    const errors = draws.map(({ text }, i) => Math.abs(costs[i]! + Math.log2(texts.get(text)!)));
    expect(Math.max(...errors)).toBeLessThan(1e-12);
  });

  it('is the mean cost of what the generator draws, within its sampling error', () => {
    const mean = sum(costs) / costs.length;
    const variance = sum(costs.map((cost) => (cost - mean) ** 2)) / (costs.length - 1);
    const error = Math.sqrt(variance / costs.length);
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(mean - entropy)).toBeLessThan(4 * error);
  });

  it('is met by how often each text is drawn', () => {
    const seen = new Map<string, number>();
    for (const { text } of draws) seen.set(text, (seen.get(text) ?? 0) + 1);
    const chiSquare = sum(
      [...texts].map(([text, p]) => {
        const expected = p * draws.length;
        return ((seen.get(text) ?? 0) - expected) ** 2 / expected;
      }),
    );
    expect(chiSquare).toBeLessThan(60); // 25 degrees of freedom: 1 in 10,000 above
  });

  it('lies where the text is still open, character by character', () => {
    const { bits } = derive(fill, EMPTY, () => 0.2); // red, three times; then recalled
    const [r, e, d, ...rest] = bits;
    expect(r).toBeCloseTo(Math.log2(4 / 3), 12); // not `end`
    expect(e).toBe(0);
    expect(d).toBeCloseTo(Math.log2(3), 12); // `red`, not `reel`
    expect(rest[0]).toBe(0);
  });
});

describe('what a grammar must not do', () => {
  const ambiguous: Rule<object> = () => [
    { weight: 1, text: 'a', next: [() => [{ weight: 1, text: 'b' }]] },
    { weight: 1, text: 'ab' },
  ];

  it('is found out: one text with two derivations', () => {
    expect(readingsOf(ambiguous, {}, 'ab')).toEqual({ count: 2, bits: 0, understood: 2 });
    expect(() => assertVisible(ambiguous({}))).toThrow('"a" begins "ab"');
  });

  it('is found out: two alternatives with one text, and none at all', () => {
    const twice = [
      { weight: 1, text: 'x' },
      { weight: 1, text: 'x' },
    ];
    expect(() => assertVisible(twice)).toThrow('"x" begins "x"');
    expect(() => assertVisible([{ weight: 0, text: 'x' }])).toThrow('no way to go on');
  });

  it('is no reading of a text that is not of the language', () => {
    expect(readingsOf(fill, EMPTY, 'red,end 1b.')).toMatchObject({ count: 0, bits: Infinity });
    expect(readingsOf(fill, EMPTY, 'red,end 1r')).toMatchObject({ count: 0, understood: 10 });
    expect(readingsOf(fill, EMPTY, 'end 0b. ')).toMatchObject({ count: 0 });
  });
});
