import { describe, expect, it } from 'vitest';
import { curveEnd, curveOf, curveUnit, referenceLines } from '../../../src/app/lab/curve';
import { bitsPerByte, factsOf } from '../../../src/app/lab/facts';
import type { LoadedTask } from '../../../src/model/tasks/task';
import { FACTS, TASK } from '../fake-lab';

const points = (losses: readonly number[]) =>
  losses.map((loss, i) => ({ step: i + 1, tokens: (i + 1) * 512, seconds: (i + 1) / 10, loss }));
const seconds = { unit: 'seconds', amount: 10 } as const;

describe('units', () => {
  it('turns nats per token into bits per byte', () => {
    // A uniform guess over 512 tokens costs 9 bits; at 3 bytes a token that is 3 bits per byte.
    expect(bitsPerByte(Math.log(512), { ...FACTS, bytesPerToken: 3 })).toBeCloseTo(3, 12);
  });

  it('puts the random guess of the validation text in the same unit as its score', () => {
    const split = (tokens: number, bytes: number) => ({ tokens: new Int32Array(tokens), bytes });
    const task: LoadedTask = {
      spec: TASK,
      id: 'x',
      vocab: 16,
      tokenizer: {
        spec: { kind: 'bytes' },
        vocab: 16,
        encode: () => new Int32Array(),
        decode: (tokens) => 'a'.repeat(tokens.length),
        tokenBytes: new Int32Array(16).fill(1),
      },
      train: split(1000, 2500),
      validation: split(100, 200),
      test: split(100, 200),
      entropyBpb: 0.5,
    };
    const facts = factsOf(task);
    expect(facts.randomBpb).toBe(2);
    expect(facts.bytesPerToken).toBe(2.5);
    expect(facts.entropyBpb).toBe(0.5);
    expect(facts.excerpt).toMatch(/^a+$/);
  });
});

describe('a curve', () => {
  it('stands in the unit of its budget', () => {
    const three = points([3, 2, 1]);
    expect(curveOf(three, FACTS, seconds).x).toEqual([0.1, 0.2, 0.3]);
    expect(curveOf(three, FACTS, { unit: 'steps', amount: 9 }).x).toEqual([1, 2, 3]);
    expect(curveOf(three, FACTS, { unit: 'flops', amount: 9 }).x).toEqual([512, 1024, 1536]);
    expect(curveUnit('flops')).toBe('tokens');
    expect(curveEnd(seconds)).toBe(10);
    expect(curveEnd({ unit: 'flops', amount: 1e9 })).toBeNull();
  });

  it('smooths without bias: a constant stays what it is, from the first point on', () => {
    const { smooth, raw } = curveOf(points(new Array(50).fill(2)), FACTS, seconds);
    for (const value of smooth) expect(value).toBeCloseTo(raw[0]!, 12);
  });

  it('smooths noise: the line moves less than the points', () => {
    const noisy = points(Array.from({ length: 200 }, (_, i) => 2 + (i % 2)));
    const { smooth } = curveOf(noisy, FACTS, seconds);
    const late = smooth.slice(100);
    const mean = bitsPerByte(2.5, FACTS);
    for (const value of late) expect(Math.abs(value - mean)).toBeLessThan(0.15 * mean);
  });

  it('leaves out losses that are no numbers', () => {
    expect(curveOf(points([3, Number.NaN, 1]), FACTS, seconds).raw).toHaveLength(2);
  });
});

describe('reference lines', () => {
  it('names what is known, and draws no floor where nobody knows one', () => {
    expect(referenceLines(FACTS, 1.7).map(({ kind }) => kind)).toEqual([
      'random',
      'best',
      'entropy',
    ]);
    const unknown = referenceLines({ ...FACTS, entropyBpb: null }, null);
    expect(unknown.map(({ kind }) => kind)).toEqual(['random']);
  });
});
