import type { DType } from '../../graph/types';
import { binary } from './row';

const NUMBERS: readonly DType[] = ['f32', 'i32'];
const ANY: readonly DType[] = ['f32', 'i32', 'bool'];

/** Ops of two operands, which broadcast. Each row: the value, the same in WGSL, and dx, dy from dout. */
export const arithmeticOps = [
  binary('add', {
    doc: 'x + y',
    takes: NUMBERS,
    value: (a, b) => a + b,
    wgsl: 'a + b',
    gradient: ({ dout }) => [dout, dout],
  }),
  binary('sub', {
    doc: 'x - y',
    takes: NUMBERS,
    value: (a, b) => a - b,
    wgsl: 'a - b',
    gradient: ({ b, dout }) => [dout, b.neg(dout)],
  }),
  binary('mul', {
    doc: 'x * y',
    takes: NUMBERS,
    value: (a, b) => a * b,
    valueI32: Math.imul,
    wgsl: 'a * b',
    gradient: ({ b, x, y, dout }) => [b.mul(dout, y), b.mul(dout, x)],
  }),
  binary('div', {
    doc: 'x / y',
    takes: ['f32'],
    value: (a, b) => a / b,
    wgsl: 'a / b',
    gradient({ b, y, out, dout }) {
      const dx = b.div(dout, y);
      return [dx, b.neg(b.mul(dx, out))];
    },
  }),
  binary('pow', {
    doc: 'x to the power y: x is not negative, or y is a whole number',
    takes: ['f32'],
    value: (a, b) => a ** b,
    // WGSL's own pow knows no negative base, and 0 to the power 0 comes out as NaN.
    wgsl: 'select(1.0, -1.0, a < 0.0 && abs(b % 2.0) == 1.0) * select(pow(abs(a), b), 1.0, b == 0.0)',
    gradient({ b, x, y, out, dout }) {
      const zero = b.constant(0);
      const one = b.constant(1);
      const lower = b.emit('pow', [x, b.sub(y, one)]);
      const slope = b.select(b.emit('equal', [y, zero]), zero, b.mul(y, lower));
      // The exponent's gradient: out log(x), and 0 for a base where the logarithm is not defined.
      const positive = b.select(b.emit('greater', [x, zero]), x, one);
      return [b.mul(dout, slope), b.mul(dout, b.mul(out, b.emit('log', [positive])))];
    },
  }),
  binary('minimum', {
    doc: 'the smaller of x and y; on a tie the gradient goes to x',
    takes: NUMBERS,
    value: Math.min,
    wgsl: 'min(a, b)',
    gradient({ b, x, y, dout }) {
      const first = b.emit('lessEqual', [x, y]);
      const zero = b.constant(0);
      return [b.select(first, dout, zero), b.select(first, zero, dout)];
    },
  }),
  binary('maximum', {
    doc: 'the larger of x and y; on a tie the gradient goes to x',
    takes: NUMBERS,
    value: Math.max,
    wgsl: 'max(a, b)',
    gradient({ b, x, y, dout }) {
      const first = b.emit('greaterEqual', [x, y]);
      const zero = b.constant(0);
      return [b.select(first, dout, zero), b.select(first, zero, dout)];
    },
  }),
];

/** Questions about two operands. Nothing can be differentiated through a yes or no. */
export const logicOps = [
  binary('equal', {
    doc: 'whether x = y',
    takes: ANY,
    gives: 'bool',
    value: (a, b) => Number(a === b),
    wgsl: 'a == b',
  }),
  binary('notEqual', {
    doc: 'whether x and y differ',
    takes: ANY,
    gives: 'bool',
    value: (a, b) => Number(a !== b),
    wgsl: 'a != b',
  }),
  binary('less', {
    doc: 'whether x < y',
    takes: NUMBERS,
    gives: 'bool',
    value: (a, b) => Number(a < b),
    wgsl: 'a < b',
  }),
  binary('lessEqual', {
    doc: 'whether x <= y',
    takes: NUMBERS,
    gives: 'bool',
    value: (a, b) => Number(a <= b),
    wgsl: 'a <= b',
  }),
  binary('greater', {
    doc: 'whether x > y',
    takes: NUMBERS,
    gives: 'bool',
    value: (a, b) => Number(a > b),
    wgsl: 'a > b',
  }),
  binary('greaterEqual', {
    doc: 'whether x >= y',
    takes: NUMBERS,
    gives: 'bool',
    value: (a, b) => Number(a >= b),
    wgsl: 'a >= b',
  }),
  binary('logicalAnd', {
    doc: 'whether both are true',
    takes: ['bool'],
    value: (a, b) => Number(a !== 0 && b !== 0),
    wgsl: 'a && b',
  }),
  binary('logicalOr', {
    doc: 'whether either is true',
    takes: ['bool'],
    value: (a, b) => Number(a !== 0 || b !== 0),
    wgsl: 'a || b',
  }),
];
