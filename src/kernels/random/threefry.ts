/**
 * Threefry-2x32 with 20 rounds, the counter-based generator of Salmon et al., "Parallel Random Numbers:
 * As Easy as 1, 2, 3" (SC 2011). It needs only 32-bit additions, rotations and exclusive-ors, so the same
 * key and counter give the same bits in JavaScript, WGSL and WebAssembly, in any order of evaluation.
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): [number, number] {
  const key2 = (key0 ^ key1 ^ PARITY) >>> 0;
  const keys = [key0 >>> 0, key1 >>> 0, key2];
  let x0 = (counter0 + keys[0]!) >>> 0;
  let x1 = (counter1 + keys[1]!) >>> 0;
  for (let group = 0; group < 5; group++) {
    for (let i = 0; i < 4; i++) {
      const turn = ROTATIONS[(group % 2) * 4 + i]!;
      x0 = (x0 + x1) >>> 0;
      x1 = ((x1 << turn) | (x1 >>> (32 - turn))) >>> 0;
      x1 = (x1 ^ x0) >>> 0;
    }
    x0 = (x0 + keys[(group + 1) % 3]!) >>> 0;
    x1 = (x1 + keys[(group + 2) % 3]! + group + 1) >>> 0;
  }
  return [x0, x1];
}

const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The top 24 bits as a number in [0, 1): every such value is exact in float32. */
export function bitsToUniform(bits: number): number {
  return (bits >>> 8) * 2 ** -24;
}

/** A key for a name, so that what is drawn for it does not depend on what else is drawn (FNV-1a). */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** The i-th uniform number of a stream. Pairs of counters share one evaluation. */
export function uniformAt(seed: number, stream: number, index: number): number {
  const pair = threefry2x32(seed, stream, index >>> 1, 0);
  return bitsToUniform(pair[(index & 1) as 0 | 1]);
}

/** Standard normal numbers by Box and Muller, for initialisers; always computed on the host. */
export function normalAt(seed: number, stream: number, index: number): number {
  const [bits0, bits1] = threefry2x32(seed, stream, index >>> 1, 1);
  const radius = Math.sqrt(-2 * Math.log(1 - bitsToUniform(bits0)));
  const angle = 2 * Math.PI * bitsToUniform(bits1);
  return radius * (index & 1 ? Math.sin(angle) : Math.cos(angle));
}
