import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { KEY_ENTRY, KeySafe } from '../../../src/app/claude/key-safe';
import { shelf } from './shelf';

const KEY = 'sk-ant-of-a-test-0123456789';
const API = 'https://api.anthropic.com';

describe('the safe of the key', () => {
  it('lends the key to the server that it was given for, and to no other', () => {
    const safe = new KeySafe(shelf());
    safe.put(KEY, API);
    expect(safe.lend(API, (key) => key.length)).toBe(KEY.length);
    expect(() => safe.lend('https://elsewhere.example', (key) => key)).toThrow(
      'there is no key for https://elsewhere.example',
    );
  });

  it('shows nothing of it in whatever a program can print', () => {
    const safe = new KeySafe(shelf());
    safe.put(KEY, API);
    const shown = [
      JSON.stringify(safe),
      String(safe),
      inspect(safe, { depth: 9, showHidden: true }),
    ];
    expect(shown.join()).not.toContain(KEY);
  });

  it('keeps it on the device only when that is asked, and forgets it there too', () => {
    const device = shelf();
    const safe = new KeySafe(device);
    safe.put(KEY, API);
    expect(device.entries()).toEqual([]);
    expect(new KeySafe(device).origin).toBeNull();
    safe.remember(true);
    expect(device.entries().map(([name]) => name)).toEqual([KEY_ENTRY]);
    const later = new KeySafe(device);
    expect(later.remembered).toBe(true);
    expect(later.lend(API, (key) => key)).toBe(KEY);
    later.forget();
    expect(device.entries()).toEqual([]);
    expect(later.origin).toBeNull();
  });

  it('forgets a remembered key when another takes its place', () => {
    const device = shelf();
    const safe = new KeySafe(device);
    safe.put(KEY, API);
    safe.remember(true);
    safe.put('sk-another-key', API);
    expect(device.entries()).toEqual([]);
    expect(safe.remembered).toBe(false);
  });

  it('holds a key for as long as the page where the browser keeps nothing', () => {
    const safe = new KeySafe(null);
    safe.put(KEY, API);
    safe.remember(true);
    expect(safe.remembered).toBe(false);
    expect(safe.lend(API, (key) => key)).toBe(KEY);
  });

  it.each(['', 'no JSON', '{"key":5,"origin":"x"}', 'null'])('takes %j for no key', (entry) => {
    expect(new KeySafe(shelf({ [KEY_ENTRY]: entry })).origin).toBeNull();
  });
});
