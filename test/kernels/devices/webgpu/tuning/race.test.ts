import { describe, expect, it } from 'vitest';
import { fastestOf, type Timed } from '../../../../../src/kernels/devices/webgpu/tuning/race';

/** A way that always takes so many seconds for each repetition, and once more for each call. */
function taking(seconds: number, calls: number[] = [], each = 0): Timed {
  return {
    seconds: async (repetitions) => {
      calls.push(repetitions);
      return each + seconds * repetitions;
    },
  };
}

const never = () => false;

describe('a race between ways', () => {
  it('is won by the fastest', async () => {
    const ways = new Map([
      ['usual', taking(3e-4)],
      ['faster', taking(2e-4)],
      ['fastest', taking(1e-4)],
      ['slow', taking(9e-4)],
    ]);
    expect(await fastestOf(ways, never)).toBe('fastest');
  });

  it('is won by the usual way where no other is clearly faster', async () => {
    const ways = new Map([
      ['usual', taking(1e-4)],
      ['a little faster', taking(0.97e-4)],
    ]);
    expect(await fastestOf(ways, never)).toBe('usual');
  });

  it('takes the best of several samples, so that one disturbed one decides nothing', async () => {
    const disturbed: Timed = (() => {
      let call = 0;
      return {
        seconds: async (n: number) => n * (++call === 4 ? 1 : 1e-4),
      };
    })();
    const ways = new Map([
      ['usual', taking(2e-4)],
      ['disturbed', disturbed],
    ]);
    expect(await fastestOf(ways, never)).toBe('disturbed');
  });

  it('repeats what is short until a coarse clock can tell, all ways alike', async () => {
    const [usual, other, instant]: [number[], number[], number[]] = [[], [], []];
    const ways = new Map([
      ['usual', taking(1e-4, usual)],
      ['other', taking(2e-4, other)],
    ]);
    await fastestOf(ways, never);
    expect(usual).toEqual([1, 1, 20, 20, 20]);
    expect(other).toEqual([1, 1, 3, 20, 20, 20]);
    await fastestOf(new Map([['usual', taking(0, instant)]]), never);
    expect(Math.max(...instant)).toBe(200);
  });

  it('soon gives up a way that is many times slower', async () => {
    const [slow, slower]: [number[], number[]] = [[], []];
    const ways = new Map([
      ['usual', taking(1e-5)],
      ['slow', taking(1e-4, slow)],
      ['slower', taking(1e-2, slower)],
    ]);
    expect(await fastestOf(ways, never)).toBe('usual');
    expect(slow).toEqual([1, 1, 25]);
    expect(slower).toEqual([1, 1]);
  });

  it('has no winner when the time is up before the end', async () => {
    for (const allowed of [0, 1, 3, 5]) {
      let asked = 0;
      const ways = new Map([
        ['usual', taking(1e-3)],
        ['faster', taking(1e-4)],
      ]);
      expect(await fastestOf(ways, () => asked++ >= allowed)).toBeNull();
    }
  });
});
