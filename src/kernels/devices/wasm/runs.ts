import type { IndexExpr } from '../../plan/indexing';

/**
 * The loops of a fused group. Its elements are taken in runs of `length`: element i is number j of run o,
 * i = o * length + j, chosen such that every place that is read is, within a run, a start and a step: so
 * that four elements that follow each other are one vector in memory, or one number four times, or at
 * least a fixed distance apart.
 */
export class Runs {
  #length: number;

  constructor(readonly count: number) {
    this.#length = count;
  }

  get length(): number {
    return this.#length;
  }

  /** Makes runs short enough that `n` is a multiple of their length. */
  divide(n: number): void {
    this.#length = gcd(this.#length, n);
  }

  /**
   * Makes runs short enough for an expression of `i`, and takes it apart into what a run begins with and
   * the step from element to element.
   */
  split({ offset, terms }: IndexExpr): RunPlace {
    let step = 0;
    const parts: RunTerm[] = [];
    for (const { coef, v, div, mod } of terms) {
      if (v.name !== 'i') {
        parts.push({ coef, name: v.name, div, mod: div * mod >= v.bound ? null : mod });
        continue;
      }
      this.divide(div === 1 ? mod : div);
      const own = this.#length;
      const runs = this.count / own;
      if (div > 1 || own === 1) {
        const over = div / own;
        parts.push({ coef, name: 'o', div: over, mod: over * mod >= runs ? null : mod });
        continue;
      }
      step += coef;
      const above = mod / own;
      if (above > 1) {
        parts.push({ coef: coef * own, name: 'o', div: 1, mod: above >= runs ? null : above });
      }
    }
    return { offset, step, parts };
  }
}

/** A place in each run: `offset` + the parts + j * `step`. */
export interface RunPlace {
  readonly offset: number;
  readonly step: number;
  readonly parts: readonly RunTerm[];
}

/** coef * (floor(variable / div) % mod), where the variable is the run's number `o` or a name. */
export interface RunTerm {
  readonly coef: number;
  readonly name: string;
  readonly div: number;
  /** null: no remainder need be taken. */
  readonly mod: number | null;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
