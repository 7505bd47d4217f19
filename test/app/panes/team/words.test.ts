import { describe, expect, it } from 'vitest';
import type { MemberView } from '../../../../src/agent/team/view';
import { isCalm } from '../../../../src/app/panes/team/calm';
import {
  MOST_CHARACTERS,
  MOST_ITEMS,
  shownItems,
} from '../../../../src/app/panes/team/member-stream';
import {
  announcements,
  briefWords,
  doingWords,
  formatDollars,
  moneyWords,
  spentByAll,
  stageWords,
  tokenWords,
} from '../../../../src/app/panes/team/words';
import { study } from '../../fake-lab';
import { DRAFT, member, spent, TEAMS, team } from '../../fake-team';

const one = member('claude-1', { title: 'Claude 1', doing: 'thinking' });

describe('what a member is doing', () => {
  it('counts the wait for the API down', () => {
    const wait = { reason: 'overloaded', secondsLeft: 75 };
    expect(doingWords({ ...one, doing: 'waiting', wait })).toBe('waiting, 1 min 15 s more');
    expect(doingWords({ ...one, doing: 'waiting' })).toBe('waiting for the API');
  });

  it('tells reading from editing', () => {
    expect(doingWords({ ...one, doing: 'working' })).toBe('reading');
    expect(doingWords({ ...one, doing: 'working', draft: DRAFT })).toBe('editing and checking');
  });

  it('says in one line what trains, unless it stands still', () => {
    const local = TEAMS.local.members[0]!;
    expect(briefWords(local, study())).toBe('experiment 11 trains');
    expect(briefWords({ ...local, experiment: null, doing: 'thinking' }, study())).toBe('thinking');
    expect(briefWords({ ...local, doing: 'paused' }, study())).toBe('paused');
  });
});

describe('what it costs', () => {
  it('counts every token that was billed', () => {
    expect(tokenWords(spent('m', { input: 1000, output: 200, cacheRead: 12_000 }, 1))).toBe(
      '13.2k tokens',
    );
  });

  it('never passes off a part of the money for all of it', () => {
    expect(moneyWords(spent('m', {}, 0.42))).toBe('$0.42');
    expect(moneyWords(spent('m', {}, null))).toBe('price unknown');
    const mixed = spent('m', {}, 0.42);
    const models = [...mixed.models, { ...mixed.models[0]!, dollars: null }];
    expect(moneyWords({ ...mixed, models })).toBe('$0.42 and more, price unknown');
  });

  it('is summed over those who cost something', () => {
    expect(spentByAll(TEAMS.local)).toBeNull();
    expect(spentByAll(TEAMS.three)).toEqual({ tokens: 340_400 + 137_100, dollars: 0.96 });
    expect([0, 0.004, 0.42, 12.3].map(formatDollars)).toEqual([
      '$0.00',
      '$0.004',
      '$0.42',
      '$12.30',
    ]);
  });
});

it('says of a proposal what it waits for', () => {
  const [first] = TEAMS.three.waiting;
  expect(stageWords(first!, 0)).toBe('runs next');
  expect(stageWords(first!, 2)).toBe('waits behind 2 trials');
  expect(stageWords({ ...first!, stage: 'reading' }, 0)).toBe('the critic reads it');
  expect(stageWords({ ...first!, stage: 'approval' }, 0)).toBe('waits for your word');
});

describe('what a screen reader is told', () => {
  const earlier = team({ members: [one] });
  const later = (parts: Partial<MemberView>) => team({ members: [{ ...one, ...parts }] });

  it('is nothing of what streams by', () => {
    const stream = [{ kind: 'thought' as const, text: 'hm' }];
    expect(announcements(earlier, later({ stream, doing: 'working', draft: DRAFT }))).toEqual([]);
    const wait = { reason: 'overloaded', secondsLeft: 3 };
    expect(announcements(earlier, later({ doing: 'waiting', wait }))).toEqual([]);
    expect(announcements(earlier, later({ tried: 4, kept: 2, idle: 900 }))).toEqual([]);
  });

  it('is who came, stopped, went on, ended and left', () => {
    expect(announcements(team(), earlier)).toEqual(['Claude 1 has come']);
    expect(announcements(earlier, team())).toEqual(['Claude 1 has left']);
    expect(announcements(earlier, later({ doing: 'paused' }))).toEqual(['Claude 1 is paused']);
    expect(announcements(later({ doing: 'paused' }), earlier)).toEqual(['Claude 1 goes on']);
    expect(announcements(earlier, later({ doing: 'held' }))).toEqual([
      'You have the keyboard of Claude 1',
    ]);
    expect(announcements(earlier, later({ doing: 'ended', ending: 'the key is gone' }))).toEqual([
      'Claude 1 ended: the key is gone',
    ]);
  });

  it('is a proposal once, and once more where it waits for a word', () => {
    const [proposal] = TEAMS.three.waiting;
    const proposed = team({ members: [one], waiting: [proposal!] });
    expect(announcements(earlier, proposed)).toEqual([
      'Proposed, claude-2: RoPE base 10000 \u2192 500',
    ]);
    expect(announcements(proposed, proposed)).toEqual([]);
    const asked = team({ members: [one], waiting: [{ ...proposal!, stage: 'approval' }] });
    expect(announcements(proposed, asked)).toEqual([
      'Waits for your word, claude-2: RoPE base 10000 \u2192 500',
    ]);
    expect(announcements(asked, proposed)).toEqual([]);
  });

  it('is no proposal of the local researcher, whose verdicts follow at once', () => {
    const [proposal] = TEAMS.three.waiting;
    const local = {
      ...proposal!,
      proposal: { ...proposal!.proposal, researcher: 'local' as const },
    };
    expect(announcements(earlier, team({ members: [one], waiting: [local] }))).toEqual([]);
  });
});

describe('one line', () => {
  it('is enough for a researcher without a key, and for nobody', () => {
    expect(isCalm(TEAMS.local)).toBe(true);
    expect(isCalm(team())).toBe(true);
  });

  it('is not enough where something costs, waits for a word, or was asked for', () => {
    for (const name of ['three', 'approval', 'held', 'ended'] as const) {
      expect(isCalm(TEAMS[name]), name).toBe(false);
    }
    expect(isCalm({ ...TEAMS.local, approval: true })).toBe(false);
    expect(isCalm({ ...TEAMS.local, directions: TEAMS.three.directions })).toBe(false);
  });
});

it('shows the latest of a stream, and of each item the end', () => {
  const stream = Array.from({ length: 500 }, (_, i) => ({
    kind: 'said' as const,
    text: i === 499 ? `${'a'.repeat(9000)}end` : String(i),
  }));
  const shown = shownItems(stream);
  expect(shown).toHaveLength(MOST_ITEMS);
  expect(shown[0]!.text).toBe(String(500 - MOST_ITEMS));
  expect(shown.at(-1)!.text).toHaveLength(MOST_CHARACTERS + 1);
  expect(shown.at(-1)!.text.endsWith('end')).toBe(true);
});
