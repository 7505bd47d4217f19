import type { Experiment, StudyEvent, Verdict } from '../study';
import { recordedMilliseconds } from './recorded';

/** Longest wait that is played in full, in milliseconds; a longer one is cut to this. */
export const LONGEST_WAIT = 2000;

/** A log with a clock: when each of its events plays. */
export interface Timeline {
  readonly events: readonly StudyEvent[];
  /** For each event its time in milliseconds after the first; never falling. */
  readonly times: readonly number[];
  /** When the last event plays. */
  readonly length: number;
  /** Milliseconds of the log that are not played. */
  readonly leftOut: number;
  /** In the order of the log. */
  readonly trials: readonly TimedTrial[];
  readonly verdicts: readonly TimedVerdict[];
}

/** A trial of which something was recorded, from its start to its end. */
export interface TimedTrial {
  /** Places of its two events in the log. */
  readonly started: number;
  readonly ended: number;
  readonly from: number;
  readonly to: number;
}

export interface TimedVerdict {
  readonly time: number;
  /** Events played once this one has. */
  readonly position: number;
  readonly experiment: Experiment['id'];
  readonly verdict: Verdict;
}

/**
 * The times at which a log plays. While a trial runs that left a curve, time passes as it did, for as long as
 * the trial says it took. Everything else is waiting (a researcher thinks, the machine calms down, a disturbed
 * trial says nothing, the night passes before the study is resumed) and is cut to `LONGEST_WAIT`. Clocks
 * that went back are taken to have stood still.
 */
export function timelineOf(events: readonly StudyEvent[]): Timeline {
  const ends = endsOf(events);
  const times: number[] = [];
  const trials: TimedTrial[] = [];
  const verdicts: TimedVerdict[] = [];
  let time = 0;
  let passed = 0;
  /** The trial under way, and how much of it is left to play. */
  let running: { readonly started: number; readonly ended: number; left: number } | null = null;
  events.forEach((event, i) => {
    const gap = i === 0 ? 0 : Math.max(0, event.at - events[i - 1]!.at);
    const worth = running ? running.left : milliseconds(event);
    const played = Math.min(gap, Math.max(worth, LONGEST_WAIT));
    if (running) running.left -= played;
    time += played;
    passed += gap;
    times.push(time);
    if (running?.ended === i) {
      const { started, ended } = running;
      trials.push({ started, ended, from: times[started]!, to: time });
      running = null;
    }
    const end = ends.get(i);
    if (end !== undefined) running = { started: i, ended: end, left: milliseconds(events[end]!) };
    if (event.type === 'verdict') {
      const { experiment, verdict } = event;
      verdicts.push({ time, position: i + 1, experiment, verdict });
    }
  });
  return { events, times, length: time, leftOut: passed - time, trials, verdicts };
}

/** How many events have played at a time; at least the first. */
export function positionAt({ times }: Timeline, time: number): number {
  return Math.max(
    1,
    upperBound(times, time, (at) => at),
  );
}

/** The recorded trial that is under way at a time, if one is. */
export function trialAt({ trials }: Timeline, time: number): TimedTrial | null {
  const trial = trials[upperBound(trials, time, ({ from }) => from) - 1];
  return trial && time < trial.to ? trial : null;
}

/** The first verdict after a time, or the last one before it. */
export function verdictBeside(
  { verdicts }: Timeline,
  time: number,
  side: 'next' | 'previous',
): TimedVerdict | null {
  if (side === 'next') return verdicts.find((verdict) => verdict.time > time) ?? null;
  return verdicts.findLast((verdict) => verdict.time < time) ?? null;
}

/** For each trial that began and left something to show: where it ended. */
function endsOf(events: readonly StudyEvent[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  let begun: { readonly trial: string; readonly at: number } | null = null;
  events.forEach((event, i) => {
    // A trial that was lost with its tab begins again: the later beginning counts.
    if (event.type === 'trial-started') begun = { trial: event.trial, at: i };
    if (event.type !== 'trial-ended' || begun?.trial !== event.trial) return;
    if (recordedMilliseconds(event.result) > 0) ends.set(begun.at, i);
    begun = null;
  });
  return ends;
}

/** How long the trial took that this event tells the end of. */
function milliseconds(event: StudyEvent): number {
  const ends = event.type === 'trial-ended' || event.type === 'follow-up-trial-ended';
  return ends ? recordedMilliseconds(event.result) : 0;
}

/** How many entries of a list that rises by `of` are at most this value. */
function upperBound<T>(list: readonly T[], value: number, of: (entry: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(list[middle]!) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
