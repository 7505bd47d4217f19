import { describe, expect, it } from 'vitest';
import { runAhead } from '../../../../src/kernels/devices/wasm/ahead';

const MEGABYTES = 2 ** 22;

/** A launch that reads and writes nodes. */
const work = (reads: readonly number[], writes: readonly number[]) => ({
  kernel: { reads, writes },
});
/** A launch ahead, of so many bytes. */
const pack = (read: number, bytes: number) => ({
  kernel: { reads: [read], writes: [{ temporary: 'panels', bytes }], ahead: true },
});

describe('launches ahead', () => {
  const storage = [0, 1, 2, 3, 2];

  it('come together, up to four megabytes, in their own order', () => {
    const [a, b, c] = [pack(0, MEGABYTES / 2), pack(1, MEGABYTES / 2), pack(0, 4)];
    const [x, y, z] = [work([0], [2]), work([2], [3]), work([3], [])];
    expect(runAhead([a, x, b, y, c, z], storage)).toEqual([a, b, x, y, c, z]);
  });

  it('do not come before what writes their operands, under whatever name', () => {
    const x = work([0], [2]);
    for (const launch of [pack(2, 4), pack(4, 4)]) {
      expect(runAhead([x, work([2], [3]), launch], storage)[2]).toBe(launch);
    }
    const early = pack(1, 4);
    expect(runAhead([x, early], storage)).toEqual([early, x]);
  });
});
