import type { MatrixUnits, Size } from '../../devices/webgpu/kernel';
import { BYTES_PER_ELEMENT, sizeOf } from '../../graph/types';
import type { Side } from './matmul.fours';
import foursWgsl from './matmul.fours.wgsl?raw';
import { inHalves, type UnitTiling, unitsText, unitTiling } from './matmul.halves';
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
  /** Both sides are numbers of float16. */
  readonly half: boolean;
}

/** What a device has beyond float32, as `LoweringContext` says. */
export interface Hardware {
  readonly half?: boolean | undefined;
  readonly units?: MatrixUnits | undefined;
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
  readonly fours?: { readonly early: boolean; readonly sides?: readonly Side[] };
  /** The kernel rounds what it reads to float16 itself. */
  readonly rounds?: boolean;
  /** What its text wants to know besides what all do. */
  readonly sizes?: Readonly<Record<string, Size>>;
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

/** Those of numbers of float16, which they round themselves: with tiles half as large in memory, */
const HALF_WAYS: Readonly<Record<string, Way>> = Object.fromEntries(
  ['tiles of 32', 'tiles of 64', 'early fours of 64', 'early fours of 32'].map((name) => {
    const way = WAYS[name]!;
    return [`f16 ${name}`, { ...way, wgsl: inHalves(way.wgsl), half: true }];
  }),
);

/** and on matrix units. The second has 256 threads, and shares launches with its like alone. */
const UNIT_WAYS: Readonly<Record<string, Way>> = {
  'units of 64': { wgsl: unitsText, perThread: 8, tileK: 0, half: true, threads: 64 },
  'units of 128': { wgsl: unitsText, perThread: 8, tileK: 0, half: true, threads: 256 },
};

const ALL_WAYS = { ...WAYS, ...HALF_WAYS, ...UNIT_WAYS };

interface Way extends Pick<Tiling, 'wgsl' | 'fours'> {
  /** Elements of the result to a thread, along each axis. */
  readonly perThread: number;
  /** Elements along K of the tiles in workgroup memory; 0: there are none, or the way knows itself. */
  readonly tileK: number;
  /** Rounds what it reads to float16. */
  readonly half?: boolean;
  /** Where matrix units do the work: how many threads a workgroup has. */
  readonly threads?: number;
}

/** How many workgroups a product is cut into, at least, as far as the length of its sum allows. */
const GROUPS = [128, 1, 512] as const;

/** Steps along K that must be spared for a second launch, which brings the parts together. */
const WORTH_A_LAUNCH = 256;

const nameOf = (way: string, groups: number): string => `${way}, ${groups} groups`;

/** What a real GPU is given untold: large tiles where there are enough of them to keep it busy, else small ones. */
function usualWay(product: Product, hardware: Hardware): string {
  const { M, N, K } = product;
  const fills = M >= 64 && N >= 64 && K >= 32;
  if (fills && canTake('units of 64', product, hardware)) return 'units of 64';
  const tiles = tilesOf(product, 64) >= 256 ? 'tiles of 64' : 'tiles of 32';
  return product.half && hardware.half ? `f16 ${tiles}` : tiles;
}

/** Whether a device can compute a product in one of these ways. */
function canTake(way: string, product: Product, { half, units }: Hardware): boolean {
  const { half: rounds, threads } = ALL_WAYS[way]!;
  if (!rounds) return true;
  if (!product.half || !half) return false;
  if (threads === undefined) return true;
  return units !== undefined && unitsOf(way, product, units) !== null;
}

function unitsOf(way: string, product: Product, units: MatrixUnits): UnitTiling | null {
  const { threads = 64, perThread } = ALL_WAYS[way]!;
  return unitTiling(product, units, Math.sqrt(threads) * perThread, threads);
}

/** The usual way first, and then others. What is rounded for them, ways in float32 only read as they usually do. */
function waysOf(product: Product, hardware: Hardware): readonly string[] {
  const usual = usualWay(product, hardware);
  const inF32 = usualWay({ ...product, half: false }, hardware);
  const others = ALL_WAYS[usual]!.half
    ? [...Object.keys(UNIT_WAYS), ...Object.keys(HALF_WAYS), inF32]
    : Object.keys(WAYS);
  return [...new Set([usual, ...others])].filter((way) => canTake(way, product, hardware));
}

function sharedTiling(product: Product, name: string, wanted: number, hardware: Hardware): Tiling {
  const { wgsl, perThread, tileK, half = false, threads = 64, ...way } = ALL_WAYS[name]!;
  const along = Math.sqrt(threads);
  const edge = along * perThread;
  const splits = splitsOf(product.K, Math.ceil(wanted / tilesOf(product, edge)), 128);
  const bytes = half ? BYTES_PER_ELEMENT / 2 : BYTES_PER_ELEMENT;
  const tiling: Tiling = {
    wgsl,
    threads: [along, along],
    perThread: [perThread, perThread],
    splits: product.K - product.K / splits < WORTH_A_LAUNCH ? 1 : splits,
    workgroupBytes: 2 * tileK * (edge / 4 + 1) * 4 * bytes,
    ...(way.fours && { fours: way.fours }),
    rounds: half,
  };
  if (wgsl !== unitsText) return tiling;
  // Units write single elements.
  const fours = { early: false, sides: ['a', 'b'] } as const;
  return { ...tiling, fours, ...unitsOf(name, product, hardware.units!) };
}

function tilesOf({ M, N, lead }: Product, edge: number): number {
  return sizeOf(lead) * Math.ceil(M / edge) * Math.ceil(N / edge);
}

/** The ways of a real GPU to compute a product, by name; the usual one first. */
export function tilingsOf(product: Product, hardware: Hardware): ReadonlyMap<string, Tiling> {
  return new Map(
    waysOf(product, hardware).map((way) => [
      nameOf(way, GROUPS[0]),
      sharedTiling(product, way, GROUPS[0], hardware),
    ]),
  );
}

/** The named way first, and then as it is with the sum cut into fewer or more parts, where that makes a difference. */
export function cutsOf(
  product: Product,
  hardware: Hardware,
  name: string,
): ReadonlyMap<string, Tiling> {
  const way = waysOf(product, hardware).find((one) => nameOf(one, GROUPS[0]) === name)!;
  const cuts = new Map<number, [string, Tiling]>();
  for (const groups of GROUPS) {
    const tiling = sharedTiling(product, way, groups, hardware);
    if (!cuts.has(tiling.splits)) cuts.set(tiling.splits, [nameOf(way, groups), tiling]);
  }
  return new Map(cuts.values());
}

/**
 * Products that are likely to want the same tiling: sizes by powers of two, which side is transposed, and for numbers of
 * float16 what the device has for them, which may change with a flag of the browser.
 */
export function classOf(product: Product, hardware: Hardware): string {
  const { M, K, N, lead, transposeA, transposeB } = product;
  const sizes = [sizeOf(lead), M, K, N].map((n) => 2 ** Math.round(Math.log2(n)));
  const op =
    product.half && hardware.half ? `matmul ${hardware.units ? 'units' : 'f16'}` : 'matmul';
  return `${op} ${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'} ${sizes.join('x')}`;
}

/** The tiling that was measured to be the fastest for such products, or else the usual one. */
export function chosenTiling(
  product: Product,
  choices: ReadonlyMap<string, string> = new Map(),
  hardware: Hardware = {},
): Tiling {
  const chosen = choices.get(classOf(product, hardware));
  for (const way of chosen === undefined ? [] : Object.keys(ALL_WAYS)) {
    const groups = GROUPS.find((count) => nameOf(way, count) === chosen);
    // What was measured under another driver may not be had any more.
    if (groups !== undefined && canTake(way, product, hardware)) {
      return sharedTiling(product, way, groups, hardware);
    }
  }
  return sharedTiling(product, usualWay(product, hardware), GROUPS[0], hardware);
}

/** The texts of which the kernels are made. */
export const tilingTexts: readonly string[] = [tiledWgsl, foursWgsl, registersWgsl, unitsText];

/** As many parts as wanted, none shorter than `shortest` and, once the span is rounded up, none empty. */
function splitsOf(K: number, wanted: number, shortest: number): number {
  const splits = Math.min(wanted, Math.floor(K / shortest));
  return splits <= 1 ? 1 : Math.ceil(K / Math.ceil(K / splits));
}
