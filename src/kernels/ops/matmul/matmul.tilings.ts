import { BYTES_PER_ELEMENT, sizeOf } from '../../graph/types';
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
  /** Workgroup memory: what matmul.tiled.wgsl declares. */
  readonly workgroupBytes: number;
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
const WAYS = {
  'tiles of 32': { wgsl: tiledWgsl, perThread: 4, isTiled: true },
  'tiles of 64': { wgsl: tiledWgsl, perThread: 8, isTiled: true },
  'registers of 64': { wgsl: registersWgsl, perThread: 8, isTiled: false },
} as const;
/** How many workgroups a product is cut into, at least, as far as the length of its sum allows. */
const GROUPS = [128, 1, 512] as const;

/** Steps along K that must be spared for a second launch, which brings the parts together. */
const WORTH_A_LAUNCH = 256;

const nameOf = (way: keyof typeof WAYS, groups: number): string => `${way}, ${groups} groups`;

/** What a real GPU is given untold: large tiles where there are enough of them to keep it busy, else small ones. */
function usualWay(product: Product): keyof typeof WAYS {
  return tilesOf(product, 64) >= 256 ? 'tiles of 64' : 'tiles of 32';
}

function sharedTiling(product: Product, name: keyof typeof WAYS, wanted: number): Tiling {
  const { wgsl, perThread, isTiled } = WAYS[name];
  const edge = 8 * perThread;
  const splits = splitsOf(product.K, Math.ceil(wanted / tilesOf(product, edge)), 128);
  return {
    wgsl,
    threads: [8, 8],
    perThread: [perThread, perThread],
    splits: product.K - product.K / splits < WORTH_A_LAUNCH ? 1 : splits,
    workgroupBytes: isTiled ? 2 * 16 * (edge / 4 + 1) * 4 * BYTES_PER_ELEMENT : 0,
  };
}

function tilesOf({ M, N, lead }: Product, edge: number): number {
  return sizeOf(lead) * Math.ceil(M / edge) * Math.ceil(N / edge);
}

/** Every tiling for a real GPU that differs from the others at this shape, by name; the usual one first. */
export function tilingsOf(product: Product): ReadonlyMap<string, Tiling> {
  const usual = usualWay(product);
  const ways = (Object.keys(WAYS) as (keyof typeof WAYS)[]).filter((way) => way !== usual);
  const tilings = new Map<string, Tiling>();
  const seen = new Set<string>();
  for (const way of [usual, ...ways]) {
    for (const groups of GROUPS) {
      const tiling = sharedTiling(product, way, groups);
      const same = `${way} ${tiling.splits}`;
      if (seen.has(same)) continue;
      seen.add(same);
      tilings.set(nameOf(way, groups), tiling);
    }
  }
  return tilings;
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
  for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
    const groups = GROUPS.find((count) => nameOf(way, count) === chosen);
    if (groups !== undefined) return sharedTiling(product, way, groups);
  }
  return sharedTiling(product, usualWay(product), GROUPS[0]);
}

/** The texts of which the kernels are made. */
export const tilingTexts: readonly string[] = [tiledWgsl, registersWgsl];

/** As many parts as wanted, none shorter than `shortest` and, once the span is rounded up, none empty. */
function splitsOf(K: number, wanted: number, shortest: number): number {
  const splits = Math.min(wanted, Math.floor(K / shortest));
  return splits <= 1 ? 1 : Math.ceil(K / Math.ceil(K / splits));
}
