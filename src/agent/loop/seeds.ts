import { hashName, threefry2x32 } from '../../kernels/random/threefry';

/**
 * The seed of a study's comparisons at an index, below 2^31. It depends on the study and the index alone:
 * every program of a study meets the same seeds in the same order, and none can choose or name one.
 */
export function studySeed(study: string, index: number): number {
  const [bits] = threefry2x32(hashName(study), SEEDS, index, 0);
  return bits >>> 1;
}

/** Keeps this use of the generator apart from others with the same key. */
const SEEDS = hashName('seeds of a study');

/** `study-k3f9x0q2`, from the browser's or Node's own randomness. */
export function newStudyId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `study-${Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')}`;
}
