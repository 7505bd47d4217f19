import {
  type Kernel,
  type Lowering,
  MAX_WORKGROUPS,
  specialize,
  spread,
} from '../../devices/webgpu/kernel';
import type { Lowerings } from '../../devices/webgpu/lowerings';
import { broadcastStrides } from '../../graph/shapes';
import { BYTES_PER_ELEMENT, type GraphNode, sizeOf } from '../../graph/types';
import type { Temporary } from '../../plan/binding';
import { attrBoolean } from '../op';
import { reduceKernels } from '../reductions/reductions.webgpu';
import { matmulSizes } from './matmul';
import commonWgsl from './matmul.common.wgsl?raw';
import quadsWgsl from './matmul.quads.wgsl?raw';
import registersWgsl from './matmul.registers.wgsl?raw';
import tiledWgsl from './matmul.tiled.wgsl?raw';

/** The product of two stacks of matrices, and how far apart in memory their elements lie. */
interface Product {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  /** The axes of the stack, and the steps of a and b along each: 0 where one matrix serves many. */
  readonly lead: readonly number[];
  readonly stepsA: readonly number[];
  readonly stepsB: readonly number[];
  /** Elements of a and b. */
  readonly sizes: readonly [number, number];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** How the work is shared out. */
interface Tiling {
  readonly wgsl: string;
  /** Threads of a workgroup along M and N. */
  readonly threads: readonly [number, number];
  /** Elements of the result that a thread computes, along M and along N. */
  readonly perThread: readonly [number, number];
  /** How many parts the sum over K is cut into: the parts of a long, thin product run side by side. */
  readonly splits: number;
  /** Workgroup memory: what matmul.tiled.wgsl declares. */
  readonly workgroupBytes: number;
}

const matmul: Lowering = ({ id, node, nodeOf, software, quads }) => {
  const [a, b] = node.inputs as [number, number];
  const product = productOf(node, nodeOf(a), nodeOf(b));
  const tiling = software ? registerTiling(product, quads ?? false) : sharedTiling(product);
  const elements = sizeOf(node.shape);
  const { splits } = tiling;
  if (splits === 1) return [productKernel(product, tiling, [a, b], id)];
  const partial: Temporary = {
    temporary: 'partial products', // [splits, ...the result's shape]
    bytes: splits * elements * BYTES_PER_ELEMENT,
  };
  return [
    productKernel(product, tiling, [a, b], partial),
    ...reduceKernels(
      'sum',
      { outer: 1, length: splits, inner: elements },
      { from: partial, to: id },
      software,
    ),
  ];
};

function productOf(node: GraphNode, a: GraphNode, b: GraphNode): Product {
  const { lead, M, K, N } = matmulSizes(a, b, node.attrs);
  const transposeA = attrBoolean(node.attrs, 'transposeA');
  const transposeB = attrBoolean(node.attrs, 'transposeB');
  const sizes = [sizeOf(a.shape), sizeOf(b.shape)] as const;
  const count = sizeOf(lead);
  if (!transposeA && sizes[0] === count * M * K && sizes[1] === K * N) {
    // One matrix b for the whole stack: the rows of all its matrices a are rows of one product.
    const one = { lead: [1], stepsA: [0], stepsB: [0] };
    return { M: count * M, K, N, ...one, sizes, transposeA, transposeB };
  }
  const steps = (input: GraphNode, matrix: number) =>
    broadcastStrides(input.shape.slice(0, -2), lead).map((stride) => stride * matrix);
  return {
    M,
    K,
    N,
    ...mergedAxes(lead, steps(a, M * K), steps(b, K * N)),
    sizes,
    transposeA,
    transposeB,
  };
}

/** Merges neighbouring axes that both inputs walk in one stride, so that most stacks have a single axis. */
function mergedAxes(lead: readonly number[], stepsA: readonly number[], stepsB: readonly number[]) {
  const merged = { lead: [1], stepsA: [0], stepsB: [0] };
  for (let axis = lead.length - 1; axis >= 0; axis--) {
    const n = lead[axis]!;
    const [a, b] = [stepsA[axis]!, stepsB[axis]!];
    const [inner, innerA, innerB] = [merged.lead[0]!, merged.stepsA[0]!, merged.stepsB[0]!];
    if (n === 1) continue;
    if (inner === 1) {
      merged.lead[0] = n;
      merged.stepsA[0] = a;
      merged.stepsB[0] = b;
    } else if (a === inner * innerA && b === inner * innerB) {
      merged.lead[0] = n * inner;
    } else {
      merged.lead.unshift(n);
      merged.stepsA.unshift(a);
      merged.stepsB.unshift(b);
    }
  }
  return merged;
}

/**
 * For an adapter that is really the CPU: a few hundred threads are plenty, and workgroup memory is slow.
 * Where N is narrow the 16 threads of a workgroup stand along M, so that few of them have nothing to do.
 * `quads`: larger tiles where four threads run in step, unless half of such a tile would lie past the edge.
 */
function registerTiling({ M, K, N, lead }: Product, quads: boolean): Tiling {
  const over = (n: number, tile: number) => Math.ceil(n / tile) * tile;
  if (quads && over(M, 16) * over(N, 32) <= 1.5 * over(M, 8) * over(N, 8)) {
    const threads = (sizeOf(lead) * over(M, 16) * over(N, 32)) / 128;
    return {
      wgsl: quadsWgsl,
      threads: [4, 4],
      perThread: [16, 8],
      splits: splitsOf(K, Math.floor(64 / threads), 64),
      workgroupBytes: 0,
    };
  }
  const along = Math.ceil(N / 8);
  const threadsN = along >= 3 ? 4 : along;
  const threads = sizeOf(lead) * Math.ceil(M / 8) * along;
  return {
    wgsl: registersWgsl,
    threads: [16 / threadsN, threadsN],
    perThread: [8, 8],
    splits: splitsOf(K, Math.floor(128 / threads), 64),
    workgroupBytes: 0,
  };
}

/** For a real GPU: large tiles where there are enough of them to keep it busy, else small ones. */
function sharedTiling({ M, K, N, lead }: Product): Tiling {
  const tiles = (edge: number) => sizeOf(lead) * Math.ceil(M / edge) * Math.ceil(N / edge);
  const wide = tiles(64) >= 256;
  const groups = tiles(wide ? 64 : 32);
  return {
    wgsl: tiledWgsl,
    threads: [8, 8],
    perThread: wide ? [8, 8] : [4, 4],
    splits: splitsOf(K, Math.ceil(128 / groups), 128),
    workgroupBytes: 2 * 16 * ((wide ? 64 : 32) / 4 + 1) * 4 * BYTES_PER_ELEMENT,
  };
}

/** As many parts as wanted, none shorter than `shortest` and, once the span is rounded up, none empty. */
function splitsOf(K: number, wanted: number, shortest: number): number {
  const splits = Math.min(wanted, Math.floor(K / shortest));
  return splits <= 1 ? 1 : Math.ceil(K / Math.ceil(K / splits));
}

function productKernel(
  product: Product,
  tiling: Tiling,
  reads: Kernel['reads'],
  write: Kernel['writes'][number],
): Kernel {
  const { M, K, N, lead, stepsA, stepsB, sizes, transposeA, transposeB } = product;
  const { threads, perThread } = tiling;
  const groups =
    tiling.splits *
    sizeOf(lead) *
    Math.ceil(M / (threads[0] * perThread[0])) *
    Math.ceil(N / (threads[1] * perThread[1]));
  return {
    label: `matmul ${M}x${K}x${N}`,
    wgsl: specialize([commonWgsl, tiling.wgsl], {
      M,
      K,
      N,
      A_SIZE: sizes[0],
      B_SIZE: sizes[1],
      A_M: transposeA ? 1 : K,
      A_K: transposeA ? M : 1,
      B_K: transposeB ? 1 : N,
      B_N: transposeB ? K : 1,
      BATCH: sizeOf(lead),
      BATCH_RANK: lead.length,
      BATCH_SHAPE: lead,
      BATCH_A: stepsA,
      BATCH_B: stepsB,
      SPLITS: tiling.splits,
      K_SPAN: Math.ceil(K / tiling.splits),
      THREADS_M: threads[0],
      THREADS_N: threads[1],
      WIDE: perThread[0] === 8,
      MAX_WORKGROUPS,
    }),
    numbers: [],
    reads,
    writes: [write],
    workgroups: spread(groups),
    workgroupBytes: tiling.workgroupBytes,
  };
}

export const matmulLowerings: Lowerings = { matmul };
