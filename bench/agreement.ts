import { spreadOf } from './statistics';

/** Whether contenders that should compute the same do. */
export interface Agreement {
  /** The largest difference of any loss from the median of that step's, relative to it; 0 for one contender. */
  readonly difference: number;
  /** That of each contender, by its id. */
  readonly differences: Readonly<Record<string, number>>;
  /** Who is too far off to be compared with. */
  readonly disagreeing: readonly string[];
}

/**
 * Float32 sums in another order differ in the seventh digit, and Adam's first steps, which divide small
 * gradients by their own size, make more of that; a wrong model is off in the second or third.
 */
export const TOLERANCE = 1e-3;

/** Compares the losses of the same steps. With two that disagree nobody can say who is right: both are off. */
export function agreementOf(losses: ReadonlyMap<string, readonly number[]>): Agreement {
  const steps = Math.min(...[...losses.values()].map(({ length }) => length));
  if (losses.size > 0 && steps === 0) throw new RangeError('there are no losses to compare');
  const differences: Record<string, number> = {};
  for (const id of losses.keys()) differences[id] = 0;
  for (let step = 0; step < (losses.size > 0 ? steps : 0); step++) {
    const all = [...losses.values()].map((own) => own[step]!);
    const finite = all.filter(Number.isFinite);
    const middle = finite.length > 0 ? spreadOf(finite).median : Number.NaN;
    for (const [id, own] of losses) {
      const difference = Math.abs(own[step]! - middle) / Math.abs(middle);
      // Written so that NaN stays, and infinity too.
      if (!(difference <= differences[id]!)) differences[id] = difference;
    }
  }
  const disagreeing = Object.keys(differences).filter((id) => !(differences[id]! <= TOLERANCE));
  const difference = Object.values(differences).reduce((most, d) => (d <= most ? most : d), 0);
  return { difference, differences, disagreeing };
}
