import { GraphBuilder } from '../../graph/builder';
import { roundF16 } from '../../ops/elementwise/round-f16';
import type { Gpu } from './adapter';
import roundingWgsl from './halves.wgsl?raw';
import { type Lowering, type MatrixUnits, specialize } from './kernel';
import { runKernels } from './runKernel';

/** What products of float16 numbers a device can compute by itself, as `LoweringContext` says. */
export interface Halves {
  readonly half: boolean;
  readonly units?: MatrixUnits;
}

const NONE: Halves = { half: false };

/**
 * Asks a device what it does with float16, since WGSL and drivers leave much open: whether numbers round as
 * `roundF16` rounds them, infinities and subnormals included, and whether its matrix units multiply as they should.
 * `subgroup`: threads of consecutive numbers that run in step, as `neighboursInStep` found; `matmul` is the kernel
 * to try. What is not as it should be is not used.
 */
export async function halvesOf(
  { device, matrices = [] }: Pick<Gpu, 'device' | 'matrices'>,
  subgroup: number,
  matmul: Lowering,
): Promise<Halves> {
  if (!device.features.has('shader-f16') || !(await roundsRight(device))) return NONE;
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  // A kernel shares its tile out among subgroups, so it has to know how many there are.
  if (subgroup < 2 || subgroupMinSize !== subgroup || subgroupMaxSize !== subgroup) {
    return { half: true };
  }
  const fitting = matrices
    .filter((one) => one.componentType === 'f16' && one.resultComponentType === 'f32')
    // Larger ones do more for each number that is loaded.
    .sort((x, y) => y.M * y.N * y.K - x.M * x.N * x.K);
  const workgroupBytes = device.limits.maxComputeWorkgroupStorageSize;
  for (const { M, N, K } of fitting) {
    const units = { M, N, K, subgroup, workgroupBytes };
    const right =
      (await multipliesRight(device, units, matmul, [72, 40, 80], false)) &&
      (await multipliesRight(device, units, matmul, [64, 32, 64], true));
    if (right) return { half: true, units };
  }
  return { half: true };
}

/** Rounds numbers of every exponent that float16 has and some more: ties, their neighbours, what is not finite. */
async function roundsRight(device: GPUDevice): Promise<boolean> {
  const x = numbersToRound();
  const kernel = {
    label: 'rounding to float16',
    wgsl: specialize(roundingWgsl, { COUNT: x.length }),
    numbers: [],
    reads: [0],
    writes: [1],
    workgroups: [x.length / 256, 1, 1] as const,
  };
  const written = await tried(() =>
    runKernels(device, [kernel], { 0: { data: x }, 1: { length: x.length, dtype: 'f32' } }),
  );
  return (
    written?.[1] !== undefined && x.every((value, i) => same(written[1]![i]!, roundF16(value)))
  );
}

/** A whole number of 256s of them. */
function numbersToRound(): Float32Array {
  const bits: number[] = [0x7f800000, 0x7fc00000, 0];
  for (let exponent = 127 - 26; exponent <= 127 + 17; exponent++) {
    for (let i = 0; i < 23; i++) {
      for (let j = i; j < 23; j++) {
        const middle = (exponent << 23) | (1 << i) | (1 << j);
        bits.push(middle - 1, middle, middle + 1);
      }
    }
  }
  const signed = [...bits, ...bits.map((word) => (word | 0x80000000) >>> 0)];
  const words = new Uint32Array(Math.ceil(signed.length / 256) * 256);
  words.set(signed);
  return new Float32Array(words.buffer);
}

/**
 * Tries a product of M x K by K x N, whose sums are exact in float32, however they are ordered. Some rows are of
 * subnormal numbers of float16. With edges or of one whole tile: the kernel writes those in different ways.
 */
async function multipliesRight(
  device: GPUDevice,
  units: MatrixUnits,
  matmul: Lowering,
  [M, K, N]: readonly [number, number, number],
  transposed: boolean,
): Promise<boolean> {
  const at = (matrix: number) => (row: number, column: number) => {
    const whole = ((row * 7 + column * 5 + matrix) % 13) - 6;
    return matrix === 0 && row % 3 === 0 ? whole * 2 ** -24 : whole;
  };
  const [a, b] = [at(0), at(1)];
  const attrs = { transposeA: transposed, transposeB: transposed };
  const shaped = (shape: readonly [number, number]) =>
    transposed ? ([shape[1], shape[0]] as const) : shape;
  const graph = new GraphBuilder();
  const [left, right] = [graph.input('a', shaped([M, K])), graph.input('b', shaped([K, N]))];
  const rounded = [left, right].map((id) => graph.emit('roundF16', [id])) as [number, number];
  const id = graph.matmul(...rounded, attrs);
  const kernels = matmul({
    graph: graph.finish({}),
    node: graph.node(id),
    id,
    nodeOf: (other) => graph.node(other),
    sibling: () => undefined,
    software: false,
    half: true,
    units,
  });
  const written = await tried(() =>
    runKernels(device, kernels, {
      [left]: { data: matrix(M, K, a, transposed) },
      [right]: { data: matrix(K, N, b, transposed) },
      [id]: { length: M * N, dtype: 'f32' },
    }),
  );
  const product = matrix(M, N, (m, n) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += a(m, k) * b(k, n);
    return sum;
  });
  return product.every((value, i) => value === written?.[id]?.[i]);
}

function matrix(
  rows: number,
  columns: number,
  at: (row: number, column: number) => number,
  transposed = false,
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    transposed ? at(i % rows, Math.floor(i / rows)) : at(Math.floor(i / columns), i % columns),
  );
}

/** Zeros of either sign are the same: what they are worth in a sum is. */
function same(x: number, y: number): boolean {
  return x === y || (Number.isNaN(x) && Number.isNaN(y));
}

/** Null where a device refuses. */
async function tried<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
