import {
  type Kernel,
  type Lowering,
  MAX_WORKGROUPS,
  specialize,
  spread,
} from '../../devices/webgpu/kernel';
import type { Lowerings } from '../../devices/webgpu/lowerings';
import { rowLayout } from '../../devices/webgpu/rows';
import { BYTES_PER_ELEMENT, type Shape } from '../../graph/types';
import type { Binding } from '../../plan/binding';
import { attrInts } from '../op';
import columnsWgsl from './reduce.columns.wgsl?raw';
import combineWgsl from './reduce.combine.wgsl?raw';
import rowsWgsl from './reduce.rows.wgsl?raw';

type Reduction = 'sum' | 'max';

/** A tensor read as [outer, length, inner], of which the middle axis goes. */
interface Columns {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

interface Ends {
  readonly from: Binding;
  readonly to: Binding;
}

function reduction(kind: Reduction): Lowering {
  return ({ id, node, nodeOf, software }) => {
    const [x] = node.inputs as [number];
    const steps = columnsOf(nodeOf(x).shape, attrInts(node.attrs, 'axes'));
    let from: Binding = x;
    return steps.flatMap((columns, i) => {
      const to: Binding =
        i === steps.length - 1
          ? id
          : {
              temporary: `axes ${i}`, // [outer, inner]
              bytes: columns.outer * columns.inner * BYTES_PER_ELEMENT,
            };
      const kernels = reduceKernels(kind, columns, { from, to }, software, `part ${i}`);
      from = to;
      return kernels;
    });
  };
}

/** Each run of neighbouring reduced axes is one step, the last run first: there the tensor shrinks most. */
function columnsOf(shape: Shape, axes: readonly number[]): Columns[] {
  const steps: Columns[] = [];
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (!axes.includes(axis)) {
      inner *= shape[axis]!;
      continue;
    }
    let length = shape[axis]!;
    while (axes.includes(axis - 1)) length *= shape[--axis]!;
    const outer = shape.slice(0, axis).reduce((size, n) => size * n, 1);
    steps.push({ outer, length, inner });
  }
  return steps;
}

/** One launch, or two where the columns are too long for the threads that they alone would occupy. */
export function reduceKernels(
  kind: Reduction,
  columns: Columns,
  { from, to }: Ends,
  software: boolean,
  name = 'parts',
): Kernel[] {
  const { outer, inner } = columns;
  const parts = partsOf(columns, software);
  if (parts === 1) return [reduceKernel(kind, columns, 1, { from, to }, software)];
  const between: Binding = {
    temporary: name, // [outer, parts, inner]
    bytes: outer * parts * inner * BYTES_PER_ELEMENT,
  };
  return [
    reduceKernel(kind, columns, parts, { from, to: between }, software),
    reduceKernel(kind, { outer, length: parts, inner }, 1, { from: between, to }, software),
  ];
}

/** Enough parts to occupy the device, and none so short that bringing them together costs more. */
function partsOf({ outer, length, inner }: Columns, software: boolean): number {
  const [wanted, shortest] = software
    ? [64, 2048]
    : // A row has many threads to itself, a column one.
      inner === 1
      ? [64, 4096]
      : [8192, 64];
  const parts = Math.min(Math.ceil(wanted / (outer * inner)), Math.floor(length / shortest));
  // Rounding the span up could leave the last parts empty.
  return parts <= 1 ? 1 : Math.ceil(length / Math.ceil(length / parts));
}

function reduceKernel(
  kind: Reduction,
  { outer, length, inner }: Columns,
  parts: number,
  { from, to }: Ends,
  software: boolean,
): Kernel {
  const sizes = {
    OUTER: outer,
    LENGTH: length,
    PARTS: parts,
    SPAN: Math.ceil(length / parts),
    MAX: kind === 'max',
  };
  const common = { label: `${kind} ${outer}x${length}x${inner}`, numbers: [] };
  const bound = { reads: [from], writes: [to] };
  const results = outer * parts * inner;
  if (inner === 1 && !software) {
    const layout = rowLayout(results, sizes.SPAN, software);
    return {
      ...common,
      ...bound,
      wgsl: specialize([layout.wgsl, combineWgsl, rowsWgsl], { ...layout.sizes, ...sizes }),
      workgroups: layout.workgroups,
      workgroupBytes: layout.workgroupBytes,
    };
  }
  const threads = software ? 16 : 64;
  return {
    ...common,
    ...bound,
    wgsl: specialize([combineWgsl, columnsWgsl], {
      ...sizes,
      INNER: inner,
      THREADS: threads,
      MAX_WORKGROUPS,
    }),
    workgroups: spread(Math.ceil(results / threads)),
  };
}

export const reductionLowerings: Lowerings = { sum: reduction('sum'), max: reduction('max') };
