import type { Study } from '../study';
import { noiseOf } from '../verdicts/evidence';
import { bits } from '../verdicts/words';

/** What the study knows of its own noise, one sentence each; empty while it knows nothing. */
export function noiseInWords(study: Study): string[] {
  const noise = noiseOf(study);
  return noise
    ? [
        `noise: a paired difference varies by ${bits(noise.deviation)} bpb from seed to seed (standard deviation, ${noise.freedom} degrees of freedom)`,
      ]
    : [];
}
