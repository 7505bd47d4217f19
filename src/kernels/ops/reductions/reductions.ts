import type { GraphBuilder } from '../../graph/builder';
import { GraphError } from '../../graph/errors';
import {
  type Attrs,
  describeType,
  type NodeId,
  type Shape,
  sizeOf,
  type TensorType,
} from '../../graph/types';
import { expectDType } from '../expect';
import { attrBoolean, attrInts, type OpDefinition } from '../op';
import { maxCpu, sumCpu } from './reductions.cpu';

const common = {
  arity: 1,
  attrs: { axes: 'ints', keepDims: 'boolean' },
  flops: ([input]: readonly TensorType[]) => sizeOf(input!.shape),
} as const;

/** Ops that shrink whole axes to one number. */
export const reductionOps: readonly OpDefinition[] = [
  {
    ...common,
    name: 'sum',
    doc: 'The sum over some axes, which are dropped, or kept with size 1.',
    infer: ([input], attrs) => reducedType('sum', input!, attrs),
    gradient: ({ b, node, inputs: [x], dout }) => [spread(b, dout, b.shape(x!), node.attrs)],
    reference: sumCpu,
  },
  {
    ...common,
    name: 'max',
    doc: 'The largest element over some axes, which are dropped, or kept with size 1.',
    infer: ([input], attrs) => reducedType('max', input!, attrs),
    // Elements that share the maximum share its gradient.
    gradient({ b, node, inputs: [x], output, dout }) {
      const shape = b.shape(x!);
      const isMax = b.emit('equal', [x!, spread(b, output, shape, node.attrs)]);
      const ties = b.sum(
        b.emit('cast', [isMax], { dtype: 'f32' }),
        attrInts(node.attrs, 'axes'),
        attrBoolean(node.attrs, 'keepDims'),
      );
      const share = spread(b, b.div(dout, ties), shape, node.attrs);
      return [b.select(isMax, share, b.constant(0))];
    },
    reference: maxCpu,
  },
];

/** The shape with the reduced axes kept at size 1: what broadcasts against the input. */
export function keptShape(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
}

function reducedType(op: string, input: TensorType, attrs: Attrs): TensorType {
  expectDType(op, input, 'f32');
  const axes = attrInts(attrs, 'axes');
  const rank = input.shape.length;
  const ascending = axes.every((axis, i) => axis >= 0 && axis < rank && axis > (axes[i - 1] ?? -1));
  if (axes.length === 0 || !ascending) {
    throw new GraphError(
      `${op} needs axes of ${describeType(input)} in ascending order, at least one, not [${axes.join(', ')}]`,
    );
  }
  return {
    shape: attrBoolean(attrs, 'keepDims')
      ? keptShape(input.shape, axes)
      : input.shape.filter((_, axis) => !axes.includes(axis)),
    dtype: 'f32',
  };
}

/** Gives each element of the input's shape the number of the group it was reduced into. */
function spread(b: GraphBuilder, reduced: NodeId, shape: Shape, attrs: Attrs): NodeId {
  return b.broadcastTo(b.reshape(reduced, keptShape(shape, attrInts(attrs, 'axes'))), shape);
}
