import { keptShape } from '../../ops/reductions/reductions';
import { asRows, sameShape } from '../shapes';
import { type Attrs, type NodeId, type Shape, sizeOf } from '../types';
import type { Candidate, Rewriter, Rule } from './rewriter';

const ints = (attrs: Attrs, name: string) => attrs[name] as readonly number[];

/** The scalar that a node repeats everywhere, whatever its shape. */
function repeated(r: Rewriter, id: NodeId): NodeId | undefined {
  const { op, inputs } = r.node(id);
  return op === 'broadcastTo' && r.node(inputs[0]!).shape.length === 0 ? inputs[0] : undefined;
}

/** A tensor that is one number everywhere stays so, however its elements are moved. */
const moveRepeated: Rule = ({ inputs: [x], shape }, r) => {
  const scalar = repeated(r, x!);
  return scalar === undefined ? undefined : r.broadcastTo(scalar, shape);
};

const unchanged: Rule = ({ inputs: [x], shape }, r) =>
  sameShape(r.node(x!).shape, shape) ? x : undefined;

/** A reduction over axes of size 1 has nothing to reduce. */
const reduceNothing: Rule = ({ inputs: [x], attrs, shape }, r) => {
  const from = r.node(x!).shape;
  const reduces = ints(attrs, 'axes').some((axis) => from[axis] !== 1);
  return reduces ? undefined : r.reshape(x!, shape);
};

const sumRepeated: Rule = ({ inputs: [x], attrs, shape }, r) => {
  const scalar = repeated(r, x!);
  if (scalar === undefined) return undefined;
  const from = r.node(x!).shape;
  const count = sizeOf(from) / sizeOf(keptShape(from, ints(attrs, 'axes')));
  return r.broadcastTo(r.emit('mul', [scalar, r.constant(count, 'f32')]), shape);
};

const transposeRules: readonly Rule[] = [
  moveRepeated,
  ({ inputs: [x], attrs }, r) => {
    const before = r.node(x!);
    if (before.op !== 'transpose') return undefined;
    const inner = ints(before.attrs, 'perm');
    const perm = ints(attrs, 'perm').map((axis) => inner[axis]!);
    return r.emit('transpose', [before.inputs[0]!], { perm });
  },
  // Where only axes of size 1 change places, no element moves.
  ({ inputs: [x], attrs, shape }, r) => {
    const from = r.node(x!).shape;
    const moved = ints(attrs, 'perm').filter((axis) => from[axis] !== 1);
    return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)
      ? r.reshape(x!, shape)
      : undefined;
  },
];

const sliceRules: readonly Rule[] = [
  unchanged,
  moveRepeated,
  ({ inputs: [x], attrs }, r) => {
    const before = r.node(x!);
    const starts = ints(attrs, 'starts');
    const sizes = ints(attrs, 'sizes');
    if (before.op === 'slice') {
      const inner = ints(before.attrs, 'starts');
      const joined = starts.map((start, axis) => start + inner[axis]!);
      return r.emit('slice', [before.inputs[0]!], { starts: joined, sizes });
    }
    if (before.op === 'pad') {
      const shifted = starts.map((start, axis) => start - ints(before.attrs, 'before')[axis]!);
      return insideSlice(r, before.inputs[0]!, shifted, sizes);
    }
    if (before.op === 'concat') {
      const axis = before.attrs.axis as number;
      let offset = 0;
      for (const part of before.inputs) {
        const shifted = starts.map((start, i) => (i === axis ? start - offset : start));
        const inside = insideSlice(r, part, shifted, sizes);
        if (inside !== undefined) return inside;
        offset += r.node(part).shape[axis]!;
      }
    }
    return undefined;
  },
];

/** The slice of `id`, unless it reaches outside. */
function insideSlice(r: Rewriter, id: NodeId, starts: readonly number[], sizes: readonly number[]) {
  const inside = r
    .node(id)
    .shape.every((n, axis) => starts[axis]! >= 0 && starts[axis]! + sizes[axis]! <= n);
  return inside ? r.emit('slice', [id], { starts, sizes }) : undefined;
}

/** A product that transposes an operand as it reads it needs no transposed copy. */
const absorbTranspose: Rule = ({ inputs, attrs }, r) => {
  const flags = [attrs.transposeA as boolean, attrs.transposeB as boolean];
  const sources = inputs.map((id, i) => {
    const node = r.node(id);
    if (node.op !== 'transpose' || !swapsLastTwo(ints(node.attrs, 'perm'))) return id;
    flags[i] = !flags[i];
    return node.inputs[0]!;
  });
  if (sources.every((id, i) => id === inputs[i])) return undefined;
  return r.emit('matmul', sources, { transposeA: flags[0]!, transposeB: flags[1]! });
};

function swapsLastTwo(perm: readonly number[]): boolean {
  const last = perm.length - 1;
  return perm.every((axis, i) => axis === (i === last ? i - 1 : i === last - 1 ? i + 1 : i));
}

/** Many matrices times one: one product with all their rows. */
const flattenRows: Rule = ({ inputs: [x, y], attrs, shape }: Candidate, r) => {
  const from: Shape = r.node(x!).shape;
  if (from.length === 2 || r.node(y!).shape.length !== 2 || attrs.transposeA) return undefined;
  const { rows, width } = asRows(from);
  return r.reshape(r.emit('matmul', [r.reshape(x!, [rows, width]), y!], attrs), shape);
};

export const SHAPE_RULES: Readonly<Record<string, readonly Rule[]>> = {
  reshape: [
    unchanged,
    moveRepeated,
    ({ inputs: [x], shape }, r) => {
      const before = r.node(x!);
      return before.op === 'reshape' ? r.reshape(before.inputs[0]!, shape) : undefined;
    },
  ],
  transpose: transposeRules,
  broadcastTo: [
    unchanged,
    ({ inputs: [x], shape }, r) => {
      const before = r.node(x!);
      return before.op === 'broadcastTo' ? r.broadcastTo(before.inputs[0]!, shape) : undefined;
    },
  ],
  slice: sliceRules,
  pad: [unchanged],
  concat: [({ inputs }) => (inputs.length === 1 ? inputs[0] : undefined)],
  sum: [reduceNothing, sumRepeated],
  max: [reduceNothing, moveRepeated],
  matmul: [absorbTranspose, flattenRows],
};
