import type { GraphBuilder } from '../../graph/builder';
import { broadcastShapes } from '../../graph/shapes';
import type { Attrs, DType, NodeId, Shape, TensorType } from '../../graph/types';
import { expectDType, expectSameDType } from '../expect';
import type { OpDefinition } from '../op';
import { elementwiseCpu } from './elementwise.cpu';

/** A row of the op table that a GPU can fuse with its neighbours: it also states itself in WGSL. */
export interface ElementwiseOp extends OpDefinition {
  readonly arity: 1 | 2 | 3;
  /**
   * One element of the result as a WGSL expression of the operands `a`, `b`, `c`. Booleans are WGSL
   * `bool`s here, though they are stored as u32. It may call `sine`, `cosine` (trigonometry.wgsl) and
   * `round_f16` (round-f16.wgsl).
   * Read it through `wgslOf`.
   */
  readonly wgsl: string | ((attrs: Attrs) => string);
}

/** The op's WGSL expression with its operands put in place of `a`, `b`, `c`. */
export function wgslOf(op: ElementwiseOp, attrs: Attrs, operands: readonly string[]): string {
  const expression = typeof op.wgsl === 'string' ? op.wgsl : op.wgsl(attrs);
  return expression.replace(/\b[abc]\b/g, (name) => `(${operands['abc'.indexOf(name)]})`);
}

/** What a local derivative is written from: the operands, the result, and the gradient that arrives. */
export interface Local {
  readonly b: GraphBuilder;
  readonly x: NodeId;
  readonly y: NodeId;
  readonly out: NodeId;
  readonly dout: NodeId;
}

/**
 * An op as it is written down: its value twice, on numbers and in WGSL, and its local derivative beside
 * them, so that the three can be read against each other.
 */
interface UnaryRow {
  readonly doc: string;
  readonly takes?: readonly DType[];
  /** One element of the result. Booleans are 0 and 1. */
  readonly value: (a: number) => number;
  /** The same for i32, where plain doubles would differ from 32-bit arithmetic. */
  readonly valueI32?: (a: number) => number;
  readonly wgsl: string;
  /** d(loss)/dx. Absent where the derivative is zero everywhere. */
  readonly gradient?: (local: Local) => NodeId;
}

interface BinaryRow {
  readonly doc: string;
  readonly takes: readonly DType[];
  readonly gives?: 'bool';
  readonly value: (a: number, b: number) => number;
  readonly valueI32?: (a: number, b: number) => number;
  readonly wgsl: string;
  /** d(loss)/dx and d(loss)/dy in the shape of the result; what was stretched is summed afterwards. */
  readonly gradient?: (local: Local) => readonly [NodeId, NodeId];
}

/** An op of one operand and of its type: f32 unless the row says what else. */
export function unary(name: string, row: UnaryRow): ElementwiseOp {
  const { doc, wgsl, takes = ['f32'], gradient } = row;
  return {
    name,
    doc,
    wgsl,
    arity: 1,
    attrs: {},
    infer([a]) {
      expectDType(name, a!, ...takes);
      return { shape: a!.shape, dtype: a!.dtype };
    },
    gradient: gradient
      ? ({ b, inputs: [x], output: out, dout }) => [gradient({ b, x: x!, y: x!, out, dout })]
      : 'none',
    reference: (node, inputs, out) => elementwiseCpu(name, row, node, inputs, out),
  };
}

/** An op of two operands of one type, which broadcast. */
export function binary(name: string, row: BinaryRow): ElementwiseOp {
  const { doc, wgsl, takes, gives, gradient } = row;
  return {
    name,
    doc,
    wgsl,
    arity: 2,
    attrs: {},
    infer([a, b]) {
      expectDType(name, a!, ...takes);
      expectSameDType(name, a!, b!);
      return { shape: broadcastAll(a!, b!), dtype: gives ?? a!.dtype };
    },
    gradient: gradient
      ? ({ b, inputs: [x, y], output: out, dout }) => {
          const [dx, dy] = gradient({ b, x: x!, y: y!, out, dout });
          return [b.sumTo(dx, b.shape(x!)), b.sumTo(dy, b.shape(y!))];
        }
      : 'none',
    reference: (node, inputs, out) => elementwiseCpu(name, row, node, inputs, out),
  };
}

export function broadcastAll(first: TensorType, ...rest: readonly TensorType[]): Shape {
  return rest.reduce((shape, type) => broadcastShapes(shape, type.shape), first.shape);
}
