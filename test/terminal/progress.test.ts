import { describe, expect, it } from 'vitest';
import { TrialProgress } from '../../src/terminal/progress';

const progress = (share: number) =>
  ({
    type: 'progress',
    progress: share,
    points: [{ step: 1, tokens: 64, seconds: 0.1, loss: 2.5 }],
    tokensPerSecond: 640,
  }) as const;

function shown(isTTY: boolean, shares: readonly number[]): string {
  let text = '';
  const out = { isTTY, columns: 60, write: (more: string) => (text += more) };
  const bar = new TrialProgress('#1 seed 7', out);
  bar.show({ type: 'stage', stage: 'training' });
  for (const share of shares) bar.show(progress(share));
  bar.end();
  return text;
}

describe('progress', () => {
  it('in a pipe is a plain line at every quarter, and nothing else', () => {
    const shares = Array.from({ length: 101 }, (_, i) => i / 100);
    const lines = shown(false, shares).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toBe('#1 seed 7   50%  loss 2.500  640 tokens/s');
    expect(lines.join('')).not.toContain('\x1b');
  });

  it('on a terminal is one line that redraws itself within the width, and is gone at the end', () => {
    const text = shown(true, [0.1, 0.5, 1]);
    expect(text).not.toContain('\n');
    const drawings = text.split('\r\x1b[2K');
    expect(drawings.every((line) => line.length < 60)).toBe(true);
    expect(drawings.some((line) => line.includes('████'))).toBe(true);
    expect(drawings.at(-1)).toBe('');
  });
});
