import { expectDType, expectDTypeName, expectSameDType } from '../expect';
import { attrString } from '../op';
import { elementwiseCpu } from './elementwise.cpu';
import { broadcastAll, type ElementwiseOp } from './row';

const largestI32 = 2 ** 31 - 1;

/** Elementwise ops with rules of their own: what they take, and what flows back through them. */
export const choiceOps: readonly ElementwiseOp[] = [
  {
    name: 'select',
    doc: 'y where the condition is true, else z; all three broadcast',
    arity: 3,
    attrs: {},
    infer([condition, yes, no]) {
      expectDType('select', condition!, 'bool');
      expectSameDType('select', yes!, no!);
      return { shape: broadcastAll(condition!, yes!, no!), dtype: yes!.dtype };
    },
    wgsl: 'select(c, b, a)',
    gradient({ b, inputs: [condition, yes, no], dout }) {
      const zero = b.constant(0);
      return [
        null,
        b.sumTo(b.select(condition!, dout, zero), b.shape(yes!)),
        b.sumTo(b.select(condition!, zero, dout), b.shape(no!)),
      ];
    },
    reference(node, inputs, out) {
      elementwiseCpu('select', { value: CHOOSE }, node, inputs, out);
    },
  },
  {
    name: 'cast',
    doc: 'the same numbers in another type: f32 to i32 drops the fraction, anything to bool asks whether it is not 0',
    arity: 1,
    attrs: { dtype: 'string' },
    infer([input], attrs) {
      const dtype = attrString(attrs, 'dtype');
      expectDTypeName('cast', dtype);
      return { shape: input!.shape, dtype };
    },
    wgsl: (attrs) => `${attrString(attrs, 'dtype')}(a)`,
    gradient({ b, node, inputs: [x], dout }) {
      return [node.dtype === 'f32' && b.type(x!).dtype === 'f32' ? dout : null];
    },
    reference(node, inputs, out) {
      elementwiseCpu('cast', { value: CASTS[node.dtype] }, node, inputs, out);
    },
    flops: () => 0,
  },
  {
    name: 'stopGradient',
    doc: 'x itself, through which no gradient flows',
    arity: 1,
    attrs: {},
    infer: ([input]) => ({ shape: input!.shape, dtype: input!.dtype }),
    wgsl: 'a',
    gradient: 'none',
    reference(node, inputs, out) {
      elementwiseCpu('stopGradient', { value: CASTS.f32 }, node, inputs, out);
    },
    flops: () => 0,
  },
];

const CHOOSE = (a: number, b: number, c: number) => (a !== 0 ? b : c);

/** As WGSL converts: towards zero, and what does not fit becomes the nearest number that does. */
const CASTS = {
  f32: (a: number) => a,
  i32: (a: number) => Math.trunc(Math.min(Math.max(a, -largestI32 - 1), largestI32)),
  bool: (a: number) => Number(a !== 0),
} as const;
