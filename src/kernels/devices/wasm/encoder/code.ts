import { float32, int32, signed, unsigned } from './bytes';

/**
 * Instructions of WebAssembly as bytes. What takes operands takes their code, so that code reads as an
 * expression: `i32.add(local.get(0), i32.const(4))`.
 */
export type Code = readonly number[];

export const join = (...parts: readonly Code[]): number[] => parts.flat();

const op =
  (...opcode: readonly number[]) =>
  (...operands: readonly Code[]): number[] => [...operands.flat(), ...opcode];

/** An instruction of the vector extension. */
const simd = (opcode: number) => op(0xfd, ...unsigned(opcode));

/** A load or store of vectors: `align` is the power of two that the address is a multiple of. */
const access =
  (opcode: number) =>
  (offset: number, ...operands: readonly Code[]): number[] => [
    ...operands.flat(),
    ...[0xfd, ...unsigned(opcode), 2, ...unsigned(offset)],
  ];

/** The same for one of four lanes. */
const laneAccess =
  (opcode: number) =>
  (offset: number, lane: number, ...operands: readonly Code[]): number[] => [
    ...access(opcode)(offset, ...operands),
    lane,
  ];

export const local = {
  get: (index: number): number[] => [0x20, ...unsigned(index)],
  set: (index: number, value: Code): number[] => [...value, 0x21, ...unsigned(index)],
};

export const call = (index: number, ...operands: readonly Code[]): number[] => [
  ...operands.flat(),
  0x10,
  ...unsigned(index),
];

/** Repeats `body` while `condition` holds, which is asked first. */
export function whileLoop(condition: Code, body: Code): number[] {
  const exit = [...i32.eqz(condition), 0x0d, 1];
  return [0x02, 0x40, 0x03, 0x40, ...exit, ...body, 0x0c, 0, 0x0b, 0x0b];
}

/** One of two values; both are computed. */
export const select = (yes: Code, no: Code, condition: Code): number[] => [
  ...join(yes, no, condition),
  0x1b,
];

export const f32 = {
  const: (value: number): number[] => [0x43, ...float32(value)],
};

export const i32 = {
  const: (value: number): number[] => [0x41, ...signed(value)],
  eqz: op(0x45),
  ltS: op(0x48),
  ltU: op(0x49),
  add: op(0x6a),
  sub: op(0x6b),
  mul: op(0x6c),
  divU: op(0x6e),
  remU: op(0x70),
  and: op(0x71),
};

export const v128 = {
  load: access(0x00),
  /** One number from memory, four times. */
  loadSplat: access(0x09),
  store: access(0x0b),
  const: (lanes: readonly (readonly number[])[]): number[] => [0xfd, 0x0c, ...lanes.flat()],
  not: simd(0x4d),
  and: simd(0x4e),
  andnot: simd(0x4f),
  or: simd(0x50),
  xor: simd(0x51),
  /** The bits of the first where the mask's are set, else of the second. */
  bitselect: simd(0x52),
  loadLane: laneAccess(0x56),
  storeLane: laneAccess(0x5a),
};

export const f32x4 = {
  const: (value: number): number[] => v128.const(Array.from({ length: 4 }, () => float32(value))),
  splat: simd(0x13),
  eq: simd(0x41),
  ne: simd(0x42),
  lt: simd(0x43),
  gt: simd(0x44),
  le: simd(0x45),
  ge: simd(0x46),
  floor: simd(0x68),
  abs: simd(0xe0),
  neg: simd(0xe1),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  min: simd(0xe8),
  max: simd(0xe9),
  /** The second where it is the larger one, else the first, whatever that is: one instruction, where `max` is nine. */
  pmax: simd(0xeb),
  fromI32: simd(0xfa),
};

export const i32x4 = {
  const: (value: number): number[] => i32x4.lanes([value, value, value, value]),
  lanes: (values: readonly number[]): number[] => v128.const(values.map(int32)),
  splat: simd(0x11),
  eq: simd(0x37),
  ne: simd(0x38),
  lt: simd(0x39),
  gt: simd(0x3b),
  le: simd(0x3d),
  ge: simd(0x3f),
  abs: simd(0xa0),
  neg: simd(0xa1),
  add: simd(0xae),
  sub: simd(0xb1),
  mul: simd(0xb5),
  min: simd(0xb6),
  max: simd(0xb8),
  /** The fraction dropped; NaN becomes 0, and what is too large the largest. */
  fromF32: simd(0xf8),
};
