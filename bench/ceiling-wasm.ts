import type { Session } from '../src/kernels/devices/device';
import { createWasmDevice } from '../src/kernels/devices/wasm/device';
import { GraphBuilder } from '../src/kernels/graph/builder';
import type { BenchModel } from './models';
import { ceilingShapes, flopsOfProduct, type ProductShape } from './shapes';

const SIDE = 512;
/** Products of one shape go on for about this long. */
const SECONDS = 0.1;

const opened = new Map<string, Promise<Session>>();

/** The best rate of the wasm device's own matrix product, a graph of nothing else, in FLOP/s. */
export async function measure(model: BenchModel): Promise<number> {
  let best = 0;
  for (const shape of ceilingShapes(model, SIDE)) {
    const session = await sessionFor(shape);
    const rate = async (runs: number) => {
      const startedAt = performance.now();
      await session.run(
        'product',
        Array.from({ length: runs }, () => ({})),
      );
      return (runs * flopsOfProduct(shape)) / (performance.now() - startedAt) / 1e-3;
    };
    await rate(1);
    const rough = await rate(1);
    const runs = Math.max(1, Math.round((SECONDS * rough) / flopsOfProduct(shape)));
    best = Math.max(best, await rate(runs));
  }
  return best;
}

function sessionFor(shape: ProductShape): Promise<Session> {
  const key = JSON.stringify(shape);
  let session = opened.get(key);
  if (!session) {
    session = open(shape);
    opened.set(key, session);
  }
  return session;
}

/** A product of tensors that are kept, into one that is kept, so that nothing else is copied. */
async function open({ m, k, n }: ProductShape): Promise<Session> {
  const b = new GraphBuilder();
  const product = b.matmul(b.input('a', [m, k]), b.input('b', [k, n]));
  const graph = b.finish({}, { c: product });
  const session = await createWasmDevice().open({
    tensors: {
      a: { shape: [m, k], dtype: 'f32' },
      b: { shape: [k, n], dtype: 'f32' },
      c: { shape: [m, n], dtype: 'f32' },
    },
    graphs: { product: graph },
  });
  session.write('a', new Float32Array(m * k).fill(0.5));
  session.write('b', new Float32Array(k * n).fill(0.25));
  return session;
}
