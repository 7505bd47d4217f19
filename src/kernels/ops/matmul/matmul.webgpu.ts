import {
  type Kernel,
  type Lowering,
  MAX_WORKGROUPS,
  specialize,
  spread,
  type Tunable,
} from '../../devices/webgpu/kernel';
import type { Lowerings, Tunables } from '../../devices/webgpu/lowerings';
import { broadcastStrides } from '../../graph/shapes';
import { BYTES_PER_ELEMENT, type GraphNode, type NodeId, sizeOf } from '../../graph/types';
import type { Temporary } from '../../plan/binding';
import { attrBoolean } from '../op';
import { reduceKernels } from '../reductions/reductions.webgpu';
import { matmulSizes } from './matmul';
import commonWgsl from './matmul.common.wgsl?raw';
import { inFours, sidesInFours } from './matmul.fours';
import { halfOperand } from './matmul.halves';
import {
  chosenTiling,
  classOf,
  cutsOf,
  type Product,
  registerTiling,
  type Tiling,
  tilingsOf,
  tilingTexts,
} from './matmul.tilings';

const matmul: Lowering = ({ id, node, nodeOf, software, quads = false, choices, half, units }) => {
  const operands = operandsOf(node, nodeOf);
  const { product } = operands;
  const tiling = software
    ? registerTiling(product, quads)
    : chosenTiling(product, choices, { half, units });
  return productKernels(node, operands, tiling, id, software);
};

/** What a tuner may try: on a real GPU the tilings differ by more than a rule can tell. */
const tunableMatmul: Tunable = {
  text: [commonWgsl, ...tilingTexts].join('\n'),
  problemOf(node, nodeOf, id, hardware = {}) {
    const operands = operandsOf(node, nodeOf);
    const { product } = operands;
    const kernelsOf = (tilings: ReadonlyMap<string, Tiling>) =>
      new Map(
        [...tilings].map(([name, tiling]) => [
          name,
          productKernels(node, operands, tiling, id, false),
        ]),
      );
    return {
      class: classOf(product, hardware),
      work: 2 * sizeOf(product.lead) * product.M * product.K * product.N,
      ways: () => kernelsOf(tilingsOf(product, hardware)),
      variants: (way) => kernelsOf(cutsOf(product, hardware, way)),
    };
  },
};

/** A product, and what its kernels read: the operands, or, where they round themselves, what these are rounded from. */
interface Operands {
  readonly product: Product;
  readonly whole: readonly NodeId[];
  readonly sources: readonly NodeId[];
}

function operandsOf(node: GraphNode, nodeOf: (id: NodeId) => GraphNode): Operands {
  const [a, b] = node.inputs as [number, number];
  const halves = [halfOperand(nodeOf, a), halfOperand(nodeOf, b)];
  const half = halves.every(({ isHalf }) => isHalf);
  return {
    product: { ...productOf(node, nodeOf(a), nodeOf(b)), half },
    whole: [a, b],
    sources: halves.map(({ source }) => source),
  };
}

function productKernels(
  node: GraphNode,
  { product, whole, sources }: Operands,
  tiling: Tiling,
  id: NodeId,
  software: boolean,
): Kernel[] {
  const reads = tiling.rounds ? sources : whole;
  const elements = sizeOf(node.shape);
  const { splits } = tiling;
  if (splits === 1) return [productKernel(product, tiling, reads, id)];
  const partial: Temporary = {
    temporary: 'partial products', // [splits, ...the result's shape]
    bytes: splits * elements * BYTES_PER_ELEMENT,
  };
  return [
    productKernel(product, tiling, reads, partial),
    ...reduceKernels(
      'sum',
      { outer: 1, length: splits, inner: elements },
      { from: partial, to: id },
      software,
    ),
  ];
}

function productOf(node: GraphNode, a: GraphNode, b: GraphNode): Omit<Product, 'half'> {
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

function productKernel(
  product: Product,
  tiling: Tiling,
  reads: Kernel['reads'],
  write: Kernel['writes'][number],
): Kernel {
  const { M, K, N, lead, stepsA, stepsB, sizes, transposeA, transposeB } = product;
  const { threads, perThread, fours } = tiling;
  const sides = fours
    ? sidesInFours(product).filter((side) => fours.sides?.includes(side) ?? true)
    : [];
  // Parts of a sum begin where fours do.
  const step = fours ? 4 : 1;
  const groups =
    tiling.splits *
    sizeOf(lead) *
    Math.ceil(M / (threads[0] * perThread[0])) *
    Math.ceil(N / (threads[1] * perThread[1]));
  return {
    label: `matmul ${M}x${K}x${N}`,
    wgsl: specialize([inFours(commonWgsl, sides), inFours(tiling.wgsl, sides)], {
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
      K_SPAN: Math.ceil(K / tiling.splits / step) * step,
      THREADS_M: threads[0],
      THREADS_N: threads[1],
      WIDE: perThread[0] === 8,
      ...(fours && {
        A_FOURS: sides.includes('a'),
        B_FOURS: sides.includes('b'),
        OUT_FOURS: sides.includes('out'),
        EARLY: fours.early,
      }),
      ...tiling.sizes,
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
export const matmulTunables: Tunables = { matmul: tunableMatmul };
