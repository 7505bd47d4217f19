import { BYTES_PER_ELEMENT, sizeOf } from '../../graph/types';
import foursWgsl from './matmul.fours.wgsl?raw';
import quadsWgsl from './matmul.quads.wgsl?raw';
import registersWgsl from './matmul.registers.wgsl?raw';
import tiledWgsl from './matmul.tiled.wgsl?raw';

/** The product of two stacks of matrices, and how far apart in memory their elements lie. */
export interface Product {
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
export interface Tiling {
  readonly wgsl: string;
  /** Threads of a workgroup along M and N. */
  readonly threads: readonly [number, number];
  /** Elements of the result that a thread computes, along M and along N. */
  readonly perThread: readonly [number, number];
  /** How many parts the sum over K is cut into: the parts of a long, thin product run side by side. */
  readonly splits: number;
  /** Workgroup memory: what matmul.tiled.wgsl and matmul.fours.wgsl declare. */
  readonly workgroupBytes: number;
  /** Memory is read and written in fours where they lie so, the next tile's `early` or not. */
  readonly fours?: { readonly early: boolean };
}

/**
 * For an adapter that is really the CPU: a few hundred threads are plenty, and workgroup memory is slow.
 * Where N is narrow the 16 threads of a workgroup stand along M, so that few of them have nothing to do.
 * `quads`: larger tiles where four threads run in step, unless half of such a tile would lie past the edge.
 */
export function registerTiling({ M, K, N, lead }: Product, quads: boolean): Tiling {
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

/** How a real GPU shares out tiles. All have 64 threads a workgroup, so that any two can share a launch. */
const WAYS: Readonly<Record<string, Way>> = {
  'tiles of 32': { wgsl: tiledWgsl, perThread: 4, tileK: 16 },
  'tiles of 64': { wgsl: tiledWgsl, perThread: 8, tileK: 16 },
  'early fours of 64': { wgsl: foursWgsl, perThread: 8, tileK: 16, fours: { early: true } },
  'early fours of 32': { wgsl: foursWgsl, perThread: 4, tileK: 32, fours: { early: true } },
  'fours of 64': { wgsl: foursWgsl, perThread: 8, tileK: 16, fours: { early: false } },
  'registers of 64': { wgsl: registersWgsl, perThread: 8, tileK: 0 },
};

interface Way extends Pick<Tiling, 'wgsl' | 'fours'> {
  /** Elements of the result to a thread, along each axis. */
  readonly perThread: number;
  /** Elements along K of the tiles in workgroup memory; 0: there are none. */
  readonly tileK: number;
}

/** How many workgroups a product is cut into, at least, as far as the length of its sum allows. */
const GROUPS = [128, 1, 512] as const;

/** Steps along K that must be spared for a second launch, which brings the parts together. */
const WORTH_A_LAUNCH = 256;

const nameOf = (way: string, groups: number): string => `${way}, ${groups} groups`;

/** What a real GPU is given untold: large tiles where there are enough of them to keep it busy, else small ones. */
function usualWay(product: Product): string {
  return tilesOf(product, 64) >= 256 ? 'tiles of 64' : 'tiles of 32';
}

function sharedTiling(product: Product, name: string, wanted: number): Tiling {
  const { wgsl, perThread, tileK, fours } = WAYS[name]!;
  const edge = 8 * perThread;
  const splits = splitsOf(product.K, Math.ceil(wanted / tilesOf(product, edge)), 128);
  return {
    wgsl,
    threads: [8, 8],
    perThread: [perThread, perThread],
    splits: product.K - product.K / splits < WORTH_A_LAUNCH ? 1 : splits,
    workgroupBytes: 2 * tileK * (edge / 4 + 1) * 4 * BYTES_PER_ELEMENT,
    ...(fours && { fours }),
  };
}

function tilesOf({ M, N, lead }: Product, edge: number): number {
  return sizeOf(lead) * Math.ceil(M / edge) * Math.ceil(N / edge);
}

/** The ways of a real GPU to compute a product, by name; the usual one first, and then what is likely to be faster. */
export function tilingsOf(product: Product): ReadonlyMap<string, Tiling> {
  const usual = usualWay(product);
  const ways = new Set([usual, ...Object.keys(WAYS)]);
  return new Map(
    [...ways].map((way) => [nameOf(way, GROUPS[0]), sharedTiling(product, way, GROUPS[0])]),
  );
}

/** The named way first, and then as it is with the sum cut into fewer or more parts, where that makes a difference. */
export function cutsOf(product: Product, name: string): ReadonlyMap<string, Tiling> {
  const way = Object.keys(WAYS).find((one) => nameOf(one, GROUPS[0]) === name)!;
  const cuts = new Map<number, [string, Tiling]>();
  for (const groups of GROUPS) {
    const tiling = sharedTiling(product, way, groups);
    if (!cuts.has(tiling.splits)) cuts.set(tiling.splits, [nameOf(way, groups), tiling]);
  }
  return new Map(cuts.values());
}

/** Products that are likely to want the same tiling: sizes by powers of two, and which side is transposed. */
export function classOf({ M, K, N, lead, transposeA, transposeB }: Product): string {
  const sizes = [sizeOf(lead), M, K, N].map((n) => 2 ** Math.round(Math.log2(n)));
  return `matmul ${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'} ${sizes.join('x')}`;
}

/** The tiling that was measured to be the fastest for such products, or else the usual one. */
export function chosenTiling(
  product: Product,
  choices: ReadonlyMap<string, string> = new Map(),
): Tiling {
  const chosen = choices.get(classOf(product));
  for (const way of Object.keys(WAYS)) {
    const groups = GROUPS.find((count) => nameOf(way, count) === chosen);
    if (groups !== undefined) return sharedTiling(product, way, groups);
  }
  return sharedTiling(product, usualWay(product), GROUPS[0]);
}

/** The texts of which the kernels are made. */
export const tilingTexts: readonly string[] = [tiledWgsl, foursWgsl, registersWgsl];

/** As many parts as wanted, none shorter than `shortest` and, once the span is rounded up, none empty. */
function splitsOf(K: number, wanted: number, shortest: number): number {
  const splits = Math.min(wanted, Math.floor(K / shortest));
  return splits <= 1 ? 1 : Math.ceil(K / Math.ceil(K / splits));
}
