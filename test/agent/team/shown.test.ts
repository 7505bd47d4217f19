import { describe, expect, it } from 'vitest';
import { busyAfter, NEVER, shareOf } from '../../../src/agent/team/busy';
import type { MemberEvent } from '../../../src/agent/team/shown';
import { type Shown, shownAfter, shownAtFirst } from '../../../src/agent/team/shown';
import { STREAM } from '../../../src/agent/team/stream';
import { studyOf } from '../studies';

const member = {
  id: 'claude-1',
  title: 'Claude 1',
  name: 'claude' as const,
  propose: async () => null,
};
const program = { model: 'm', optimizer: 'o' };

/** The member after these events, one a second. */
const shownBy = (...events: MemberEvent[]): Shown =>
  events.reduce(
    (shown, event, i) => shownAfter(shown, event, 1000 * (i + 1)),
    shownAtFirst(member, true, 0),
  );
const began = { type: 'began', direction: null } as const;
const asking = { type: 'asking', request: 1 } as const;
const say = (delta: string) => ({ type: 'text', delta }) as const;

describe('a member as it is shown', () => {
  it('joins what is said in pieces, and keeps kinds apart', () => {
    const { view } = shownBy(
      began,
      asking,
      { type: 'thinking', delta: 'Let me ' },
      { type: 'thinking', delta: 'see.' },
      say('I read '),
      say('it first.'),
      { type: 'tool-called', id: '1', tool: 'check' },
    );
    expect(view.stream).toEqual([
      { kind: 'thought', text: 'Let me see.' },
      { kind: 'said', text: 'I read it first.' },
      { kind: 'tool', text: 'check' },
    ]);
    expect(view.doing).toBe('working');
  });

  it('takes back what a failed reply had said, and shows the wait', () => {
    const waiting = { type: 'waiting', reason: 'overloaded', secondsLeft: 7 } as const;
    const failed = shownBy(began, asking, say('Half a '), waiting);
    expect(failed.view).toMatchObject({
      doing: 'waiting',
      stream: [],
      wait: { reason: 'overloaded', secondsLeft: 7 },
    });
    const again = shownAfter(shownAfter(failed, asking, 9000), say('Whole.'), 9001);
    expect(again.view).toMatchObject({ doing: 'thinking', wait: null });
    expect(again.view.stream).toEqual([{ kind: 'said', text: 'Whole.' }]);
  });

  it('keeps the latest of a long stream, and no more', () => {
    const told = Array.from({ length: STREAM.items + 50 }, (_, i) => ({
      type: 'told' as const,
      message: `message ${i}`,
    }));
    const { stream } = shownBy(...told, began, asking, say('x'.repeat(STREAM.characters + 5))).view;
    expect(stream).toHaveLength(STREAM.items);
    expect(stream.at(-2)!.text).toBe(`message ${STREAM.items + 49}`);
    expect(stream.at(-1)!.text).toHaveLength(STREAM.characters);
  });

  it('says what a person stopped before what it does, and an end before both', () => {
    const ready = shownBy(began, { type: 'proposed' }, { type: 'paused' });
    expect(ready.view.doing).toBe('paused');
    expect(shownAfter(ready, { type: 'resumed' }, 9000).view.doing).toBe('ready');
    expect(shownBy({ type: 'paused' }, { type: 'ended', reason: 'no key' }).view).toMatchObject({
      doing: 'ended',
      ending: 'no key',
    });
    expect(shownBy({ type: 'ended', reason: 'no key' }, { type: 'revived' }).view.doing).toBe(
      'resting',
    );
  });

  it('has a draft from its first edit until it hands it in', () => {
    const edited = { type: 'edited', program, parent: '3' } as const;
    expect(shownBy(began, edited).view.draft).toEqual({ program, parent: '3' });
    expect(shownBy(began, edited, { type: 'proposed' }).view.draft).toBeNull();
  });

  it('is idle while it has nothing to do, and only while a study runs', () => {
    // A second each: resting until it begins, thinking until it proposes, ready, resting again.
    const events: MemberEvent[] = [
      began,
      { type: 'proposed' },
      { type: 'adopted' },
      { type: 'rested' },
    ];
    expect(shownBy(...events).view.idle).toBe(2000);
    expect(shownBy(...events, { type: 'closed' }, { type: 'opened' }, began).view.idle).toBe(4000);
  });

  it('counts what came of its experiments, and is not idle while one is under trial', () => {
    const study = studyOf([{ decision: 'keep' }, { decision: 'discard' }, { decision: null }]);
    const own = {
      ...study,
      experiments: study.experiments.map((each) =>
        each.number === 2 ? each : { ...each, member: 'claude-1' },
      ),
    };
    const shown = shownBy({
      type: 'study',
      study: { ...own, experiments: own.experiments.slice(1) },
    });
    expect(shown.view).toMatchObject({ tried: 1, kept: 1, experiment: '3', idle: 1000 });
    expect(shownAfter(shown, { type: 'rested' }, 5000).view.idle).toBe(1000);
  });

  it('changes nothing in what was there before', () => {
    const before = shownBy(began, asking, say('One.'));
    const copy = structuredClone(before);
    shownAfter(before, say('Two.'), 9000);
    shownAfter(before, { type: 'spent', spent: {} as never }, 9000);
    expect(before).toEqual(copy);
  });
});

it('a device is busy for the share of the time in which it was used', () => {
  const steps = [
    [true, 0],
    [false, 60],
    [true, 80],
    [null, 100],
    [false, 5000],
    [false, 5100],
  ] as const;
  const busy = steps.reduce((busy, [inUse, at]) => busyAfter(busy, inUse, at), NEVER);
  expect(shareOf(NEVER)).toBe(0);
  expect(shareOf(busy)).toBe(0.4);
});
