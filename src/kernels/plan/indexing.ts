import { stridesOf } from '../graph/shapes';
import type { Shape } from '../graph/types';

/**
 * Where an element is, as arithmetic on a thread's number: `offset + sum of coef * digit`, with
 * `digit = floor(variable / div) % mod`. Movement ops are changes of such expressions, so a transposed,
 * sliced or stretched operand is read where it lies. All numbers are non-negative integers.
 */
export interface IndexExpr {
  readonly offset: number;
  readonly terms: readonly Term[];
}

/** A variable of the kernel, from 0 up to but not including `bound`. */
export interface IndexVar {
  readonly name: string;
  readonly bound: number;
}

interface Term {
  readonly coef: number;
  readonly v: IndexVar;
  readonly div: number;
  /** A digit runs from 0 to mod - 1. Where div * mod reaches the variable's bound, no `%` is needed. */
  readonly mod: number;
}

export const constantIndex = (offset: number): IndexExpr => ({ offset, terms: [] });

export function variableIndex(v: IndexVar): IndexExpr {
  return normal(0, [{ coef: 1, v, div: 1, mod: v.bound }]);
}

export function addIndex(a: IndexExpr, b: IndexExpr): IndexExpr {
  return normal(a.offset + b.offset, [...a.terms, ...b.terms]);
}

export function scaleIndex(a: IndexExpr, factor: number): IndexExpr {
  return normal(
    a.offset * factor,
    a.terms.map((term) => ({ ...term, coef: term.coef * factor })),
  );
}

/** The largest value that an expression can take. */
export function maxIndex(a: IndexExpr): number {
  return a.terms.reduce((sum, { coef, mod }) => sum + coef * (mod - 1), a.offset);
}

/** The place in row-major memory of the element at these coordinates. */
export function linearIndex(coords: readonly IndexExpr[], shape: Shape): IndexExpr {
  const strides = stridesOf(shape);
  let offset = 0;
  const terms: Term[] = [];
  coords.forEach((coord, axis) => {
    offset += coord.offset * strides[axis]!;
    for (const term of coord.terms) terms.push({ ...term, coef: term.coef * strides[axis]! });
  });
  return normal(offset, terms);
}

/**
 * The coordinates, within a tensor of this shape, of the element at a place in row-major memory.
 * `name` gives an expression that cannot be taken apart a variable of its own.
 */
export function coordinatesOf(
  linear: IndexExpr,
  shape: Shape,
  name: (expr: IndexExpr, bound: number) => IndexVar,
): IndexExpr[] {
  const size = shape.reduce((product, n) => product * n, 1);
  const coords = new Array<IndexExpr>(shape.length);
  let rest = linear;
  let left = size;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis]!;
    if (axis === 0 || left === n) {
      coords[axis] = rest;
      rest = constantIndex(0);
      left = 1;
      for (let before = axis - 1; before >= 0; before--) coords[before] = rest;
      break;
    }
    let parts = divide(rest, n);
    if (!parts) {
      rest = variableIndex(name(rest, left));
      parts = divide(rest, n)!;
    }
    coords[axis] = parts.remainder;
    rest = parts.quotient;
    left /= n;
  }
  return coords;
}

/** Quotient and remainder by n where every term falls wholly to one of them; null where none may. */
function divide(expr: IndexExpr, n: number): { quotient: IndexExpr; remainder: IndexExpr } | null {
  if (n === 1) return { quotient: expr, remainder: constantIndex(0) };
  const whole: Term[] = [];
  const part: Term[] = [];
  for (const term of expr.terms) {
    const { coef, v, div, mod } = term;
    if (coef % n === 0) {
      whole.push({ ...term, coef: coef / n });
    } else if (coef * (mod - 1) < n) {
      part.push(term);
    } else if (n % coef === 0) {
      // A digit that reaches over the border is two digits: below it and above it.
      const below = n / coef;
      if (mod % below !== 0 && !isTop(term)) return null;
      part.push({ coef, v, div, mod: below });
      whole.push({ coef: 1, v, div: div * below, mod: Math.ceil(mod / below) });
    } else {
      return null;
    }
  }
  const remainder = normal(expr.offset % n, part);
  if (maxIndex(remainder) >= n) return null;
  return { quotient: normal(Math.floor(expr.offset / n), whole), remainder };
}

/** No bits of the variable lie above this digit. */
function isTop({ v, div, mod }: Term): boolean {
  return div * mod >= v.bound;
}

/** Sorts the terms, joins equal digits, and joins neighbouring digits into wider ones. */
function normal(offset: number, terms: readonly Term[]): IndexExpr {
  const sorted = terms
    .filter(({ coef, mod }) => coef !== 0 && mod > 1)
    .sort((a, b) => (a.v.name < b.v.name ? -1 : a.v.name > b.v.name ? 1 : a.div - b.div));
  const joined: Term[] = [];
  for (const term of sorted) {
    const last = joined.at(-1);
    if (last && last.v.name === term.v.name) {
      if (last.div === term.div && last.mod === term.mod) {
        joined[joined.length - 1] = { ...last, coef: last.coef + term.coef };
        continue;
      }
      if (last.div * last.mod === term.div && last.coef * last.mod === term.coef) {
        joined[joined.length - 1] = { ...last, mod: last.mod * term.mod };
        continue;
      }
    }
    joined.push(term);
  }
  return { offset, terms: joined };
}

/** The expression in WGSL, of type u32. Equal expressions give equal text. */
export function indexToWgsl({ offset, terms }: IndexExpr): string {
  const parts = terms.map((term) => {
    const { coef, v, div, mod } = term;
    const divided = div === 1 ? v.name : `${v.name} / ${div}u`;
    const digit = isTop(term) ? divided : `${div === 1 ? divided : `(${divided})`} % ${mod}u`;
    if (coef === 1) return digit;
    return `${digit === v.name ? digit : `(${digit})`} * ${coef}u`;
  });
  if (offset > 0 || parts.length === 0) parts.push(`${offset}u`);
  return parts.length === 1
    ? parts[0]!
    : parts.map((p) => (p.includes(' ') ? `(${p})` : p)).join(' + ');
}
