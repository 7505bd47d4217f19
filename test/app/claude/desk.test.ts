import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../../src/agent/team/member';
import { ClaudeDesk } from '../../../src/app/claude/desk';
import { KEY_ENTRY } from '../../../src/app/claude/key-safe';
import { DEFAULT_SETTINGS } from '../../../src/app/claude/settings';
import { STAND_IN_KEY as KEY, startStandIn } from '../../standin/server';
import { FakeLab, study } from '../fake-lab';
import { shelf } from './shelf';

const signal = new AbortController().signal;

async function atStandIn(
  test: (world: {
    url: string;
    lab: FakeLab;
    device: ReturnType<typeof shelf>;
    desk: ClaudeDesk;
  }) => Promise<void>,
) {
  const standIn = await startStandIn();
  const device = shelf();
  const lab = new FakeLab();
  try {
    await test({ url: standIn.url, lab, device, desk: new ClaudeDesk({ lab, shelf: device }) });
  } finally {
    await standIn.close();
  }
}

/** Who was put into the team, and whether a person had just chosen them. */
const seated = (lab: FakeLab) =>
  lab.team.calls.flatMap(([name, ...given]) => (name === 'seat' ? [given] : []));

describe('the desk that brings Claude', () => {
  it('hires as many as were asked for in the place of the local researcher, with a critic', () =>
    atStandIn(async ({ url, lab, desk }) => {
      const looked = await desk.look(KEY, url, signal);
      expect(looked).toMatchObject({ ok: true });
      const settings = { ...DEFAULT_SETTINGS, baseURL: url, researchers: 3, critic: true };
      await desk.bring(settings, false);
      expect(seated(lab)).toEqual([[['claude-1', 'claude-2', 'claude-3'], true]]);
      const [, roles] = lab.team.calls.find(([name]) => name === 'appoint')!;
      expect(roles).toMatchObject({ critic: expect.anything(), director: null });
      expect(desk.getState().stage).toBe('here');

      await desk.sendAway();
      expect(seated(lab).at(-1)).toEqual([['local'], true]);
      expect(desk.getState().stage).toBe('away');
    }));

  it('keeps the key out of its state, its settings and what it hires', () =>
    atStandIn(async ({ url, lab, device, desk }) => {
      const members: Member[] = [];
      lab.team.seat = (crew) => void members.push(...crew);
      await desk.look(KEY, url, signal);
      await desk.bring({ ...DEFAULT_SETTINGS, baseURL: url, critic: true }, false);
      expect(members).toHaveLength(1);
      const shown = [desk.getState(), desk, members, lab.team.calls, device.entries()].map((each) =>
        inspect(each, { depth: 12, showHidden: true }),
      );
      expect(shown.filter((text) => text.includes(KEY))).toEqual([]);
    }));

  it('does not keep a key that is not taken, and leaves the one before', () =>
    atStandIn(async ({ url, desk }) => {
      await desk.look(KEY, url, signal);
      const looked = await desk.look('sk-wrong-wrong-wrong', url, signal);
      expect(looked).toMatchObject({ ok: false, problem: 'key' });
      expect(JSON.stringify(looked)).not.toContain('sk-wrong');
      expect(await desk.look(null, url, signal)).toMatchObject({ ok: true });
    }));

  it('comes back after a reload with a remembered key, and waits without one', () =>
    atStandIn(async ({ url, device, desk }) => {
      await desk.look(KEY, url, signal);
      const settings = { ...DEFAULT_SETTINGS, baseURL: url, researchers: 2 };
      await desk.bring(settings, true);
      const lab = new FakeLab();
      const later = new ClaudeDesk({ lab, shelf: device });
      expect(later.waits).toBe(false);
      await later.comeBack();
      // As it was before: whoever was told to rest still does.
      expect(seated(lab)).toEqual([[['claude-1', 'claude-2'], false]]);

      device.removeItem(KEY_ENTRY);
      const waiting = new FakeLab();
      const without = new ClaudeDesk({ lab: waiting, shelf: device });
      expect(without.waits).toBe(true);
      await without.comeBack();
      expect(without.getState().stage).toBe('keyless');
      // With its key again, it goes on with the study that the load had cut off.
      waiting.show({ activity: 'idle', study: study() });
      await without.look(KEY, url, signal);
      await without.bring(settings, false);
      expect(waiting.getSnapshot().activity).toBe('running');
    }));

  it('says why Claude could not come', async () => {
    const lab = new FakeLab();
    const desk = new ClaudeDesk({
      lab,
      shelf: null,
      loadCrew: () => Promise.reject(new Error('the network is away')),
    });
    await desk.bring(DEFAULT_SETTINGS, false);
    expect(desk.getState()).toMatchObject({
      stage: 'away',
      problem: 'Claude could not come: the network is away',
    });
    expect(seated(lab)).toEqual([]);
  });
});
