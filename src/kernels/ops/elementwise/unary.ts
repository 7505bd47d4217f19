import type { NodeId } from '../../graph/types';
import { roundF16 } from './round-f16';
import { type Local, unary } from './row';

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/** Never raises e to a positive power, so that it cannot overflow. */
const sigmoid = (a: number) => Math.exp(Math.min(a, 0)) / (1 + Math.exp(-Math.abs(a)));
const SIGMOID_WGSL = '(exp(min(a, 0.0)) / (1.0 + exp(-abs(a))))';

/**
 * Some GPUs compute tanh from exp(x) and exp(-x), and give NaN once those overflow; beyond 10 it is 1 to
 * float32's last bit. The select lets a NaN through, which the clamp alone would hide.
 */
const tanhWgsl = (x: string) => `select(tanh(clamp(${x}, -10.0, 10.0)), ${x}, ${x} != ${x})`;

/** With u = k (x + c x^3) and t = tanh(u): (1 + t) / 2 + x (1 - t^2) k (1 + 3 c x^2) / 2. */
function geluGradient({ b, x, dout }: Local): NodeId {
  const xx = b.emit('square', [x]);
  const one = b.constant(1);
  const u = b.mul(b.scale(x, GELU_SCALE), b.add(one, b.scale(xx, GELU_CUBE)));
  const t = b.emit('tanh', [u]);
  const du = b.scale(b.add(one, b.scale(xx, 3 * GELU_CUBE)), GELU_SCALE);
  const slope = b.mul(b.mul(x, b.sub(one, b.emit('square', [t]))), du);
  return b.mul(dout, b.scale(b.add(b.add(one, t), slope), 0.5));
}

/** Ops of one operand. Each row: the value, the same in WGSL, and dx from dout. */
export const unaryOps = [
  unary('neg', {
    doc: '-x',
    takes: ['f32', 'i32'],
    value: (a) => -a,
    wgsl: '-a',
    gradient: ({ b, dout }) => b.neg(dout),
  }),
  unary('exp', {
    doc: 'e to the power x',
    value: Math.exp,
    wgsl: 'exp(a)',
    gradient: ({ b, out, dout }) => b.mul(dout, out),
  }),
  unary('log', {
    doc: 'the natural logarithm of x',
    value: Math.log,
    wgsl: 'log(a)',
    gradient: ({ b, x, dout }) => b.div(dout, x),
  }),
  unary('sqrt', {
    doc: 'the square root of x',
    value: Math.sqrt,
    wgsl: 'sqrt(a)',
    gradient: ({ b, out, dout }) => b.div(b.scale(dout, 0.5), out),
  }),
  unary('rsqrt', {
    doc: '1 / sqrt(x)',
    value: (a) => 1 / Math.sqrt(a),
    wgsl: 'inverseSqrt(a)',
    gradient: ({ b, x, out, dout }) => b.div(b.mul(b.scale(dout, -0.5), out), x),
  }),
  unary('square', {
    doc: 'x * x',
    takes: ['f32', 'i32'],
    value: (a) => a * a,
    valueI32: (a) => Math.imul(a, a),
    wgsl: 'a * a',
    gradient: ({ b, x, dout }) => b.mul(b.scale(dout, 2), x),
  }),
  unary('abs', {
    doc: 'the absolute value of x',
    takes: ['f32', 'i32'],
    value: Math.abs,
    wgsl: 'abs(a)',
    gradient: ({ b, x, dout }) => b.mul(dout, b.emit('sign', [x])),
  }),
  unary('sign', {
    doc: '-1, 0 or 1',
    takes: ['f32', 'i32'],
    value: Math.sign,
    wgsl: 'sign(a)',
  }),
  unary('tanh', {
    doc: 'the hyperbolic tangent of x',
    value: Math.tanh,
    wgsl: tanhWgsl('a'),
    gradient: ({ b, out, dout }) => b.mul(dout, b.sub(b.constant(1), b.emit('square', [out]))),
  }),
  unary('sigmoid', {
    doc: '1 / (1 + exp(-x))',
    value: sigmoid,
    wgsl: SIGMOID_WGSL,
    gradient: ({ b, out, dout }) => b.mul(b.mul(dout, out), b.sub(b.constant(1), out)),
  }),
  unary('relu', {
    doc: 'x where it is positive, else 0; the gradient at 0 is 0',
    value: (a) => Math.max(a, 0),
    wgsl: 'select(a, 0.0, a <= 0.0)',
    gradient: ({ b, x, dout }) =>
      b.select(b.emit('greater', [x, b.constant(0)]), dout, b.constant(0)),
  }),
  unary('gelu', {
    doc: 'x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2 (Hendrycks & Gimpel, 2016)',
    value: (a) => 0.5 * a * (1 + Math.tanh(GELU_SCALE * (a + GELU_CUBE * a ** 3))),
    wgsl: `0.5 * a * (1.0 + ${tanhWgsl('(0.7978845608 * (a + 0.044715 * a * a * a))')})`,
    gradient: geluGradient,
  }),
  unary('silu', {
    doc: 'x * sigmoid(x)',
    value: (a) => a * sigmoid(a),
    wgsl: `a * ${SIGMOID_WGSL}`,
    // s + x s (1 - s) = s + out (1 - s)
    gradient({ b, x, out, dout }) {
      const s = b.emit('sigmoid', [x]);
      return b.mul(dout, b.add(s, b.mul(out, b.sub(b.constant(1), s))));
    },
  }),
  unary('softplus', {
    doc: 'log(1 + exp(x))',
    value: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    wgsl: 'max(a, 0.0) + log(1.0 + exp(-abs(a)))',
    gradient: ({ b, x, dout }) => b.mul(dout, b.emit('sigmoid', [x])),
  }),
  unary('sin', {
    doc: 'the sine of x in radians',
    value: Math.sin,
    wgsl: 'sine(a)',
    gradient: ({ b, x, dout }) => b.mul(dout, b.emit('cos', [x])),
  }),
  unary('cos', {
    doc: 'the cosine of x in radians',
    value: Math.cos,
    wgsl: 'cosine(a)',
    gradient: ({ b, x, dout }) => b.mul(dout, b.neg(b.emit('sin', [x]))),
  }),
  unary('floor', {
    doc: 'the largest whole number that is not above x',
    value: Math.floor,
    wgsl: 'floor(a)',
  }),
  unary('roundF16', {
    doc: 'the number nearest to x that float16 has, ties to even; infinity from 65520 on',
    value: roundF16,
    wgsl: 'round_f16(a)',
  }),
  unary('logicalNot', {
    doc: 'whether x is false',
    takes: ['bool'],
    value: (a) => Number(a === 0),
    wgsl: '!a',
  }),
];
