import { describe, expect, it } from 'vitest';
import { addressProblem } from '../../../src/app/claude/endpoint';
import { DEFAULT_SETTINGS, keepSettings, readSettings } from '../../../src/app/claude/settings';
import { leftOf, shareRead } from '../../../src/app/panes/claude/spending';
import { unpriced } from '../../../src/app/panes/claude/unpriced';
import { shelf } from './shelf';

describe('what the visitor chose', () => {
  it('is read as it was kept', () => {
    const device = shelf();
    const own = { input: 1, output: 2, cacheWrite: 3, cacheWriteHour: 4, cacheRead: 5 };
    const chosen = { ...DEFAULT_SETTINGS, model: 'm', caps: { tokens: 9 }, prices: { m: own } };
    keepSettings(device, chosen);
    expect(readSettings(device)).toEqual(chosen);
  });

  it.each([
    ['{}'],
    ['no JSON'],
    [JSON.stringify({ ...DEFAULT_SETTINGS, baseURL: 'nowhere' })],
    [JSON.stringify({ ...DEFAULT_SETTINGS, prices: { m: { input: 'free' } } })],
  ])('is as if nothing had been where it cannot be read: %s', (json) => {
    expect(readSettings(shelf({ 'loopy-lab:claude': json }))).toEqual(DEFAULT_SETTINGS);
  });
});

describe('an address', () => {
  it.each([
    ['https://api.anthropic.com', null],
    ['http://localhost:8080/v2', null],
    ['nowhere', 'looks like'],
    ['file:///x', 'begins with https'],
    ['https://me:secret@example.com', 'nothing else'],
    ['https://example.com/?key=1', 'nothing else'],
    ['http://[::1]:8080', 'colons'],
  ])('%s', (address, problem) => {
    if (problem === null) expect(addressProblem(address)).toBeNull();
    else expect(addressProblem(address)).toContain(problem);
  });
});

describe('money', () => {
  const tokens = { input: 100, output: 50, cacheWrite: 0, cacheWriteHour: 100, cacheRead: 800 };
  const spent = { requests: 1, tokens, dollars: 1.5, models: [] };

  it('tells how much is left until each cap, and how much came from the cache', () => {
    const caps = { dollars: 5, tokens: 1000, experiments: 3, hours: 2 };
    expect(leftOf(caps, spent, 0.5)).toEqual([
      '$3.50 of $5 left',
      '0 of 1,000 tokens left',
      'ends after 3 experiments',
      '1.5 of 2 hours left',
    ]);
    expect(leftOf({}, spent, 1)).toEqual([]);
    expect(shareRead(spent)).toBe(80);
  });

  it('names the models whose price nobody told', () => {
    const settings = { ...DEFAULT_SETTINGS, model: 'mine', roleModel: 'other' };
    expect(unpriced(settings)).toEqual(['mine']);
    expect(unpriced({ ...settings, critic: true })).toEqual(['mine', 'other']);
    const own = { input: 1, output: 1, cacheWrite: 1, cacheWriteHour: 1, cacheRead: 1 };
    expect(unpriced({ ...settings, prices: { mine: own } })).toEqual([]);
    expect(unpriced({ ...settings, model: 'claude-sonnet-5-5' })).toEqual([]);
  });
});
