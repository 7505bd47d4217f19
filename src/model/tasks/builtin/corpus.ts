import { bitsToUniform, hashName, threefry2x32 } from '../../../kernels/random/threefry';
import type { CorpusBytes } from '../split';
import { type Derivation, derive } from './derive';
import { NEW_STORY, story } from './story/story';

/**
 * Generated stories, one on each line, until there are at least `bytes` bytes; with -log2 p of each byte.
 * The stories are ASCII, so a character is a byte. The n-th story is a function of the seed and n alone,
 * the same on every machine.
 */
export function builtinCorpus(
  bytes: number,
  seed: number,
  onProgress?: (fraction: number) => void,
): Required<CorpusBytes> {
  const encoder = new TextEncoder();
  let text = new Uint8Array(Math.ceil(bytes) + LONGEST_STORY);
  let bits = new Float64Array(text.length);
  let size = 0;
  for (let n = 0; size < bytes; n++) {
    const { text: told, bits: costs } = builtinStory(seed, n);
    if (size + told.length > text.length) {
      text = enlarged(text, new Uint8Array(size + told.length));
      bits = enlarged(bits, new Float64Array(size + told.length));
    }
    encoder.encodeInto(told, text.subarray(size));
    bits.set(costs, size);
    size += told.length;
    if (n % PROGRESS_EVERY === 0) onProgress?.(Math.min(1, size / bytes));
  }
  return { bytes: text.slice(0, size), bits: bits.slice(0, size) };
}

/** The n-th story of a seed. */
export function builtinStory(seed: number, n: number): Derivation {
  let drawn = 0;
  return derive(story, NEW_STORY, () => {
    const [high, low] = threefry2x32(seed, STORIES, n, drawn++);
    return bitsToUniform(high) + bitsToUniform(low) * 2 ** -24;
  });
}

const STORIES = hashName('stories');
const PROGRESS_EVERY = 64;
/** Room for the last story; more is made where it does not suffice. */
const LONGEST_STORY = 4096;

function enlarged<A extends Uint8Array | Float64Array>(from: A, into: A): A {
  into.set(from);
  return into;
}
