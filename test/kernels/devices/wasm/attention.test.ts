import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { engineHas } from '../../../../src/kernels/devices/wasm/engine';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { opNamed } from '../../../../src/kernels/ops/table';

// Node 20 has relaxed SIMD behind a flag, which an engine heeds whenever it compiles.
if (!engineHas('relaxed')) setFlagsFromString('--experimental-wasm-relaxed-simd');

const [B, T, H, D] = [1, 31, 2, 8];
const SHAPE = [B, T, H, D];
const ATTRS = { causal: true, window: 0, scale: 1, softcap: 0, alibi: false };
const OPS = ['attention', 'attentionLse'] as const;

/** Numbers from -1 to 1, the same in every run. */
function numbers(seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: B * T * H * D }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

/** Queries and keys whose scores are all near `score(i)`, the query's place, and differ by less than one. */
function near(score: (i: number) => number): { q: Float32Array; k: Float32Array } {
  const q = numbers(1).map((x) => x / 16);
  const k = numbers(2);
  for (let row = 0; row < B * T * H; row++) {
    q[row * D] = score(Math.floor(row / H));
    k[row * D] = 1;
  }
  return { q, k };
}

const CASES: Record<string, { q: Float32Array; k: Float32Array }> = {
  'around 0': near(() => 0),
  'too large to be exponentiated': near(() => 300),
  'too small to be exponentiated': near(() => -300),
  'too large in sum alone': near(() => 68),
  'too small in sum alone': near(() => -60),
  'too large from some query on': near((i) => (i < 15 ? 0 : 200)),
  'too large for one query alone': near((i) => (i === 17 ? 1000 : 0)),
  'far from each other': { q: numbers(1).map((x) => 100 * x), k: numbers(2) },
};

/** `out` and `lse`, on the device and by the ops' own definitions. */
async function both(
  { q, k }: { q: Float32Array; k: Float32Array },
  options: Parameters<typeof createWasmDevice>[0],
) {
  const v = numbers(3);
  const b = new GraphBuilder();
  const ids = [b.input('q', SHAPE), b.input('k', SHAPE), b.input('v', SHAPE)];
  const emitted = OPS.map((op) => b.emit(op, op === 'attention' ? ids : ids.slice(0, 2), ATTRS));
  const graph = b.finish({ out: emitted[0]!, lse: emitted[1]! });
  const session = await createWasmDevice(options).open({ tensors: {}, graphs: { graph } });
  const [got] = await session.run('graph', [{ q, k, v }]);
  session.close();
  const inputs = [q, k, v].map((data) => ({
    shape: SHAPE,
    dtype: 'f32' as const,
    data: Float64Array.from(data),
  }));
  const right = OPS.map((op, i) => {
    const result = new Float64Array(op === 'attention' ? B * T * H * D : B * T * H);
    const given = op === 'attention' ? inputs : inputs.slice(0, 2);
    opNamed(op).reference(b.node(emitted[i]!), given, result);
    return result;
  });
  return { got: [got!.out, got!.lse] as Float32Array[], right };
}

describe.each(['simd', 'relaxed'] as const)('attention in WebAssembly (%s)', (simd) => {
  for (const [name, given] of Object.entries(CASES)) {
    it.skipIf(!engineHas(simd))(`is exact where scores are ${name}`, async () => {
      const { got, right } = await both(given, { simd, threads: 1 });
      right.forEach((expected, n) => {
        // A score of some hundreds is known to a few hundred-thousandths, and a weight to as much of itself.
        let worst = 0;
        expected.forEach((x, i) => {
          worst = Math.max(worst, Math.abs(got[n]![i]! - x) / Math.max(1, Math.abs(x)));
        });
        expect(worst).toBeLessThan(name === 'around 0' ? 1e-6 : 3e-4);
      });
    });
  }

  it.skipIf(!engineHas(simd))('has the same bits with any number of threads', async () => {
    const given = CASES['too large from some query on']!;
    const one = await both(given, { simd, threads: 1 });
    const three = await both(given, { simd, threads: 3, splitFrom: 0 });
    expect(three.got).toEqual(one.got);
  });
});
