import type { Device, Session } from '../src/kernels/devices/device';
import { GraphBuilder } from '../src/kernels/graph/builder';
import type { BenchModel } from './models';
import { ceilingShapes, flopsOfProduct, type ProductShape } from './shapes';

/** Products of one shape go on for about this long. */
const SECONDS = 0.1;

/** Makes a way to measure the best rate of a device's own matrix product, a graph of nothing else, in FLOP/s. */
export function createProductMeasure(device: Device, side: number) {
  const opened = new Map<string, Promise<Session>>();
  return async (model: BenchModel): Promise<number> => {
    let best = 0;
    for (const shape of ceilingShapes(model, side)) {
      const key = JSON.stringify(shape);
      const session = opened.get(key) ?? open(device, shape);
      opened.set(key, session);
      best = Math.max(best, await rateOf(await session, shape));
    }
    return best;
  };
}

async function rateOf(session: Session, shape: ProductShape): Promise<number> {
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
  return rate(Math.max(1, Math.round((SECONDS * rough) / flopsOfProduct(shape))));
}

/** A product of tensors that are kept, into one that is kept, so that nothing else is copied. */
async function open(device: Device, { m, k, n }: ProductShape): Promise<Session> {
  const b = new GraphBuilder();
  const product = b.matmul(b.input('a', [m, k]), b.input('b', [k, n]));
  const graph = b.finish({}, { c: product });
  const session = await device.open({
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
