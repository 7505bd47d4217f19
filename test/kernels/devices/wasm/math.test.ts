import { describe, expect, it } from 'vitest';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { opNamed } from '../../../../src/kernels/ops/table';

/** Points from `low` to `high`, and how exact a function has to be there: relatively, or of a size of 1. */
const RANGES: readonly (readonly [op: string, low: number, high: number, relative: boolean])[] = [
  ['exp', -87, 88, true],
  ['log', 1e-6, 1e6, false],
  ['tanh', -10, 10, true],
  ['sigmoid', -80, 80, true],
  ['softplus', -80, 80, true],
  ['sin', -100, 100, false],
  ['cos', -100, 100, false],
];
const COUNT = 20_000;

async function onWasm(op: string, x: Float32Array): Promise<Float32Array> {
  const b = new GraphBuilder();
  const graph = b.finish({ y: b.emit(op, [b.input('x', [x.length])]) });
  const session = await createWasmDevice({ threads: 1 }).open({ tensors: {}, graphs: { graph } });
  const [out] = await session.run('graph', [{ x }]);
  session.close();
  return out!.y as Float32Array;
}

describe('functions in WebAssembly', () => {
  for (const [op, low, high, relative] of RANGES) {
    it(`${op} is within 1e-6 from ${low} to ${high}`, async () => {
      const x = Float32Array.from({ length: COUNT }, (_, i) => low + ((high - low) * i) / COUNT);
      const y = await onWasm(op, x);
      const b = new GraphBuilder();
      const node = b.node(b.emit(op, [b.input('x', [COUNT])]));
      const right = new Float64Array(COUNT);
      const data = Float64Array.from(x);
      opNamed(op).reference(node, [{ shape: [COUNT], dtype: 'f32', data }], right);
      let worst = 0;
      right.forEach((expected, i) => {
        const size = relative ? Math.abs(expected) : Math.max(1, Math.abs(expected));
        if (size > 0) worst = Math.max(worst, Math.abs(y[i]! - expected) / size);
      });
      expect(worst).toBeLessThan(1e-6);
    });
  }

  it('weigh within 1e-6, down to weights of nothing', async () => {
    const softmaxOf = async (rows: readonly (readonly number[])[]) => {
      const b = new GraphBuilder();
      const y = b.emit('softmax', [b.input('x', [rows.length, 2])]);
      const graph = b.finish({ y });
      const session = await createWasmDevice({ threads: 1 }).open({
        tensors: {},
        graphs: { graph },
      });
      const [out] = await session.run('graph', [{ x: Float32Array.from(rows.flat()) }]);
      session.close();
      return out!.y as Float32Array;
    };
    const steps = Array.from({ length: COUNT }, (_, i) => Math.fround((-86 * i) / COUNT));
    const weights = await softmaxOf(steps.map((x) => [0, x]));
    const errors = steps.map((x, i) => {
      const right = Math.exp(x) / (1 + Math.exp(x));
      return Math.abs(weights[2 * i + 1]! - right) / right;
    });
    expect(Math.max(...errors)).toBeLessThan(1e-6);
    const ends = await softmaxOf([
      [0, -87],
      [3, -1000],
      [0, -Infinity],
      [0, Number.NaN],
    ]);
    expect([...ends]).toEqual([1, 0, 1, 0, 1, 0, Number.NaN, Number.NaN]);
  });

  it('say what is not finite as JavaScript does', async () => {
    const x = Float32Array.of(Number.NaN, Infinity, -Infinity, 0, -1);
    expect([...(await onWasm('exp', x))].slice(0, 4)).toEqual([Number.NaN, Infinity, 0, 1]);
    expect([...(await onWasm('log', x))]).toEqual([
      Number.NaN,
      Infinity,
      Number.NaN,
      -Infinity,
      Number.NaN,
    ]);
    expect([...(await onWasm('tanh', x))].slice(0, 4)).toEqual([Number.NaN, 1, -1, 0]);
    expect([...(await onWasm('sigmoid', x))].slice(0, 3)).toEqual([Number.NaN, 1, 0]);
    expect([...(await onWasm('sqrt', x))][4]).toBeNaN();
    expect([...(await onWasm('relu', x))]).toEqual([Number.NaN, Infinity, 0, 0, 0]);
    expect([...(await onWasm('relu', Float32Array.of(-0)))]).toEqual([0]); // and not -0
  });
});
