import { GraphError } from '../../graph/errors';
import { broadcastShapes, sameShape } from '../../graph/shapes';
import { describeType, sizeOf } from '../../graph/types';
import { expectElement, expectPerAxis, expectSameDType } from '../expect';
import { attrInts, attrNumber, type OpDefinition } from '../op';
import {
  broadcastToCpu,
  concatCpu,
  padCpu,
  reshapeCpu,
  sliceCpu,
  transposeCpu,
} from './movement.cpu';

/** Ops that only move elements. Each one's gradient moves them back. */
export const movementOps: readonly OpDefinition[] = [
  {
    name: 'reshape',
    doc: 'The same elements in the same order, in another shape.',
    arity: 1,
    attrs: { shape: 'ints' },
    infer([input], attrs) {
      const shape = attrInts(attrs, 'shape');
      if (sizeOf(shape) !== sizeOf(input!.shape)) {
        throw new GraphError(
          `reshape cannot turn ${describeType(input!)} of ${sizeOf(input!.shape)} elements into [${shape.join(', ')}] of ${sizeOf(shape)}`,
        );
      }
      return { shape, dtype: input!.dtype };
    },
    gradient: ({ b, inputs: [x], dout }) => [b.reshape(dout, b.shape(x!))],
    reference: reshapeCpu,
    flops: () => 0,
  },
  {
    name: 'transpose',
    doc: 'Axis i of the result is axis perm[i] of the input.',
    arity: 1,
    attrs: { perm: 'ints' },
    infer([input], attrs) {
      const perm = attrInts(attrs, 'perm');
      expectPerAxis('transpose', input!, 'perm', perm);
      if (![...perm].sort((a, b) => a - b).every((axis, i) => axis === i)) {
        throw new GraphError(
          `transpose needs each axis of ${describeType(input!)} once, not [${perm.join(', ')}]`,
        );
      }
      return { shape: perm.map((axis) => input!.shape[axis]!), dtype: input!.dtype };
    },
    gradient({ b, node, dout }) {
      const perm = attrInts(node.attrs, 'perm');
      return [
        b.transpose(
          dout,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
      ];
    },
    reference: transposeCpu,
    flops: () => 0,
  },
  {
    name: 'broadcastTo',
    doc: "Repeats the input to a larger shape, by NumPy's rule.",
    arity: 1,
    attrs: { shape: 'ints' },
    infer([input], attrs) {
      const shape = attrInts(attrs, 'shape');
      if (!sameShape(broadcastShapes(input!.shape, shape), shape)) {
        throw new GraphError(`${describeType(input!)} does not stretch to [${shape.join(', ')}]`);
      }
      return { shape, dtype: input!.dtype };
    },
    gradient: ({ b, inputs: [x], dout }) => [b.sumTo(dout, b.shape(x!))],
    reference: broadcastToCpu,
    flops: () => 0,
  },
  {
    name: 'slice',
    doc: 'A block of the input: its first index and its size along each axis.',
    arity: 1,
    attrs: { starts: 'ints', sizes: 'ints' },
    infer([input], attrs) {
      const starts = attrInts(attrs, 'starts');
      const sizes = attrInts(attrs, 'sizes');
      expectPerAxis('slice', input!, 'starts', starts);
      expectPerAxis('slice', input!, 'sizes', sizes);
      if (!input!.shape.every((n, i) => starts[i]! >= 0 && starts[i]! + sizes[i]! <= n)) {
        throw new GraphError(
          `slice of [${sizes.join(', ')}] from [${starts.join(', ')}] reaches outside ${describeType(input!)}`,
        );
      }
      return { shape: sizes, dtype: input!.dtype };
    },
    gradient({ b, node, inputs: [x], dout }) {
      const starts = attrInts(node.attrs, 'starts');
      const after = b.shape(x!).map((n, i) => n - starts[i]! - node.shape[i]!);
      return [b.emit('pad', [dout], { before: starts, after, value: 0 })];
    },
    reference: sliceCpu,
    flops: () => 0,
  },
  {
    name: 'pad',
    doc: 'The input with `before` and `after` more elements of one value along each axis.',
    arity: 1,
    attrs: { before: 'ints', after: 'ints', value: 'number' },
    infer([input], attrs) {
      const before = attrInts(attrs, 'before');
      const after = attrInts(attrs, 'after');
      expectPerAxis('pad', input!, 'before', before);
      expectPerAxis('pad', input!, 'after', after);
      if ([...before, ...after].some((n) => n < 0)) {
        throw new GraphError('pad adds elements and cannot take any away; use slice');
      }
      expectElement('pad', attrNumber(attrs, 'value'), input!.dtype);
      return {
        shape: input!.shape.map((n, i) => before[i]! + n + after[i]!),
        dtype: input!.dtype,
      };
    },
    gradient: ({ b, node, inputs: [x], dout }) => [
      b.emit('slice', [dout], {
        starts: attrInts(node.attrs, 'before'),
        sizes: [...b.shape(x!)],
      }),
    ],
    reference: padCpu,
    flops: () => 0,
  },
  {
    name: 'concat',
    doc: 'The inputs one after another along one axis; their other axes are equal.',
    arity: 'variadic',
    attrs: { axis: 'int' },
    infer(inputs, attrs) {
      const [first] = inputs;
      if (!first) throw new GraphError('concat needs at least one tensor');
      const axis = attrNumber(attrs, 'axis');
      if (axis < 0 || axis >= first.shape.length) {
        throw new GraphError(`concat along axis ${axis} of ${describeType(first)}, which has none`);
      }
      for (const type of inputs) {
        expectSameDType('concat', first, type);
        const fits =
          type.shape.length === first.shape.length &&
          type.shape.every((n, i) => i === axis || n === first.shape[i]);
        if (!fits) {
          throw new GraphError(
            `concat along axis ${axis} cannot join ${describeType(first)} and ${describeType(type)}`,
          );
        }
      }
      const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
      return {
        shape: first.shape.map((n, i) => (i === axis ? total : n)),
        dtype: first.dtype,
      };
    },
    gradient({ b, node, inputs, dout }) {
      const axis = attrNumber(node.attrs, 'axis');
      let start = 0;
      return inputs.map((input) => {
        const sizes = [...b.shape(input)];
        const starts = sizes.map((_, i) => (i === axis ? start : 0));
        start += sizes[axis]!;
        return b.emit('slice', [dout], { starts, sizes });
      });
    },
    reference: concatCpu,
    flops: () => 0,
  },
];
