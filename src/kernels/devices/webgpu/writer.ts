import type { DType, GraphNode, NodeId } from '../../graph/types';
import { elementwiseNamed, wgslOf } from '../../ops/elementwise/elementwise';
import type { ExpressionWriter, Shifted } from '../../plan/expressions';
import { type IndexExpr, type IndexVar, indexToWgsl, variableIndex } from '../../plan/indexing';

/**
 * Writes the values of a fused group as the lines of a kernel's body. A value is the name of a `let`, and
 * equal expressions have one.
 */
export class WgslWriter implements ExpressionWriter<string> {
  readonly lines: string[] = [];
  /** What the launch is given as `numbers`, in the order of their first use, after those it has already. */
  readonly numbers: number[];
  readonly #names = new Map<string, string>();

  /** `element`: the expression of a tensor's element at a place in its memory. */
  constructor(
    readonly element: (id: NodeId, place: string) => string,
    numbers: readonly number[] = [],
  ) {
    this.numbers = [...numbers];
  }

  constant(value: number, dtype: DType): string {
    if (dtype === 'f32') return this.#number(value);
    return this.#let(dtype === 'bool' ? `${value !== 0}` : `i32(${value})`);
  }

  index(expr: IndexExpr): string {
    return this.#let(`i32(${indexToWgsl(expr)})`);
  }

  random(seed: string, stream: number, index: IndexExpr): string {
    // As two halves, each exact in float32, so that dropouts of other streams share this shader.
    const high = this.#number(Math.floor(stream / 65_536));
    const low = this.#number(stream % 65_536);
    const key = `(u32(${high}) << 16u) | u32(${low})`;
    return this.#let(`uniform_at(${seed}, ${key}, ${indexToWgsl(index)})`);
  }

  load(id: NodeId, place: IndexExpr): string {
    return this.#let(this.element(id, indexToWgsl(place)));
  }

  elementwise({ op, attrs }: GraphNode, operands: readonly string[]): string | undefined {
    const definition = elementwiseNamed(op);
    return definition && this.#let(wgslOf(definition, attrs, operands));
  }

  choose(conditions: readonly string[], value: string, otherwise: string): string {
    return this.#let(`select(${otherwise}, ${value}, ${conditions.join(' && ')})`);
  }

  shift(coord: IndexExpr, by: number, size: number): Shifted<string> {
    // The coordinate has a name of its own because the compiler refuses a constant that wraps below 0.
    const moved = this.#let(`${this.#let(indexToWgsl(coord))} - ${by}u`);
    const inside = this.#let(`${moved} < ${size}u`);
    const name = this.#let(`select(0u, ${moved}, ${inside})`);
    return { coord: variableIndex({ name, bound: size }), inside };
  }

  name(expr: IndexExpr, bound: number): IndexVar {
    return { name: this.#let(indexToWgsl(expr)), bound };
  }

  /** A number that another program may have otherwise without needing another shader. */
  #number(value: number): string {
    const n = this.numbers.push(value) - 1;
    return this.#let(`numbers[${n >> 2}].${'xyzw'[n & 3]}`);
  }

  #let(expression: string): string {
    let name = this.#names.get(expression);
    if (name === undefined) {
      name = `v${this.#names.size}`;
      this.#names.set(expression, name);
      this.lines.push(`let ${name} = ${expression};`);
    }
    return name;
  }
}
