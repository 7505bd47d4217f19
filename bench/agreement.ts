import { type ContenderInfo, type Precision, precisionOf } from './contenders';
import { spreadOf } from './statistics';

/** Whether contenders that should compute the same do. */
export interface Agreement {
  /** The largest difference of each one's losses from those it is judged by, relative to them, by its id. */
  readonly differences: Readonly<Record<string, number>>;
  /** The largest difference of all contenders of a precision, where there are any. */
  readonly difference: Readonly<Partial<Record<Precision, number>>>;
  /** Who is too far off to be compared with. */
  readonly disagreeing: readonly string[];
}

/**
 * How far losses may be off. Float32 sums in another order differ in the seventh digit, and Adam's first steps,
 * which divide small gradients by their own size, make more of that; a wrong model is off in the second or third.
 * Products of float16 keep eleven bits of each side, those of bfloat16 eight, and PyTorch stores their results in
 * bfloat16 too.
 */
export const TOLERANCES: Readonly<Record<Precision, number>> = { f32: 1e-3, f16: 5e-3, bf16: 2e-2 };

/** What is compared of a contender. */
export interface Trained {
  readonly contender: Pick<ContenderInfo, 'id' | 'precision'>;
  readonly losses: readonly number[];
}

/**
 * Compares the losses of the same steps with the median of those who train in float32, or with that of all where
 * everyone is in mixed precision. With two that disagree nobody can say who is right: both are off.
 */
export function agreementOf(all: readonly Trained[]): Agreement {
  const steps = Math.min(...all.map(({ losses }) => losses.length));
  if (steps === 0) throw new RangeError('there are no losses to compare');
  const exact = all.filter(({ contender }) => precisionOf(contender) === 'f32');
  const judges = exact.length > 0 ? exact : all;
  const medians = Array.from({ length: all.length > 0 ? steps : 0 }, (_, step) => {
    const finite = judges.map(({ losses }) => losses[step]!).filter(Number.isFinite);
    return finite.length > 0 ? spreadOf(finite).median : Number.NaN;
  });
  const differences: Record<string, number> = {};
  const difference: Partial<Record<Precision, number>> = {};
  const disagreeing: string[] = [];
  for (const { contender, losses } of all) {
    const own = medians.reduce(
      (most, median, step) => larger(most, Math.abs(losses[step]! - median) / Math.abs(median)),
      0,
    );
    const precision = precisionOf(contender);
    differences[contender.id] = own;
    difference[precision] = larger(difference[precision] ?? 0, own);
    if (!(own <= TOLERANCES[precision])) disagreeing.push(contender.id);
  }
  return { difference, differences, disagreeing };
}

/** Written so that NaN stays, and infinity too. */
const larger = (most: number, next: number): number =>
  Number.isNaN(most) || next <= most ? most : next;
