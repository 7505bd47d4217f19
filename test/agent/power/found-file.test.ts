import { describe, expect, it } from 'vitest';
import { type FoundFile, foundFile } from '../../../src/agent/power/found-file';
import { find, having } from './world';

async function file(): Promise<FoundFile> {
  const { found } = await find({ wide: [-0.1, -0.4], deep: [-0.1, -0.3], gate: [0.05, -0.5] });
  const search = { name: 'test', longer: 10, seeds: 6, confirmations: 16 };
  return { version: 2, task: 't', device: 'cpu', program: having(), search, found };
}

const read = (json: unknown) => foundFile(JSON.parse(JSON.stringify(json)), 'file');

describe('a file of found edits', () => {
  it('is read back as it was written', async () => {
    const whole = await file();
    expect(whole.found.some(({ on }) => on.length > 0)).toBe(true);
    expect(read(whole)).toEqual(whole);
    const crashed = whole.found.map((edit) => ({ ...edit, short: null }));
    expect(read({ ...whole, found: crashed }).found[0]!.short).toBeNull();
  });

  it('is refused where what it says cannot be', async () => {
    const whole = await file();
    const [first, ...rest] = whole.found;
    const changed = (edit: object) => ({ ...whole, found: [{ ...first, ...edit }, ...rest] });
    const { version: _, ...unversioned } = whole;
    expect(() => read(unversioned)).toThrow(/file\.version must be 2, and it is missing.*again/);
    expect(() => read({ ...whole, version: 1 })).toThrow(/file\.version must be 2, and it is 1/);
    expect(() => read({ ...whole, found: [{}] })).toThrow(/file\.found\[0\]\.kind/);
    expect(() => read(changed({ baseline: having('other') }))).toThrow(
      /found\[0\]\.baseline is neither/,
    );
    expect(() => read(changed({ long: first!.long.slice(1) }))).toThrow(
      /found\[0\]\.long must have differences on 6 seeds, and it has 5 on 5/,
    );
    const twice = [...first!.short!.slice(1), first!.short![1]!];
    expect(() => read(changed({ short: twice }))).toThrow(/short.* 16 seeds, and it has 16 on 15/);
    const worse = first!.long.map((each) => ({ ...each, difference: -each.difference }));
    expect(() => read(changed({ long: worse }))).toThrow(/found\[0\]\.long does not show a gain/);
  });
});
