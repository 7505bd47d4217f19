import type { Experiment, Study } from '../study';
import { type Noise, noiseOf } from '../verdicts/noise';
import { bits } from '../verdicts/words';

/** What the verdict of an experiment was asked to reach, in words; null where its log does not say. */
export function levelInWords({ verdict }: Experiment): string | null {
  const level = verdict?.evidence.level;
  if (level === undefined) return null;
  return `a gain was kept below p = ${Number(level.toPrecision(2))}: the level falls with every candidate that luck explains, and rises with every gain`;
}

/** What the study knows of its own noise, one sentence each; empty while it knows nothing. */
export function noiseInWords(study: Study): string[] {
  const { seed, paired } = noiseOf(study);
  const sentence = (what: string, { deviation, freedom }: Noise) =>
    `noise: ${what} varies by ${bits(deviation)} bpb from seed to seed (standard deviation, ${freedom} degrees of freedom)`;
  return [
    ...(seed ? [sentence('the score of one program', seed)] : []),
    ...(paired ? [sentence('a paired difference', paired)] : []),
  ];
}
