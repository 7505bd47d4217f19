import { hashName, uniformAt } from '../../../kernels/random/threefry';

/** A stream of random choices that is the same every time for the same names. */
export class Random {
  readonly #seed: number;
  readonly #stream: number;
  #drawn = 0;

  constructor(study: string, purpose: string) {
    this.#seed = hashName(study);
    this.#stream = hashName(purpose);
  }

  /** In [0, 1). */
  uniform(): number {
    return uniformAt(this.#seed, this.#stream, this.#drawn++);
  }

  /** One of a list; null of an empty one. */
  pick<T>(list: readonly T[]): T | null {
    return list[Math.floor(this.uniform() * list.length)] ?? null;
  }

  /** From the Beta distribution of whole parameters, as the a-th smallest of a + b - 1 uniform numbers. */
  beta(a: number, b: number): number {
    const draws = Array.from({ length: a + b - 1 }, () => this.uniform()).sort((x, y) => x - y);
    return draws[a - 1]!;
  }
}
