import type { BenchModel } from './models';

/** One product: [m, k] times [k, n]. */
export interface ProductShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Products whose speed is the ceiling: a square one, and the widest of the model itself. */
export function ceilingShapes({ gpt, target }: BenchModel, side: number): ProductShape[] {
  const square = { m: side, k: side, n: side };
  if (!gpt) return [square];
  const { width, mlp } = gpt.config;
  return [square, { m: target.batch * target.context, k: width, n: mlp * width }];
}

export const flopsOfProduct = ({ m, k, n }: ProductShape): number => 2 * m * k * n;
