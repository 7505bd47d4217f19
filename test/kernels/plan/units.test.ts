import { describe, expect, it } from 'vitest';
import { type Unit, Units } from '../../../src/kernels/plan/units';
import { uniformAt } from '../../../src/kernels/random/threefry';

const unit = (node: number, reads: readonly number[]): Unit => ({
  nodes: [node],
  reads: new Map(reads.map((read) => [read, true])),
  count: 4,
});

/** Everything that must come before everything, and what was required besides. */
function expectOrdered(units: Units, required: readonly (readonly [number, number])[]): void {
  const at = new Map<number, number>();
  units.ordered.forEach((own, place) => {
    for (const node of own.nodes) at.set(node, place);
  });
  units.ordered.forEach((own, place) => {
    for (const read of own.reads.keys()) expect(at.get(read)).toBeLessThan(place);
  });
  for (const [first, second] of required) {
    expect(at.get(first)).toBeLessThanOrEqual(at.get(second)!);
  }
}

/** Whether a path of at least two steps leads from one unit to the other. */
function leadsAround(units: Units, from: Unit, to: Unit): boolean {
  const seen = new Set<Unit>();
  const visit = (own: Unit): boolean => {
    for (const next of units.successorsOf(own)) {
      if (next === to) {
        if (own !== from) return true;
      } else if (!seen.has(next)) {
        seen.add(next);
        if (visit(next)) return true;
      }
    }
    return false;
  };
  return visit(from);
}

describe('units', () => {
  it('are put in an order in which they can run', () => {
    const units = new Units([unit(2, [0, 1]), unit(3, [2]), unit(1, [0]), unit(0, [])]);
    expect(units.ordered.map(({ nodes }) => nodes[0])).toEqual([0, 1, 2, 3]);
  });

  it('are refused when they wait for each other', () => {
    expect(() => new Units([unit(0, [1]), unit(1, [0])])).toThrow('in a circle');
  });

  it('stay in order through merges and constraints, and refuse exactly what would be a circle', () => {
    for (let seed = 0; seed < 20; seed++) {
      let draws = 0;
      const below = (n: number) => Math.floor(uniformAt(seed, 0, draws++) * n);
      const units = new Units(
        Array.from({ length: 30 }, (_, node) =>
          unit(node, node === 0 ? [] : Array.from({ length: below(3) }, () => below(node))),
        ),
      );
      const required: [number, number][] = [];
      for (let step = 0; step < 60; step++) {
        const { ordered } = units;
        const [a, b] = [ordered[below(ordered.length)]!, ordered[below(ordered.length)]!];
        if (a === b) continue;
        if (below(2) === 0) {
          const circle = leadsAround(units, a, b) || leadsAround(units, b, a);
          expect(units.merge(a, b) === null).toBe(circle);
        } else {
          const backwards = [...units.successorsOf(b)].includes(a) || leadsAround(units, b, a);
          expect(units.require(a, b)).toBe(!backwards);
          if (!backwards) required.push([a.nodes[0]!, b.nodes[0]!]);
        }
        expectOrdered(units, required);
      }
    }
  });
});
