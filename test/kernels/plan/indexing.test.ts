import { expect, it } from 'vitest';
import { stridesOf } from '../../../src/kernels/graph/shapes';
import { sizeOf } from '../../../src/kernels/graph/types';
import {
  addIndex,
  constantIndex,
  coordinatesOf,
  type IndexExpr,
  type IndexVar,
  indexToWgsl,
  linearIndex,
  variableIndex,
} from '../../../src/kernels/plan/indexing';

const thread = (bound: number): IndexVar => ({ name: 'i', bound });
const never = () => {
  throw new Error('this expression should come apart without a variable of its own');
};

/** The value of an expression where its variables are known. */
function evaluate({ offset, terms }: IndexExpr, at: Readonly<Record<string, number>>): number {
  return terms.reduce(
    (sum, { coef, v, div, mod }) => sum + coef * (Math.floor(at[v.name]! / div) % mod),
    offset,
  );
}

it('gives back a plain index after any reshape', () => {
  const i = variableIndex(thread(2 * 3 * 5 * 7));
  const there = linearIndex(coordinatesOf(i, [2, 3, 5, 7], never), [2, 3, 5, 7]);
  const back = linearIndex(coordinatesOf(there, [6, 35], never), [6, 35]);
  expect(indexToWgsl(back)).toBe('i');
});

it('reads a stretched row by one remainder', () => {
  const [, , c] = coordinatesOf(variableIndex(thread(4 * 6 * 8)), [4, 6, 8], never);
  expect(indexToWgsl(linearIndex([c!], [8]))).toBe('i % 8u');
});

it('joins the axes that stay together in a transpose', () => {
  const [a, b, c] = coordinatesOf(variableIndex(thread(4 * 6 * 8)), [4, 6, 8], never);
  // The element of [8, 4, 6] that lands at [a, b, c].
  expect(indexToWgsl(linearIndex([c!, a!, b!], [8, 4, 6]))).toBe('((i % 8u) * 24u) + (i / 8u)');
});

it('agrees with counting, through transposes, slices and reshapes', () => {
  const whole = [3, 4, 6];
  const cut = [2, 4, 3];
  const turned = [3, 2, 4]; // axes 2, 0, 1 of the cut
  for (const last of [[24], [6, 4], [3, 8], [2, 2, 6], [4, 3, 2]]) {
    const names: { name: string; expr: IndexExpr; bound: number }[] = [];
    const name = (expr: IndexExpr, bound: number): IndexVar => {
      names.push({ name: `j${names.length}`, expr, bound });
      return names.at(-1)!;
    };
    const out = coordinatesOf(variableIndex(thread(24)), last, name);
    const [x, y, z] = coordinatesOf(linearIndex(out, last), turned, name);
    const place = linearIndex(
      [addIndex(y!, constantIndex(1)), z!, addIndex(x!, constantIndex(2))],
      whole,
    );
    for (let i = 0; i < sizeOf(last); i++) {
      const at: Record<string, number> = { i };
      for (const v of names) at[v.name] = evaluate(v.expr, at);
      const [c, a, b] = stridesOf(turned).map((s, axis) => Math.floor(i / s) % turned[axis]!);
      expect(evaluate(place, at)).toBe((a! + 1) * 24 + b! * 6 + c! + 2);
      for (const v of names) expect(at[v.name]).toBeLessThan(v.bound);
    }
    expect(cut.reduce((n, m) => n * m)).toBe(sizeOf(last));
  }
});

it('names what no digits can express', () => {
  const named: string[] = [];
  const name = (expr: IndexExpr, bound: number): IndexVar => {
    named.push(indexToWgsl(expr));
    return { name: 'j0', bound };
  };
  // Columns 1..3 of [4, 5], read as [6, 2]: rows of two straddle the cut.
  const [row, column] = coordinatesOf(variableIndex(thread(12)), [6, 2], name);
  const inner = coordinatesOf(linearIndex([row!, column!], [6, 2]), [4, 3], name);
  expect(named).toEqual([]);
  const shifted = linearIndex([inner[0]!, addIndex(inner[1]!, constantIndex(1))], [4, 5]);
  coordinatesOf(shifted, [10, 2], name);
  expect(named).toHaveLength(1);
});
