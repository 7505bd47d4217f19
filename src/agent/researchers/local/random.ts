import { hashName, normalAt, uniformAt } from '../../../kernels/random/threefry';

/** Makes the choices that an edit leaves open. */
export interface Chooser {
  /** One of a list; null of an empty one. */
  pick<T>(list: readonly T[]): T | null;
  /** A new value for a number that is `present` now: one of the choices, or what this chooser is after. */
  number(present: number, choices: readonly number[], allowed: Allowed): number | null;
}

/** What a number may be. */
export interface Allowed {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  /** What else it must fulfil, such as a width that its heads divide. */
  fits?(value: number): boolean;
}

/** A stream of random choices that is the same every time for the same names. */
export class Random implements Chooser {
  readonly #seed: number;
  readonly #stream: number;
  #drawn = 0;

  constructor(study: string, purpose: string) {
    this.#seed = hashName(study);
    this.#stream = hashName(purpose);
  }

  /** Choices made so far. */
  get drawn(): number {
    return this.#drawn;
  }

  /** In [0, 1). */
  uniform(): number {
    return uniformAt(this.#seed, this.#stream, this.#drawn++);
  }

  pick<T>(list: readonly T[]): T | null {
    return list[Math.floor(this.uniform() * list.length)] ?? null;
  }

  number(_present: number, choices: readonly number[]): number | null {
    return this.pick(choices);
  }

  /** From the Beta distribution, as X / (X + Y) of two Gamma variables. */
  beta(a: number, b: number): number {
    const [x, y] = [this.#gamma(a), this.#gamma(b)];
    return x / (x + y);
  }

  /** From the Gamma distribution of that shape and scale 1 (Marsaglia & Tsang, 2000). */
  #gamma(shape: number): number {
    // A shape below 1 is reached from shape + 1, by the power of a uniform number.
    if (shape < 1) return this.#gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normalAt(this.#seed, this.#stream, this.#drawn++);
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      if (Math.log(1 - this.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}

/** How far from the value that was asked for one that fits may lie, as a share of it. */
const NEAR = 0.15;

/** Sets the number that an edit is about to one value; all else as it comes first. */
export class Aim implements Chooser {
  constructor(readonly value: number) {}

  pick<T>(list: readonly T[]): T | null {
    return list[0] ?? null;
  }

  /** What is nearest to the value among what the number may be. */
  number(_present: number, _choices: readonly number[], allowed: Allowed): number | null {
    const { low, high, whole, fits = () => true } = allowed;
    const wanted = Math.min(high, Math.max(low, this.value));
    if (!whole) {
      const value = rounded(wanted);
      return fits(value) ? value : null;
    }
    for (let away = 0; away <= Math.max(1, wanted * NEAR); away++) {
      const sides = [Math.round(wanted) + away, Math.round(wanted) - away];
      const value = sides.find((side) => side >= low && side <= high && fits(side));
      if (value !== undefined) return value;
    }
    return null;
  }
}

/** To two figures that matter: for a share near 1, such as 0.995, two of what is missing to 1. */
function rounded(value: number): number {
  if (value <= 0.9 || value >= 1) return Number(value.toPrecision(2));
  return Number((1 - Number((1 - value).toPrecision(2))).toFixed(6));
}

/** Changes nothing: finds out what number an edit is about. */
export class Probe implements Chooser {
  present: number | null = null;
  allowed: Allowed | null = null;

  pick<T>(list: readonly T[]): T | null {
    return list[0] ?? null;
  }

  number(present: number, _choices: readonly number[], allowed: Allowed): null {
    if (this.present === null) {
      this.present = present;
      this.allowed = allowed;
    }
    return null;
  }
}
