import type { Shelf } from '../../../src/app/lab/study-shelf';

/** A localStorage of a test's own. */
export function shelf(
  begun: Readonly<Record<string, string>> = {},
): Shelf & { entries(): [string, string][] } {
  const map = new Map(Object.entries(begun));
  return {
    getItem: (name) => map.get(name) ?? null,
    setItem: (name, value) => void map.set(name, value),
    removeItem: (name) => void map.delete(name),
    entries: () => [...map],
  };
}
