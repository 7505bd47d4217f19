import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Paced } from '../../../src/app/lab/paced';
import { Store } from '../../../src/app/lab/store';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

function paced() {
  const store = new Store({ value: 0 });
  const source = { subscribe: store.subscribe, get: () => store.get().value };
  const seen: number[] = [];
  const view = new Paced(source, 100);
  const leave = view.subscribe(() => seen.push(view.get()));
  return { store, view, seen, leave };
}

describe('a value that changes faster than it is worth drawing', () => {
  it('is passed on at once after a quiet while', () => {
    const { store, seen } = paced();
    store.patch({ value: 1 });
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(500);
    store.patch({ value: 2 });
    expect(seen).toEqual([1, 2]);
  });

  it('is passed on at most ten times a second, and its last value always arrives', () => {
    const { store, seen } = paced();
    for (let i = 1; i <= 3000; i++) {
      store.patch({ value: i });
      vi.advanceTimersByTime(1);
    }
    expect(seen.length).toBeGreaterThanOrEqual(29);
    expect(seen.length).toBeLessThanOrEqual(31);
    vi.advanceTimersByTime(200);
    expect(seen.at(-1)).toBe(3000);
  });

  it('does not speak of what did not change', () => {
    const { store, seen } = paced();
    store.patch({ value: 0 });
    vi.advanceTimersByTime(500);
    expect(seen).toEqual([]);
  });

  it('is fresh for whoever comes while nobody listens, and leaves no timer behind', () => {
    const { store, view, seen, leave } = paced();
    store.patch({ value: 1 });
    store.patch({ value: 2 });
    leave();
    expect(vi.getTimerCount()).toBe(0);
    expect(view.get()).toBe(2);
    store.patch({ value: 3 });
    expect(view.get()).toBe(3);
    expect(seen).toEqual([1]);
  });
});
