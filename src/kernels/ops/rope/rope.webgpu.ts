import {
  type Kernel,
  type Lowering,
  type LoweringContext,
  MAX_WORKGROUPS,
  specialize,
  spread,
} from '../../devices/webgpu/kernel';
import type { Lowerings } from '../../devices/webgpu/lowerings';
import { rowLayout } from '../../devices/webgpu/rows';
import { type GraphNode, type NodeId, sizeOf } from '../../graph/types';
import type { Absorbs } from '../../plan/lower';
import { attrBoolean, attrNumber } from '../op';
import normGradWgsl from './rms-norm-grad-rope.wgsl?raw';
import normWgsl from './rms-norm-rope.wgsl?raw';
import commonWgsl from './rope.common.wgsl?raw';
import ropeWgsl from './rope.wgsl?raw';

/**
 * Threads of a workgroup, and pairs that each turns. In software a workgroup that shares a launch with others runs
 * through the text of all of them, masked, before it is done (docs/performance.md): so there should be few, with much
 * to do, and of the size that others have, or they are dealt out anew as more.
 */
const SHARES = { software: { THREADS: 16, EACH: 128 }, hardware: { THREADS: 64, EACH: 1 } };

const rope: Lowering = (context) => {
  const { id, node, absorbed, software } = context;
  if (absorbed !== undefined) {
    const norm = context.nodeOf(absorbed);
    return [normKernel(context, normWgsl, { norm, rope: node, reads: norm.inputs })];
  }
  const [, T, H, D] = node.shape as [number, number, number, number];
  const half = D / 2;
  const pairs = sizeOf(node.shape) / 2;
  const share = software ? SHARES.software : SHARES.hardware;
  return [
    {
      label: `rope ${node.shape.join('x')}`,
      wgsl: specialize([commonWgsl, ropeWgsl], {
        T,
        H,
        HALF: half,
        PAIRS: pairs,
        PACES: 0,
        ...share,
        MAX_WORKGROUPS,
      }),
      numbers: paces(attrNumber(node.attrs, 'base'), half, attrBoolean(node.attrs, 'inverse')),
      reads: node.inputs,
      writes: [id],
      workgroups: spread(Math.ceil(pairs / (share.THREADS * share.EACH))),
    },
  ];
};

/** The gradient of a norm from that of what was turned after it: rope of the gradient, and no more. */
export function rmsNormGradOfRope(context: LoweringContext, absorbed: NodeId): Kernel {
  const { node, nodeOf } = context;
  const rope = nodeOf(absorbed);
  const reads = [node.inputs[0]!, rope.inputs[0]!];
  return normKernel(context, normGradWgsl, { norm: node, rope, reads });
}

interface NormAndRope {
  readonly norm: GraphNode;
  readonly rope: GraphNode;
  readonly reads: readonly NodeId[];
}

/** A kernel of rows, each of them one head at one position. */
function normKernel(
  { id, node, software, subgroup }: LoweringContext,
  wgsl: string,
  { norm, rope, reads }: NormAndRope,
): Kernel {
  const [, T, H, D] = rope.shape as [number, number, number, number];
  const rows = sizeOf(rope.shape) / D;
  const layout = rowLayout(rows, D, software, subgroup);
  const turns = paces(attrNumber(rope.attrs, 'base'), D / 2, attrBoolean(rope.attrs, 'inverse'));
  return {
    label: `${node.op === 'rope' ? 'rmsNorm rope' : 'rope rmsNormGrad'} ${rows}x${D}`,
    wgsl: specialize([layout.wgsl, commonWgsl, wgsl], {
      ...layout.sizes,
      N: D,
      T,
      H,
      HALF: D / 2,
      PACES: 1,
    }),
    numbers: [attrNumber(norm.attrs, 'eps'), 0, 0, 0, ...turns],
    reads,
    writes: [id],
    workgroups: layout.workgroups,
    workgroupBytes: layout.workgroupBytes,
  };
}

/** Rows of a norm that are the heads of a rope. */
const sameRows = (a: GraphNode, b: GraphNode): boolean => a.shape.at(-1) === b.shape.at(-1);

export const ropeAbsorbs: Absorbs = {
  rope: { input: 0, op: 'rmsNorm', fits: sameRows },
  rmsNormGrad: { input: 1, op: 'rope', fits: sameRows },
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
