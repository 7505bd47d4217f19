import type { Device, Session } from '../src/kernels/devices/device';
import { GraphBuilder } from '../src/kernels/graph/builder';
import { withMixedPrecision } from '../src/kernels/graph/mixed-precision';
import type { Graph } from '../src/kernels/graph/types';
import type { Precision } from './contenders';
import type { BenchModel } from './models';
import { ceilingShapes, flopsOfProduct, type ProductShape } from './shapes';

/** Products of one shape go on for about this long. */
const SECONDS = 0.1;

/** Of what a device's own kernels multiply: float32, or float32 that was rounded to float16. */
export type LabPrecision = Exclude<Precision, 'bf16'>;

/** Measures the best rate of a matrix product, for a model's sizes too, in FLOP/s. */
export type Measure = (model: BenchModel, precision: LabPrecision) => Promise<number>;

/** Makes a way to measure a device's own matrix product, a graph of nothing else. */
export function createProductMeasure(
  device: Device,
  sides: Readonly<Record<LabPrecision, number>>,
): Measure {
  const opened = new Map<string, Promise<Session>>();
  return async (model, precision) => {
    let best = 0;
    for (const shape of ceilingShapes(model, sides[precision])) {
      const key = JSON.stringify([shape, precision]);
      const session = opened.get(key) ?? open(device, shape, precision);
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
export function productGraph({ m, k, n }: ProductShape, precision: LabPrecision): Graph {
  const b = new GraphBuilder();
  const product = b.matmul(b.input('a', [m, k]), b.input('b', [k, n]));
  const graph = b.finish({}, { c: product });
  return precision === 'f16' ? withMixedPrecision(graph) : graph;
}

async function open(
  device: Device,
  shape: ProductShape,
  precision: LabPrecision,
): Promise<Session> {
  const { m, k, n } = shape;
  const session = await device.open({
    tensors: {
      a: { shape: [m, k], dtype: 'f32' },
      b: { shape: [k, n], dtype: 'f32' },
      c: { shape: [m, n], dtype: 'f32' },
    },
    graphs: { product: productGraph(shape, precision) },
  });
  session.write('a', new Float32Array(m * k).fill(0.5));
  session.write('b', new Float32Array(k * n).fill(0.25));
  return session;
}
