import { expect, it } from 'vitest';
import { Absences } from '../../../src/app/lab/absences';
import { shelf } from '../claude/shelf';

it('keeps on the device who was told to stop, and nothing where everybody works', () => {
  const device = shelf();
  const before = new Absences(device);
  before.pause('claude-1');
  before.pause('claude-1');
  before.pause('claude-2');
  before.dismiss('claude-2');

  const after = new Absences(device);
  expect([after.isPaused('claude-1'), after.isDismissed('claude-1')]).toEqual([true, false]);
  expect([after.isPaused('claude-2'), after.isDismissed('claude-2')]).toEqual([false, true]);
  after.end('claude-2');
  expect(new Absences(device).isDismissed('claude-2')).toBe(false);
  after.end('claude-1');
  expect(device.entries()).toEqual([]);

  after.pause('local');
  after.endAll();
  expect(new Absences(device).isPaused('local')).toBe(false);
});

it('takes what it cannot read for nobody, and lasts as long as the page where nothing is kept', () => {
  for (const odd of ['', '{', '{"paused":"claude-1"}', '{"paused":[],"dismissed":[3]}']) {
    expect(new Absences(shelf({ 'loopy-lab:absences': odd })).isPaused('claude-1')).toBe(false);
  }
  const full = {
    ...shelf(),
    setItem: () => {
      throw new Error('full');
    },
  };
  for (const store of [null, full]) {
    const absences = new Absences(store);
    absences.dismiss('claude-1');
    expect(absences.isDismissed('claude-1')).toBe(true);
  }
});
