import { asRows } from '../../graph/shapes';
import { BYTES_PER_ELEMENT } from '../../graph/types';
import { type Kernel, type Lowering, MAX_WORKGROUPS, specialize, spread } from './kernel';
import aloneWgsl from './rows.alone.wgsl?raw';
import subgroupsWgsl from './rows.subgroups.wgsl?raw';
import togetherWgsl from './rows.together.wgsl?raw';

/** How rows are shared out among threads. */
export interface RowLayout {
  /** `row_of`, `sum_over_row` and `max_over_row`, to be put before a kernel's own text. */
  readonly wgsl: string;
  readonly sizes: {
    readonly ROWS: number;
    /** Threads to a row, and to a workgroup. */
    readonly LANES: number;
    readonly THREADS: number;
    readonly SUBGROUP: number;
    readonly MAX_WORKGROUPS: number;
  };
  readonly workgroups: Kernel['workgroups'];
  readonly workgroupBytes: number;
}

/** A layout of `rows` rows of `width` elements each; `subgroup` as LoweringContext says. */
export function rowLayout(rows: number, width: number, software: boolean, subgroup = 1): RowLayout {
  // A GPU wants neighbouring threads on neighbouring elements, about four to each; a CPU wants no barriers.
  const most = software ? (rows < 16 ? 16 : 1) : 256;
  const lanes = Math.min(powerOfTwoFrom(width / 4), most);
  const threads = Math.max(lanes, software ? 16 : 64);
  return {
    wgsl: lanes === 1 ? aloneWgsl : subgroup > 1 ? subgroupsWgsl : togetherWgsl,
    sizes: { ROWS: rows, LANES: lanes, THREADS: threads, SUBGROUP: subgroup, MAX_WORKGROUPS },
    workgroups: spread(Math.ceil((rows * lanes) / threads)),
    workgroupBytes: lanes === 1 ? 0 : threads * 2 * BYTES_PER_ELEMENT,
  };
}

/**
 * An op that works on each row of its first input, N elements wide, by one kernel. Its `numbers` are the
 * node's attributes of those names.
 */
export function rowLowering(wgsl: string, numbers: readonly string[] = []): Lowering {
  return ({ id, node, nodeOf, software, subgroup }) => {
    const { rows, width } = asRows(nodeOf(node.inputs[0]!).shape);
    const layout = rowLayout(rows, width, software, subgroup);
    return [
      {
        label: `${node.op} ${rows}x${width}`,
        wgsl: specialize([layout.wgsl, wgsl], { ...layout.sizes, N: width }),
        numbers: numbers.map((name) => node.attrs[name] as number),
        reads: node.inputs,
        writes: [id],
        workgroups: layout.workgroups,
        workgroupBytes: layout.workgroupBytes,
      },
    ];
  };
}

/** The smallest power of two that is not smaller. */
function powerOfTwoFrom(n: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(n)));
}
