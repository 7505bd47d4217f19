import { expect, it, vi } from 'vitest';
import type { Attrs } from '../../../../src/kernels/graph/types';
import type { HostTensor } from '../../../../src/kernels/ops/op';
import { randomTensor, runOp } from '../../ops/run-op';
import { describeOnGpu } from './gpu';
import { expectLowered, lower } from './lowered';

// A software adapter compiles a shader of many barriers for seconds when the machine is busy.
vi.setConfig({ testTimeout: 180_000 });

const PLAIN = { causal: true, window: 0, scale: 0.3, softcap: 0, alibi: false };

/** The six inputs of attention's gradients, in order, of q [B, T, H, D] and k, v [B, T, G, D]. */
function gradientInputs(
  [B, T, H, G, D]: readonly [number, number, number, number, number],
  attrs: Attrs,
): HostTensor[] {
  const q = randomTensor([B, T, H, D], 1, 1.5);
  const k = randomTensor([B, T, G, D], 2, 1.5);
  const v = randomTensor([B, T, G, D], 3);
  const dout = randomTensor([B, T, H, D], 4);
  const out = runOp('attention', [q, k, v], attrs);
  const lse = runOp('attentionLse', [q, k], attrs);
  const weighted = { ...out, data: out.data.map((value, i) => value * dout.data[i]!) };
  const delta = runOp('sum', [weighted], { axes: [3], keepDims: false });
  return [q, k, v, lse, delta, dout];
}

/** As on a real GPU, as in software, and there with threads in step. */
const WAYS = [{ ways: [false] }, { ways: [true] }, { ways: [true], quads: true }];

/** B, T, H, G, D and what differs from plain causal attention. */
const CASES: [string, readonly [number, number, number, number, number], Partial<typeof PLAIN>][] =
  [
    ['a single position', [1, 1, 1, 1, 1], {}],
    ['past every tile', [1, 67, 3, 3, 5], {}],
    ['heads wider than a tile', [1, 33, 1, 1, 67], {}],
    ['a window in both directions', [1, 75, 2, 2, 8], { window: 34, causal: false }],
    ['everything at once', [2, 43, 6, 2, 12], { window: 17, softcap: 2, alibi: true }],
    ['scores far from zero', [1, 40, 2, 2, 8], { scale: 20 }],
  ];

await describeOnGpu('attention', (gpu) => {
  for (const [name, shape, changes] of CASES) {
    it(`${name}: [${shape.join(', ')}]`, async () => {
      const attrs = { ...PLAIN, ...changes };
      const inputs = gradientInputs(shape, attrs);
      // Large scores lose digits before they come to the exponential, on any device.
      const tolerance = attrs.scale > 1 ? 1e-4 : 1e-5;
      const forward = [
        { op: 'attention', reads: 3, attrs },
        { op: 'attentionLse', reads: 2, attrs },
      ];
      const backward = ['attentionGradK', 'attentionGradV'].map((op) => ({ op, attrs }));
      for (const way of WAYS) {
        const options = { ...way, tolerance };
        await expectLowered(gpu(), forward, inputs.slice(0, 3), options);
        await expectLowered(gpu(), [{ op: 'attentionGradQ', attrs }], inputs, options);
        await expectLowered(gpu(), backward, inputs, options);
      }
    });
  }

  it('computes each half of a pair on its own, too', async () => {
    const inputs = gradientInputs([1, 19, 2, 1, 6], PLAIN);
    const alone: [string, number][] = [
      ['attention', 3],
      ['attentionLse', 2],
      ['attentionGradK', 6],
      ['attentionGradV', 6],
    ];
    for (const [op, reads] of alone) {
      for (const quads of [false, true]) {
        const options = { ways: [gpu().info.software], quads };
        await expectLowered(gpu(), [{ op, attrs: PLAIN }], inputs.slice(0, reads), options);
      }
    }
  });

  it('keeps the numbers of a head in variables, and of one too wide for that in memory', () => {
    const textOf = (D: number) => {
      const inputs = [1, 2, 3].map((seed) => randomTensor([1, 3, 1, D], seed));
      const ops = [{ op: 'attention', attrs: PLAIN }];
      return lower(ops, inputs, true, true).kernels[0]!.wgsl;
    };
    expect(textOf(64)).toMatch(/\bvar out63\b/);
    expect(textOf(64)).not.toMatch(/\{d\}|\/\*/);
    expect(textOf(65)).not.toContain('quadSwapX');
  });

  it('computes both halves of a pair in one launch', () => {
    const inputs = gradientInputs([1, 3, 2, 1, 2], PLAIN);
    for (const software of [true, false]) {
      const count = (ops: readonly string[], reads: number) =>
        lower(
          ops.map((op) => ({ op, attrs: PLAIN, reads: op === 'attentionLse' ? 2 : reads })),
          inputs,
          software,
        ).kernels.length;
      expect(count(['attention', 'attentionLse'], 3)).toBe(1);
      expect(count(['attentionGradV', 'attentionGradK'], 6)).toBe(1);
    }
  });
});
