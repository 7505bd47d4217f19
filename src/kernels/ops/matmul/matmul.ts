import { GraphError } from '../../graph/errors';
import { asRows, broadcastShapes } from '../../graph/shapes';
import { type Attrs, describeType, type NodeId, sizeOf, type TensorType } from '../../graph/types';
import { expectDType, expectMinRank } from '../expect';
import { attrBoolean, type GradientContext, type OpDefinition } from '../op';
import { matmulCpu } from './matmul.cpu';

export const matmulOps: readonly OpDefinition[] = [
  {
    name: 'matmul',
    doc: '[..., M, K] times [..., K, N] gives [..., M, N]; a flag transposes an input as it is read, and leading axes broadcast.',
    arity: 2,
    attrs: { transposeA: 'boolean', transposeB: 'boolean' },
    infer([a, b], attrs) {
      const { lead, M, N } = matmulSizes(a!, b!, attrs);
      return { shape: [...lead, M, N], dtype: 'f32' };
    },
    gradient: matmulGradient,
    reference: matmulCpu,
    flops([a, b], output, attrs) {
      return 2 * sizeOf(output.shape) * matmulSizes(a!, b!, attrs).K;
    },
  },
];

/** The sizes of a product, from its inputs as they are stored. Throws GraphError when they do not fit. */
export function matmulSizes(a: TensorType, b: TensorType, attrs: Attrs) {
  for (const type of [a, b]) {
    expectDType('matmul', type, 'f32');
    expectMinRank('matmul', type, 2);
  }
  const [M, K] = lastTwo(a, attrBoolean(attrs, 'transposeA'));
  const [inner, N] = lastTwo(b, attrBoolean(attrs, 'transposeB'));
  if (K !== inner) {
    throw new GraphError(
      `matmul cannot multiply ${describeStored(a, attrBoolean(attrs, 'transposeA'))} by ${describeStored(b, attrBoolean(attrs, 'transposeB'))}: ${K} columns against ${inner} rows`,
    );
  }
  const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { lead, M, K, N };
}

function lastTwo({ shape }: TensorType, transposed: boolean): readonly [number, number] {
  const rows = shape.at(-2)!;
  const columns = shape.at(-1)!;
  return transposed ? [columns, rows] : [rows, columns];
}

function describeStored(type: TensorType, transposed: boolean): string {
  return transposed ? `${describeType(type)} transposed` : describeType(type);
}

/** For C = A B: dA = dC B^T and dB = A^T dC, each written so that the result comes out as it is stored. */
function matmulGradient({ b, node, inputs, dout }: GradientContext) {
  const [x, y] = inputs as [NodeId, NodeId];
  const transposeA = attrBoolean(node.attrs, 'transposeA');
  const transposeB = attrBoolean(node.attrs, 'transposeB');

  const dx = transposeA
    ? b.matmul(y, dout, { transposeA: transposeB, transposeB: true })
    : b.matmul(dout, y, { transposeB: !transposeB });

  // One matrix for many: its gradient is one product over all rows, not a sum of many products.
  const shared = b.shape(y).length === 2 && !transposeA;
  const flat = (id: NodeId) => {
    const { rows, width } = asRows(b.shape(id));
    return shared ? b.reshape(id, [rows, width]) : id;
  };
  const dy = transposeB
    ? b.matmul(flat(dout), flat(x), { transposeA: true, transposeB: transposeA })
    : b.matmul(flat(x), flat(dout), { transposeA: !transposeA });

  return [b.sumTo(dx, b.shape(x)), b.sumTo(dy, b.shape(y))];
}
