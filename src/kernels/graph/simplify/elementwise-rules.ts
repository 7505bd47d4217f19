import { opNamed } from '../../ops/table';
import { GraphError } from '../errors';
import type { DType } from '../types';
import type { Rule } from './rewriter';

/** Arithmetic on constants alone is done once, here. What is not finite stays, to fail where it should. */
export const foldScalars: Rule = ({ op, inputs, attrs, shape, dtype }, r) => {
  const values = inputs.map((id) => r.scalar(id));
  if (shape.length > 0 || values.length === 0 || values.some((value) => value === undefined)) {
    return undefined;
  }
  const out = hostArray(dtype, 1);
  const types = inputs.map((id) => r.node(id));
  opNamed(op).reference(
    { op, inputs, attrs, shape, dtype },
    types.map((type, i) => ({ ...type, data: hostArray(type.dtype, 1).fill(values[i]!) })),
    out,
  );
  const value = out[0]!;
  if (!Number.isFinite(value) || Object.is(value, -0)) return undefined;
  try {
    return r.constant(value, dtype);
  } catch (error) {
    // Too large for the type: the device says so as it runs.
    if (error instanceof GraphError) return undefined;
    throw error;
  }
};

function hostArray(dtype: DType, size: number) {
  return dtype === 'f32' ? new Float64Array(size) : new Int32Array(size);
}

/** Ops broadcast by themselves, so stretching an operand first is work for nothing. */
export const stretchLast: Rule = ({ op, inputs, attrs, shape }, r) => {
  const sources = inputs.map((id) => {
    const node = r.node(id);
    return node.op === 'broadcastTo' ? node.inputs[0]! : id;
  });
  if (sources.every((id, i) => id === inputs[i])) return undefined;
  return r.broadcastTo(r.emit(op, sources, attrs), shape);
};

const negated = (r: Parameters<Rule>[1], id: number) => {
  const node = r.node(id);
  return node.op === 'neg' ? node.inputs[0] : undefined;
};

/**
 * Identities that hold for every number, infinities and NaN included. So x * 0 is not 0, and x - x is
 * not 0. (The sign of a zero may change: -0 + 0 is 0.)
 */
export const ELEMENTWISE_RULES: Readonly<Record<string, Rule>> = {
  add({ inputs: [x, y] }, r) {
    if (r.scalar(y!) === 0) return x;
    if (r.scalar(x!) === 0) return y;
    const minus = negated(r, y!);
    if (minus !== undefined) return r.emit('sub', [x!, minus]);
    const swapped = negated(r, x!);
    return swapped === undefined ? undefined : r.emit('sub', [y!, swapped]);
  },
  sub({ inputs: [x, y] }, r) {
    if (r.scalar(y!) === 0) return x;
    if (r.scalar(x!) === 0) return r.emit('neg', [y!]);
    const plus = negated(r, y!);
    return plus === undefined ? undefined : r.emit('add', [x!, plus]);
  },
  mul({ inputs: [x, y] }, r) {
    if (r.scalar(y!) === 1) return x;
    if (r.scalar(x!) === 1) return y;
    if (r.scalar(y!) === -1) return r.emit('neg', [x!]);
    return r.scalar(x!) === -1 ? r.emit('neg', [y!]) : undefined;
  },
  div({ inputs: [x, y] }, r) {
    if (r.scalar(y!) === 1) return x;
    return r.scalar(y!) === -1 ? r.emit('neg', [x!]) : undefined;
  },
  neg({ inputs: [x] }, r) {
    const node = r.node(x!);
    if (node.op === 'neg') return node.inputs[0];
    return node.op === 'sub' ? r.emit('sub', [node.inputs[1]!, node.inputs[0]!]) : undefined;
  },
  logicalNot({ inputs: [x] }, r) {
    const node = r.node(x!);
    return node.op === 'logicalNot' ? node.inputs[0] : undefined;
  },
  /** Small powers are cheaper, and more exact, by other means. */
  pow({ inputs: [x, y], shape, dtype }, r) {
    switch (r.scalar(y!)) {
      case 0:
        return r.broadcastTo(r.constant(1, dtype), shape);
      case 1:
        return x;
      case 2:
        return r.emit('square', [x!]);
      case 3:
        return r.emit('mul', [r.emit('square', [x!]), x!]);
      case 0.5:
        return r.emit('sqrt', [x!]);
      case -0.5:
        return r.emit('rsqrt', [x!]);
      case -1:
        return r.emit('div', [r.constant(1, dtype), x!]);
      default:
        return undefined;
    }
  },
  minimum: ({ inputs: [x, y] }) => (x === y ? x : undefined),
  maximum: ({ inputs: [x, y] }) => (x === y ? x : undefined),
  select({ inputs: [condition, yes, no], shape }, r) {
    const known = r.scalar(condition!);
    if (known !== undefined) return r.broadcastTo(known === 0 ? no! : yes!, shape);
    return yes === no ? r.broadcastTo(yes!, shape) : undefined;
  },
  cast: ({ inputs: [x], dtype }, r) => (r.node(x!).dtype === dtype ? x : undefined),
  /** Its work was done when the gradients were written. */
  stopGradient: ({ inputs: [x] }) => x,
};
