import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { timelineOf } from '../../../src/agent/replay/timeline';
import type { StudyEvent } from '../../../src/agent/study';
import { type Picture, Player } from '../../../src/app/replay/player';
import { created, proposal, verdict } from '../../agent/fixtures';
import { trained, trialEvents } from '../../agent/replay/logs';

const SECOND = 1000;
/** A baseline and three experiments, each with a trial of twelve seconds. */
const LOG: readonly StudyEvent[] = [
  created('a', 0),
  ...['0', '1', '2', '3'].flatMap((experiment, i): StudyEvent[] => {
    const at = 20 * SECOND * i;
    const first = experiment === '0';
    const idea = proposal({ title: `idea ${i}`, parent: first ? null : '0' });
    return [
      { type: 'experiment-proposed', at, experiment, proposal: idea },
      ...trialEvents(at, 12, trained(10), { experiment }),
      { type: 'verdict', at: at + 12 * SECOND, experiment, verdict: verdict() },
    ];
  }),
];
const TIMELINE = timelineOf(LOG);

let pictures: Picture[];
let player: Player;
const last = () => pictures.at(-1)!;
const pass = (seconds: number) => vi.advanceTimersByTime(1000 * seconds);

beforeEach(() => {
  vi.useFakeTimers();
  pictures = [];
  player = new Player(
    LOG,
    true,
    (picture) => pictures.push(picture),
    () => Date.now(),
  );
});
afterEach(() => {
  player.end();
  vi.useRealTimers();
});

describe('the player', () => {
  it('shows the study as it stood, and the trial that ran then', () => {
    player.play();
    expect(last().replay).toMatchObject({ time: 0, playing: true, speed: 10 });
    player.setSpeed(1);
    pass(6);
    const { study, live, replay } = last();
    expect(replay.time).toBe(6 * SECOND);
    expect(study).toEqual(foldStudy(LOG.slice(0, 3)));
    expect(live).toMatchObject({ experiment: '0', stage: 'training' });
    expect(live!.points.length).toBeGreaterThan(40);
    expect(live!.points.length).toBeLessThan(60);
  });

  it.each([1, 10, 60] as const)('plays %i times as fast', (speed) => {
    player.setSpeed(speed);
    player.play();
    pass(0.5);
    expect(last().replay.time).toBeCloseTo(Math.min(TIMELINE.length, 500 * speed));
  });

  it('plays event after event at full speed, and stops at the end', () => {
    player.setSpeed(Number.POSITIVE_INFINITY);
    player.play();
    pass(2);
    const steps = new Set(pictures.map(({ study }) => study));
    expect(last().replay).toMatchObject({ time: TIMELINE.length, playing: false });
    expect(last().study).toEqual(foldStudy(LOG));
    // Events of one time come together; nothing else is passed over.
    expect(steps.size).toBe(new Set(TIMELINE.times).size);
    const seen = pictures.length;
    pass(5);
    expect(pictures.length).toBe(seen);
    player.play();
    expect(last().replay).toMatchObject({ time: 0, playing: true });
  });

  it('pauses, and goes on from there', () => {
    player.play();
    pass(1);
    player.pause();
    const { time } = last().replay;
    expect(time).toBe(10 * SECOND);
    pass(60);
    expect(last().replay).toMatchObject({ time, playing: false });
    player.play();
    pass(0.1);
    expect(last().replay.time).toBe(11 * SECOND);
  });

  it('goes to and fro', () => {
    for (const time of [30_000, 4000, 1e9, -5, 47_000, 0]) {
      player.seek(time);
      const at = Math.min(Math.max(0, time), TIMELINE.length);
      const position = TIMELINE.times.filter((each) => each <= at).length;
      expect(last().replay.time).toBe(at);
      expect(last().study).toEqual(foldStudy(LOG.slice(0, position)));
    }
  });

  it('goes from verdict to verdict, and pauses there', () => {
    player.play();
    const decided = () => last().study.experiments.filter((e) => e.verdict).length;
    for (const expected of [1, 2, 3, 4, 4]) {
      player.step('next');
      expect([decided(), last().replay.playing]).toEqual([expected, false]);
    }
    for (const expected of [3, 2, 1, 0, 0]) {
      player.step('previous');
      expect(decided()).toBe(expected);
    }
    expect(last().replay.time).toBe(0);
  });

  it('says what plays', () => {
    player.draw();
    expect(last().replay.tape).toMatchObject({
      study: 'a',
      device: 'cpu',
      createdAt: 0,
      own: true,
      experiments: 3,
      length: TIMELINE.length,
    });
    player.seek(5);
    expect(last().replay.tape).toBe(pictures[0]!.replay.tape);
  });

  it('does not begin with what is no study', () => {
    expect(() => new Player(LOG.slice(3), false, () => {})).toThrow(
      'must begin with study-created',
    );
  });
});
