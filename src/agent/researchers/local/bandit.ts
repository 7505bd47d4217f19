import type { Experiment, Study } from '../../study';
import type { Family } from './edit';
import { gainOf, isKept, keepsSince } from './lineage';
import { type Prior, priorOf } from './prior';
import type { Random } from './random';

/** Something the researcher can do: a kind of edit, or a move made of several. */
export interface Arm {
  readonly kind: string;
  readonly family: Family | null;
}

/** What a study says of a kind so far. Sums of weights: what is older counts less. */
export interface Record {
  /** Successes: a keep counts whole, a near miss in part. */
  readonly paid: number;
  readonly failed: number;
  /** Gains in bpb of what paid, and how many they are. */
  readonly gains: number;
  readonly gained: number;
}

const NOTHING: Record = { paid: 0, failed: 0, gains: 0, gained: 0 };

/** What a near miss counts as a success: it was ahead, and may well have been luck. */
const NEAR_MISS = 0.4;
/** A program as good and simpler is a keep of its own kind, which brings the score no further. */
const SIMPLER = 0.3;
/** What is left of a lesson's weight after each keep: it was learned on another program. */
const FADING = 0.75;
/** The same for the size of a gain: the first step along a road is the longest. */
const GAIN_FADING = 0.5;
/** How many trials the prior counts for, and how much of a family's record each of its kinds shares. */
const PRIOR_WEIGHT = 3;
const FAMILY_SHARE = 0.15;

export function recordsOf(study: Study): ReadonlyMap<string, Record> {
  const records = new Map<string, Record>();
  for (const experiment of study.experiments) {
    const { kind, verdict } = experiment;
    if (!verdict || verdict.ground === 'baseline') continue;
    const credit = creditOf(experiment);
    const age = keepsSince(study, experiment);
    const weight = FADING ** age;
    const fresh = credit > 0 ? GAIN_FADING ** age : 0;
    records.set(
      kind,
      sum(records.get(kind) ?? NOTHING, {
        paid: credit * weight,
        failed: (1 - credit) * weight,
        gains: Math.max(0, gainOf(experiment) ?? 0) * fresh,
        gained: fresh,
      }),
    );
  }
  return records;
}

function creditOf(experiment: Experiment): number {
  const { verdict } = experiment;
  if (isKept(experiment)) {
    const better = (verdict?.evidence.interval?.[1] ?? 0) < 0;
    return verdict?.ground === 'better' || better ? 1 : SIMPLER;
  }
  return verdict?.ground === 'near miss' ? NEAR_MISS : 0;
}

/**
 * Arms, the most promising first, by Thompson sampling (Thompson, 1933; Chapelle & Li, 2011). Each arm
 * draws a chance of success from the Beta distribution of its prior and its record, a little of its
 * family's record included, and is worth that times the gain it brings when it succeeds: the mean of what
 * it gained so far, drawn towards the prior's. So what paid much is tried more, what failed rests, and what
 * little is known of has its turn.
 */
export function inOrder<A extends Arm>(
  arms: readonly A[],
  study: Study,
  random: Random,
  weightOf: (arm: A) => number = () => 1,
): A[] {
  const records = recordsOf(study);
  const families = new Map<Family, Record>();
  for (const { kind, family } of arms) {
    if (family === null) continue;
    families.set(family, sum(families.get(family) ?? NOTHING, records.get(kind) ?? NOTHING));
  }
  return arms
    .map((arm) => {
      const own = records.get(arm.kind) ?? NOTHING;
      const family = (arm.family && families.get(arm.family)) ?? NOTHING;
      const worth = drawWorth(priorOf(arm.kind, arm.family), own, family, random);
      return { arm, worth: worth * weightOf(arm) };
    })
    .sort((a, b) => b.worth - a.worth)
    .map(({ arm }) => arm);
}

function drawWorth(prior: Prior, own: Record, family: Record, random: Random): number {
  const shared = (of: (record: Record) => number) =>
    of(own) + FAMILY_SHARE * (of(family) - of(own));
  const chance = random.beta(
    PRIOR_WEIGHT * prior.chance + shared(({ paid }) => paid),
    PRIOR_WEIGHT * (1 - prior.chance) + shared(({ failed }) => failed),
  );
  return chance * ((prior.gain + own.gains) / (1 + own.gained));
}

function sum(a: Record, b: Record): Record {
  return {
    paid: a.paid + b.paid,
    failed: a.failed + b.failed,
    gains: a.gains + b.gains,
    gained: a.gained + b.gained,
  };
}
