import { hashName, threefry2x32 } from '../../kernels/random/threefry';

/**
 * The seed of a follow-up at an index, below 2^31: from a stream of its own, so that no program was ever
 * chosen on it. It depends on the follow-up's name alone, which depends on its study.
 */
export function followUpSeed(study: string, followUp: string, index: number): number {
  const [bits] = threefry2x32(hashName(study), hashName(`seeds of ${followUp}`), index, 0);
  return bits >>> 1;
}
