import {
  bytesOfNumbers,
  type LoweringContext,
  type WasmKernel,
  type WasmLowerings,
} from '../../devices/wasm/kernel';
import { broadcastStrides } from '../../graph/shapes';
import { type Shape, sizeOf } from '../../graph/types';
import { attrBoolean } from '../op';
import { walk } from '../walk';
import { matmulSizes } from './matmul';

/** Columns of one panel of a packed right side, as assembly/gemm.ts has it. */
const PANEL = 8;
/** Rows of a product that a thread takes at once, as assembly/matmul.ts has it. */
const GRAIN = 4;
/** So many products or more are dealt out whole. */
const MANY = 16;

export const matmulOnWasm: WasmLowerings = { matmul: lowerMatmul };

function lowerMatmul(context: LoweringContext): WasmKernel[] {
  const { node, id, nodeOf } = context;
  const [a, b] = node.inputs as [number, number];
  const transposeA = attrBoolean(node.attrs, 'transposeA');
  const transposeB = attrBoolean(node.attrs, 'transposeB');
  const { lead, M, K, N } = matmulSizes(nodeOf(a), nodeOf(b), node.attrs);
  const leadA = nodeOf(a).shape.slice(0, -2);
  const leadB = nodeOf(b).shape.slice(0, -2);

  // One right side for all: the left sides are one tall matrix, unless each is stored transposed.
  if (sizeOf(leadB) === 1 && (!transposeA || sizeOf(leadA) === 1)) {
    const panels = {
      temporary: 'panels',
      bytes: 4 * Math.ceil(N / PANEL) * PANEL * K,
    };
    const rows = M * sizeOf(leadA);
    return [
      {
        label: 'pack',
        entry: 'packRight',
        args: [{ of: b }, { of: panels }, K, N, transposeB],
        reads: [b],
        writes: [panels],
        ahead: true,
        shares: [
          { of: [panels], count: Math.ceil(N / PANEL), grain: 1 },
          ...(transposeB ? [{ of: [b], count: N, grain: PANEL }] : []),
        ],
      },
      {
        label: 'matmul',
        entry: 'matmul',
        args: [{ of: a }, { of: panels }, { of: id }, rows, K, N, transposeA],
        reads: [a, panels],
        writes: [id],
        scratch: context.sizeOf('matmulScratch'),
        shares: [{ of: transposeA ? [id] : [a, id], count: rows, grain: GRAIN }],
      },
    ];
  }
  const table = {
    key: `matmul ${leadA} ${leadB} ${lead} ${M} ${K} ${N}`,
    bytes: () => places(lead, [leadA, leadB], [4 * M * K, 4 * K * N]),
  };
  const count = sizeOf(lead);
  const few = count < MANY;
  const sizes = [count, M, K, N, transposeA, transposeB, few];
  /** Shares of a thread: of few products by rows, of which it reads the whole sides. */
  const runs = few ? Math.ceil(M / GRAIN) : 1;
  const whole = [...(sizeOf(leadA) === count ? [a] : []), ...(sizeOf(leadB) === count ? [b] : [])];
  return [
    {
      label: 'matmul',
      entry: 'matmulMany',
      args: [{ of: a }, { of: b }, { of: id }, { table }, ...sizes],
      reads: [a, b],
      writes: [id],
      scratch: context.sizeOf('matmulManyScratch', K, N),
      shares: [
        { of: whole, count: count * runs, grain: 1, mixed: runs },
        { of: [id], count: count * runs, grain: 1, mixed: M % GRAIN === 0 ? 1 : runs },
      ],
    },
  ];
}

/** For each product, where its left and right side begin, in bytes. */
function places(lead: Shape, sides: readonly Shape[], bytes: readonly number[]): Uint8Array {
  const offsets: number[] = [];
  const strides = sides.map((side) => broadcastStrides(side, lead));
  walk(lead, strides, (starts, count, steps) => {
    for (let n = 0; n < count; n++) {
      starts.forEach((start, side) => {
        offsets.push((start + n * steps[side]!) * bytes[side]!);
      });
    }
  });
  return bytesOfNumbers(Int32Array.from(offsets));
}
