import { describe, expect, it } from 'vitest';
import type { Attrs } from '../../../src/kernels/graph/types';
import type { HostTensor } from '../../../src/kernels/ops/op';
import { opNamed } from '../../../src/kernels/ops/table';
import { dot, numericalGradient, randomTensor, relativeError, runOp, tensor } from './run-op';

const PLAIN = { causal: true, window: 0, scale: 0.5, softcap: 0, alibi: false };

/** [B, T, H, G, D] and what differs from PLAIN. */
const CASES: readonly (readonly [readonly [number, number, number, number, number], Attrs])[] = [
  [[1, 1, 1, 1, 2], {}],
  [[2, 5, 1, 1, 6], {}],
  [[2, 13, 4, 4, 8], { scale: 8 ** -0.5 }],
  [[1, 13, 4, 2, 2], {}],
  [[1, 7, 6, 3, 4], {}],
  [[2, 7, 6, 2, 2], { alibi: true }],
  [[1, 17, 3, 1, 2], { window: 1 }],
  [[1, 17, 3, 3, 2], { window: 3 }],
  [[1, 7, 2, 1, 2], { window: 20 }],
  [[2, 7, 2, 2, 4], { softcap: 5 }],
  [[1, 7, 2, 2, 4], { softcap: 0.5, scale: 2 }],
  [[1, 7, 3, 1, 4], { causal: false }],
  [[1, 7, 4, 1, 2], { causal: false, window: 1 }],
  [[1, 11, 2, 1, 2], { causal: false, window: 3, alibi: true }],
  [[1, 7, 6, 3, 2], { causal: false, window: 20, softcap: 5, alibi: true }],
  [[1, 11, 4, 2, 4], { window: 4, softcap: 5, alibi: true }],
];

describe.each(CASES)('attention of [B, T, H, G, D] = %j with %j', (sizes, changes) => {
  const [B, T, H, G, D] = sizes;
  const attrs = { ...PLAIN, ...changes };
  const q = randomTensor([B, T, H, D], 1);
  const k = randomTensor([B, T, G, D], 2);
  const v = randomTensor([B, T, G, D], 3);
  const dout = randomTensor([B, T, H, D], 4);

  it('is the softmax of every score, the unseen ones taken out, times the values', () => {
    const { out, lse } = composite(q, k, v, attrs);
    expect(relativeError(runOp('attention', [q, k, v], attrs), out)).toBeLessThan(1e-13);
    expect(relativeError(runOp('attentionLse', [q, k], attrs), lse)).toBeLessThan(1e-13);
  });

  it('has the gradients that central differences of that composite have', () => {
    const loss = (q: HostTensor, k: HostTensor, v: HostTensor) =>
      dot(composite(q, k, v, attrs).out, dout);
    const lse = runOp('attentionLse', [q, k], attrs);
    const delta = sumLast(runOp('attention', [q, k, v], attrs), dout);
    const six = [q, k, v, lse, delta, dout];
    const dq = numericalGradient(q, (q) => loss(q, k, v));
    const dk = numericalGradient(k, (k) => loss(q, k, v));
    const dv = numericalGradient(v, (v) => loss(q, k, v));
    // A window of 1 makes every weight 1, and then nothing depends on q and k.
    const scale = Math.sqrt(dot(dout, dout));
    expect(distance(runOp('attentionGradQ', six, attrs), dq)).toBeLessThan(1e-8 * scale);
    expect(distance(runOp('attentionGradK', six, attrs), dk)).toBeLessThan(1e-8 * scale);
    expect(distance(runOp('attentionGradV', six, attrs), dv)).toBeLessThan(1e-8 * scale);
  });
});

describe('attention', () => {
  it('stays finite and exact where scores are far too large to exponentiate', () => {
    const q = tensor([1, 2, 1, 2], [1000, 0, 1000, 0]);
    const k = tensor([1, 2, 1, 2], [1000, 0, -1000, 0]);
    const v = tensor([1, 2, 1, 2], [1, 2, 3, 4]);
    expect([...runOp('attention', [q, k, v], PLAIN).data]).toEqual([1, 2, 1, 2]);
    expect([...runOp('attentionLse', [q, k], PLAIN).data]).toEqual([500_000, 500_000]);
  });

  it('lowers the score by the slope of its head for each position of distance', () => {
    const zeros = tensor([1, 2, 2, 2], new Array(8).fill(0));
    const lse = runOp('attentionLse', [zeros, zeros], { ...PLAIN, alibi: true });
    // Heads 1 and 2 of 2: slopes 2^-4 and 2^-8. Position 0 sees itself alone.
    const expected = [0, 0, Math.log(1 + Math.exp(-(2 ** -4))), Math.log(1 + Math.exp(-(2 ** -8)))];
    expect(relativeError(lse, tensor([1, 2, 2], expected))).toBeLessThan(1e-14);
  });

  const refused: readonly [string, (readonly number[])[], Attrs, RegExp][] = [
    [
      'k of another length',
      [
        [1, 4, 2, 2],
        [1, 5, 2, 2],
        [1, 5, 2, 2],
      ],
      {},
      /needs k to be f32\[1, 4, 2, 2\], not f32\[1, 5, 2, 2\]/,
    ],
    [
      'v unlike k',
      [
        [1, 4, 2, 2],
        [1, 4, 1, 2],
        [1, 4, 2, 2],
      ],
      {},
      /needs v to be f32\[1, 4, 1, 2\]/,
    ],
    [
      'heads that do not divide',
      [
        [1, 4, 3, 2],
        [1, 4, 2, 2],
        [1, 4, 2, 2],
      ],
      {},
      /2 key heads do not divide 3 query heads/,
    ],
    [
      'three axes',
      [
        [4, 3, 2],
        [4, 3, 2],
        [4, 3, 2],
      ],
      {},
      /q to have the axes \[B, T, H, D\]/,
    ],
    [
      'a negative window',
      [
        [1, 4, 1, 2],
        [1, 4, 1, 2],
        [1, 4, 1, 2],
      ],
      { window: -1 },
      /window to be at least 0, not -1/,
    ],
    [
      'a scale of 0',
      [
        [1, 4, 1, 2],
        [1, 4, 1, 2],
        [1, 4, 1, 2],
      ],
      { scale: 0 },
      /scale to be above 0, not 0/,
    ],
    [
      'a negative softcap',
      [
        [1, 4, 1, 2],
        [1, 4, 1, 2],
        [1, 4, 1, 2],
      ],
      { softcap: -5 },
      /softcap to be at least 0, not -5/,
    ],
  ];
  it.each(refused)('refuses %s', (_what, shapes, changes, message) => {
    const inputs = shapes.map((shape, i) => randomTensor(shape, i));
    expect(() => runOp('attention', inputs, { ...PLAIN, ...changes })).toThrow(message);
  });

  it.each([
    [{}],
    [{ window: 1 }],
    [{ window: 4 }],
    [{ window: 50 }],
    [{ causal: false }],
    [{ causal: false, window: 4 }],
    [{ causal: false, window: 50 }],
  ])('counts the work of the pairs that are scored, and of no other: %j', (changes) => {
    const [B, T, H, D] = [2, 13, 3, 4];
    const attrs = { ...PLAIN, ...changes };
    let pairs = 0;
    for (let i = 0; i < T; i++) {
      for (let j = 0; j < T; j++) {
        const near = attrs.window === 0 || Math.abs(i - j) < attrs.window;
        if (near && !(attrs.causal && j > i)) pairs++;
      }
    }
    const q = randomTensor([B, T, H, D], 1);
    const flops = opNamed('attentionGradV').flops!([q], q, attrs);
    expect(flops).toBe(B * H * pairs * 2 * D);
  });

  it('refuses integers and, in its gradients, an lse of another shape', () => {
    const x = randomTensor([1, 4, 2, 2], 1);
    const ids = tensor([1, 4, 2, 2], new Array(16).fill(0), 'i32');
    expect(() => runOp('attention', [ids, x, x], PLAIN)).toThrow(/q to be f32, not i32/);
    const rows = randomTensor([1, 4, 2], 2);
    const six = [x, x, x, randomTensor([1, 4], 3), rows, x];
    expect(() => runOp('attentionGradQ', six, PLAIN)).toThrow(
      /lse to be f32\[1, 4, 2\], not f32\[1, 4\]/,
    );
  });
});

/** Attention the long way: the whole T x T matrix of scores, a mask over it, a softmax, a product. */
function composite(q: HostTensor, k: HostTensor, v: HostTensor, attrs: typeof PLAIN) {
  const [B, T, H, D] = q.shape as [number, number, number, number];
  const G = k.shape[2]!;
  const at = (x: HostTensor, b: number, t: number, h: number, d: number) =>
    x.data[b * T * x.shape[2]! * D + t * x.shape[2]! * D + h * D + d]!;
  const out: number[] = [];
  const lse: number[] = [];
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < T; i++) {
      for (let h = 0; h < H; h++) {
        const g = Math.trunc(h / (H / G));
        const weights = Array.from({ length: T }, (_, j) => {
          const near = attrs.window === 0 || Math.abs(i - j) < attrs.window;
          if (!near || (attrs.causal && j > i)) return 0;
          let score = 0;
          for (let d = 0; d < D; d++) score += at(q, b, i, h, d) * at(k, b, j, g, d);
          score *= attrs.scale;
          if (attrs.softcap) score = attrs.softcap * Math.tanh(score / attrs.softcap);
          if (attrs.alibi) score -= 2 ** ((-8 * (h + 1)) / H) * Math.abs(i - j);
          return Math.exp(score);
        });
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        lse.push(Math.log(total));
        for (let d = 0; d < D; d++) {
          out.push(weights.reduce((sum, weight, j) => sum + weight * at(v, b, j, g, d), 0) / total);
        }
      }
    }
  }
  return { out: tensor(q.shape, out), lse: tensor([B, T, H], lse) };
}

function sumLast(a: HostTensor, b: HostTensor): HostTensor {
  const D = a.shape.at(-1)!;
  const rows = Array.from({ length: a.data.length / D }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < D; d++) sum += a.data[row * D + d]! * b.data[row * D + d]!;
    return sum;
  });
  return tensor(a.shape.slice(0, -1), rows);
}

function distance(a: HostTensor, b: HostTensor): number {
  return Math.hypot(...Array.from(a.data, (value, i) => value - b.data[i]!));
}
