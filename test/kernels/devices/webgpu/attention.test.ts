import { it } from 'vitest';
import type { Attrs } from '../../../../src/kernels/graph/types';
import type { HostTensor } from '../../../../src/kernels/ops/op';
import { randomTensor, runOp } from '../../ops/run-op';
import { describeOnGpu } from './gpu';
import { expectLowered } from './lowered';

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

await describeOnGpu('attention', (gpu) => {
  const cases: [
    string,
    readonly [number, number, number, number, number],
    Partial<typeof PLAIN>,
  ][] = [
    ['a single position', [1, 1, 1, 1, 1], {}],
    ['primes', [2, 37, 3, 3, 5], {}],
    ['past every tile', [1, 131, 2, 2, 16], {}],
    ['heads of 4, as microgpt has', [3, 64, 4, 4, 4], {}],
    ['a full tile of wide heads', [1, 64, 1, 1, 64], {}],
    ['heads wider than a tile', [1, 33, 1, 1, 67], {}],
    ['the widest heads', [1, 9, 1, 1, 256], {}],
    ['both directions', [2, 41, 2, 2, 7], { causal: false }],
    ['three query heads to a key head', [2, 35, 6, 2, 8], {}],
    ['a window', [1, 75, 2, 1, 8], { window: 11 }],
    ['a window of one', [1, 10, 1, 1, 3], { window: 1 }],
    ['a window wider than the sequence', [1, 10, 1, 1, 3], { window: 99 }],
    ['a window in both directions', [1, 75, 2, 2, 8], { window: 9, causal: false }],
    ['softcap', [2, 35, 2, 2, 8], { softcap: 1.5 }],
    ['ALiBi', [1, 70, 4, 4, 8], { alibi: true }],
    ['everything at once', [2, 43, 4, 2, 12], { window: 17, softcap: 2, alibi: true }],
    ['scores far from zero', [1, 40, 2, 2, 8], { scale: 20 }],
  ];
  for (const [name, shape, changes] of cases) {
    it(`${name}: [${shape.join(', ')}]`, async () => {
      const attrs = { ...PLAIN, ...changes };
      const inputs = gradientInputs(shape, attrs);
      // Large scores lose digits before they come to the exponential, on any device.
      const tolerance = attrs.scale > 1 ? 1e-4 : 1e-5;
      await expectLowered(
        gpu(),
        [
          { op: 'attention', reads: 3, attrs },
          { op: 'attentionLse', reads: 2, attrs },
        ],
        inputs.slice(0, 3),
        tolerance,
      );
      await expectLowered(gpu(), [{ op: 'attentionGradQ', attrs }], inputs, tolerance);
      await expectLowered(
        gpu(),
        [
          { op: 'attentionGradK', attrs },
          { op: 'attentionGradV', attrs },
        ],
        inputs,
        tolerance,
      );
    });
  }

  it('each half of a pair on its own', async () => {
    const inputs = gradientInputs([1, 19, 2, 1, 6], PLAIN);
    const alone: [string, number][] = [
      ['attention', 3],
      ['attentionLse', 2],
      ['attentionGradK', 6],
      ['attentionGradV', 6],
    ];
    for (const [op, reads] of alone) {
      await expectLowered(gpu(), [{ op, attrs: PLAIN }], inputs.slice(0, reads));
    }
  });
});
