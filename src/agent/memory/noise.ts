import type { Study } from '../study';
import { type Noise, noiseOf } from '../verdicts/noise';
import { bits } from '../verdicts/words';

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
