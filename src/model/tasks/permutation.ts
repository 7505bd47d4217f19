import { threefry2x32 } from '../../kernels/random/threefry';

/**
 * The image of `index` under a permutation of 0..size-1 chosen by the two keys, with nothing stored: a
 * Feistel network over the next power of four, walked until it lands inside (Black & Rogaway, 2002).
 */
export function permuted(index: number, size: number, key0: number, key1: number): number {
  let half = 2;
  while (half * half < size) half *= 2;
  const mask = half - 1;
  let value = index;
  do {
    let left = Math.floor(value / half);
    let right = value & mask;
    for (let round = 0; round < ROUNDS; round++) {
      const mixed = (left ^ threefry2x32(key0, key1, right, round)[0]) & mask;
      left = right;
      right = mixed;
    }
    value = left * half + right;
  } while (value >= size);
  return value;
}

const ROUNDS = 6;
