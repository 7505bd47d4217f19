import type { Shape } from '../../../src/kernels/graph/types';
import {
  awayFromZero,
  bool,
  type CaseInput,
  f32,
  i32,
  type OpCase,
  PAIRS,
  SHAPES,
  show,
} from './case';

type Draw = (shape: Shape) => CaseInput;

const positive: Draw = (shape) => f32(shape, 0.1, 3);
/** Between two whole numbers, where floor is flat. */
const betweenWholes: Draw = (shape) => ({
  ...f32(shape),
  draw: (u) => Math.floor(8 * u) - 4 + 0.1 + 0.8 * ((8 * u) % 1),
});

/** Past the middle of a step of float16, where rounding is flat. */
const withinF16: Draw = (shape) => ({
  ...f32(shape),
  draw: (u) => Math.sign(u - 0.5) * (1 + (Math.floor(1023 * ((2 * u) % 1)) + 0.3) / 1024),
});

const UNARY: readonly (readonly [op: string, draw: Draw])[] = [
  ['neg', f32],
  ['exp', f32],
  ['log', positive],
  ['sqrt', positive],
  ['rsqrt', positive],
  ['square', f32],
  ['abs', awayFromZero],
  ['sign', awayFromZero],
  ['tanh', f32],
  ['sigmoid', f32],
  ['relu', awayFromZero],
  ['gelu', f32],
  ['silu', f32],
  ['softplus', f32],
  ['sin', f32],
  ['cos', f32],
  ['floor', betweenWholes],
  ['roundF16', withinF16],
  ['logicalNot', bool],
  ['stopGradient', f32],
  ['neg', i32],
  ['square', i32],
  ['abs', i32],
  ['sign', i32],
];

/** Far out, where exponentials overflow unless they are written with care. */
const FAR = ['tanh', 'sigmoid', 'relu', 'gelu', 'silu', 'softplus'];

const BINARY: readonly (readonly [op: string, x: Draw, y: Draw])[] = [
  ['add', f32, f32],
  ['sub', f32, f32],
  ['mul', f32, f32],
  ['div', f32, awayFromZero],
  ['pow', positive, f32],
  // Never within 0.2 of each other: y is near a whole number, x is near the middle between two.
  ['minimum', betweenWholes, (shape) => i32AsF32(shape)],
  ['maximum', betweenWholes, (shape) => i32AsF32(shape)],
  ['equal', (shape) => i32AsF32(shape), (shape) => i32AsF32(shape)],
  ['less', f32, f32],
];

const INTEGER = ['add', 'sub', 'mul', 'minimum', 'maximum'];
const COMPARISONS = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'];
const LOGIC = ['logicalAnd', 'logicalOr', 'equal', 'notEqual'];

function i32AsF32(shape: Shape): CaseInput {
  return { ...i32(shape, -3, 3), dtype: 'f32' };
}

function unaryCase(op: string, input: CaseInput, note = ''): OpCase {
  const name = `${op} ${input.dtype}${show(input.shape)}${note}`;
  return { name, op, inputs: [input], attrs: {} };
}

function binaryCase(op: string, x: CaseInput, y: CaseInput, note = ''): OpCase {
  const name = `${op} ${x.dtype}${show(x.shape)} ${show(y.shape)}${note}`;
  return { name, op, inputs: [x, y], attrs: {} };
}

const powers = [0, 1, 2, 3, -1, -2].map((exponent): OpCase => {
  const y: CaseInput = { shape: [], dtype: 'f32', draw: () => exponent };
  // The exponent's own gradient is not defined for a negative base.
  return { ...binaryCase('pow', awayFromZero([257]), y, ` to ${exponent}`), differentiable: [0] };
});

const selects = [
  [[7], [7], [7]],
  [[], [5, 7], [5, 7]],
  [[5, 7], [], []],
  [[5, 1], [7], [1]],
  [
    [3, 1, 5],
    [4, 1],
    [2, 1, 1, 1],
  ],
  [
    [17, 67],
    [17, 67],
    [17, 67],
  ],
].flatMap(([c, x, y]) =>
  [f32, i32, bool].map((draw: Draw): OpCase => {
    const inputs = [bool(c!), draw(x!), draw(y!)];
    const shapes = inputs.map(({ shape }) => show(shape)).join(' ');
    return { name: `select ${inputs[1]!.dtype} ${shapes}`, op: 'select', inputs, attrs: {} };
  }),
);

const casts = (['f32', 'i32', 'bool'] as const).flatMap((dtype) =>
  [betweenWholes([257]), i32([263]), bool([7]), i32AsF32([11])].map(
    (input, i): OpCase => ({
      name: `cast ${input.dtype}${show(input.shape)} to ${dtype} (${i})`,
      op: 'cast',
      inputs: [input],
      attrs: { dtype },
    }),
  ),
);

export const elementwiseCases: readonly OpCase[] = [
  ...UNARY.flatMap(([op, draw]) => SHAPES.map((shape) => unaryCase(op, draw(shape)))),
  ...FAR.map((op) => unaryCase(op, awayFromZero([263], 0.5, 300), ' far out')),
  ...['sin', 'cos'].map((op) => unaryCase(op, f32([263], -2000, 2000), ' far out')),
  ...BINARY.flatMap(([op, x, y]) => PAIRS.map(([a, b]) => binaryCase(op, x(a), y(b)))),
  ...INTEGER.map((op) => binaryCase(op, i32([5, 53]), i32([53]))),
  binaryCase('mul', i32([263], -2e9, 2e9), i32([263], -2e9, 2e9), ' overflowing'),
  ...COMPARISONS.map((op) => binaryCase(op, i32([5, 53]), i32([53]))),
  ...COMPARISONS.map((op) => binaryCase(op, i32AsF32([263]), i32AsF32([263]))),
  ...LOGIC.map((op) => binaryCase(op, bool([5, 53]), bool([53]))),
  // A tie goes to the first: half of these are ties, where no difference quotient holds.
  ...['minimum', 'maximum'].map((op) => ({
    ...binaryCase(op, i32AsF32([263]), i32AsF32([263]), ' with ties'),
    differentiable: [],
  })),
  ...powers,
  ...selects,
  ...casts,
];
