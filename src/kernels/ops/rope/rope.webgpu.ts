import { type Lowering, MAX_WORKGROUPS, specialize, spread } from '../../devices/webgpu/kernel';
import type { Lowerings } from '../../devices/webgpu/lowerings';
import { sizeOf } from '../../graph/types';
import { attrBoolean, attrNumber } from '../op';
import ropeWgsl from './rope.wgsl?raw';

const THREADS = 64;

const rope: Lowering = ({ id, node }) => {
  const [, T, H, D] = node.shape as [number, number, number, number];
  const half = D / 2;
  const pairs = sizeOf(node.shape) / 2;
  return [
    {
      label: `rope ${node.shape.join('x')}`,
      wgsl: specialize(ropeWgsl, { T, H, HALF: half, PAIRS: pairs, THREADS, MAX_WORKGROUPS }),
      numbers: paces(attrNumber(node.attrs, 'base'), half, attrBoolean(node.attrs, 'inverse')),
      reads: node.inputs,
      writes: [id],
      workgroups: spread(Math.ceil(pairs / THREADS)),
    },
  ];
};

/**
 * Turns per position of each pair, as (coarse, fine): their sum has more digits than one f32, and coarse
 * so few, 11, that its product with a position up to 8192 is exact.
 */
function paces(base: number, half: number, inverse: boolean): number[] {
  return Array.from({ length: half }, (_, d) => {
    const pace = ((inverse ? -1 : 1) * base ** (-d / half)) / (2 * Math.PI);
    const digit = 2 ** (Math.floor(Math.log2(Math.abs(pace))) - 10);
    const coarse = Math.round(pace / digit) * digit;
    return [coarse, pace - coarse];
  }).flat();
}

export const ropeLowerings: Lowerings = { rope };
