import type { MatrixUnits } from '../../devices/webgpu/kernel';
import { BYTES_PER_ELEMENT, type GraphNode, type NodeId } from '../../graph/types';
import { isAlias } from '../../plan/kinds';
import type { Product } from './matmul.tilings';
import unitsWgsl from './matmul.units.wgsl?raw';

/** An operand of a product, and what of it a kernel reads that rounds to float16 itself. */
export interface HalfOperand {
  readonly isHalf: boolean;
  readonly source: NodeId;
}

/** Ops that only move elements. */
const MOVES = new Set(['transpose', 'broadcastTo', 'slice', 'concat']);
/** How far back an operand is followed. */
const STEPS = 8;

/**
 * Whether all elements of an operand are numbers of float16, and the tensor of as many elements in the same order
 * that a kernel may read in its place if it rounds what it reads: what is rounded, where nothing moves in between.
 */
export function halfOperand(nodeOf: (id: NodeId) => GraphNode, id: NodeId): HalfOperand {
  let held = id;
  while (isAlias(nodeOf(held).op)) held = nodeOf(held).inputs[0]!;
  const { op, inputs } = nodeOf(held);
  if (op === 'roundF16') return { isHalf: true, source: inputs[0]! };
  return { isHalf: isRounded(nodeOf, held, STEPS), source: id };
}

function isRounded(nodeOf: (id: NodeId) => GraphNode, id: NodeId, steps: number): boolean {
  const { op, inputs } = nodeOf(id);
  if (op === 'roundF16') return true;
  const moves = MOVES.has(op) || isAlias(op);
  return moves && steps > 0 && inputs.every((input) => isRounded(nodeOf, input, steps - 1));
}

/**
 * A tiled kernel's text with the tiles in float16, and so its operands rounded. The text names them in a few ways
 * only: where they are declared, and in statements that store or load four elements.
 */
export function inHalves(text: string): string {
  return text
    .replace(/(var<workgroup> tile_[ab]: array<)vec4f,/g, '$1vec4h,')
    .replace(/(\btile_[ab]\[[^\]]+\] = )([^;]+);/g, '$1vec4h($2);')
    .replace(/= (tile_[ab]\[[^\]]+\]);/g, '= vec4f($1);');
}

/** Elements along K of the tiles in matmul.units.wgsl, at best, and where those do not fit into workgroup memory. */
const TILES_K = [32, 16];

/** The kernel for matrix units that computes square tiles with so many threads. */
export interface UnitTiling {
  readonly wgsl: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly workgroupBytes: number;
}

/** Null where units of these sizes do not fill such a tile, or the tile does not fit into workgroup memory. */
export function unitTiling(
  product: Omit<Product, 'half'>,
  units: MatrixUnits,
  edge: number,
  threads: number,
): UnitTiling | null {
  const { M, N, K, subgroup } = units;
  const subgroups = threads / subgroup;
  const down = 2 ** Math.floor(Math.log2(subgroups) / 2);
  const across = subgroups / down;
  const [rows, columns] = [edge / down / M, edge / across / N];
  if (![subgroups, across, rows, columns].every(Number.isInteger)) return null;
  const bytesOf = (tileK: number) =>
    2 * 2 * Math.max(edge * (tileK + 8), tileK * (edge + 8)) +
    subgroups * M * (edge / across) * BYTES_PER_ELEMENT;
  const tileK = TILES_K.find((k) => k % K === 0 && bytesOf(k) <= units.workgroupBytes);
  if (tileK === undefined) return null;
  const whole = product.M % edge === 0 && product.N % edge === 0;
  // Which way the tiles lie follows from the operands.
  const alongA = !product.transposeA || product.M === 1;
  const alongB = product.transposeB || product.N === 1;
  return {
    wgsl: writtenOut(unitsWgsl, { m: rows, n: columns })
      .replaceAll('LAYOUT_A', alongA ? 'row_major' : 'col_major')
      .replaceAll('LAYOUT_B', alongB ? 'col_major' : 'row_major')
      .replace(/(fn store_block\([^)]*\)) \{[^}]*\}/, whole ? '$&' : '$1 {}'),
    sizes: {
      UNIT_M: M,
      UNIT_N: N,
      UNIT_K: K,
      SUBGROUP: subgroup,
      SUBGROUPS_M: down,
      SUBGROUPS_N: across,
      TILE_M: edge,
      TILE_N: edge,
      TILE_K: tileK,
      THREADS: threads,
    },
    workgroupBytes: bytesOf(tileK),
  };
}

/** Copies what stands between "each x" and "end x" as often as `counts` says of x, with its number for {x}. */
function writtenOut(text: string, counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).reduce(
    (written, [letter, count]) =>
      written.replace(
        new RegExp(`\\/\\*each ${letter}\\*\\/([\\s\\S]*?)\\/\\*end ${letter}\\*\\/`, 'g'),
        (_, passage: string) =>
          Array.from({ length: count }, (_, n) => passage.replaceAll(`{${letter}}`, `${n}`)).join(
            '',
          ),
      ),
    text,
  );
}

/** The text of the kernel for matrix units, before the sizes of units and products are known. */
export const unitsText = unitsWgsl;
