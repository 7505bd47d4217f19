import { type IndexExpr, type IndexVar, indexToWgsl, variableIndex } from '../../plan/indexing';

/** The lines of a kernel's body as they are written. Equal expressions are computed once. */
export class Body {
  readonly lines: string[] = [];
  /** What the launch is given as `numbers`, in the order of their first use. */
  readonly numbers: number[] = [];
  readonly #names = new Map<string, string>();

  /** The name of a `let` that holds an expression. */
  let(expression: string): string {
    let name = this.#names.get(expression);
    if (name === undefined) {
      name = `v${this.#names.size}`;
      this.#names.set(expression, name);
      this.lines.push(`let ${name} = ${expression};`);
    }
    return name;
  }

  /** A number that another program may have otherwise without needing another shader. */
  number(value: number): string {
    const n = this.numbers.push(value) - 1;
    return this.let(`numbers[${n >> 2}].${'xyzw'[n & 3]}`);
  }

  /** Gives an index a name, so that it can be taken apart again. */
  index = (expr: IndexExpr, bound: number): IndexVar => ({
    name: this.let(indexToWgsl(expr)),
    bound,
  });

  /**
   * A coordinate that begins `by` later, and whether it lies inside an axis of that size. Where it does
   * not, it is 0, so that what is read there for nothing is at least inside its tensor.
   */
  shifted(coord: IndexExpr, by: number, size: number): { coord: IndexExpr; inside: string } {
    // The coordinate has a name of its own because the compiler refuses a constant that wraps below 0.
    const moved = this.let(`${this.let(indexToWgsl(coord))} - ${by}u`);
    const inside = this.let(`${moved} < ${size}u`);
    const name = this.let(`select(0u, ${moved}, ${inside})`);
    return { coord: variableIndex({ name, bound: size }), inside };
  }
}
