import { momentAt } from '../../agent/replay/moment';
import { standingsOf } from '../../agent/replay/standing';
import { positionAt, type Timeline, timelineOf, verdictBeside } from '../../agent/replay/timeline';
import type { Study, StudyEvent } from '../../agent/study';
import type { LiveTrial } from '../lab/lab';
import type { ReplayView, Speed, Tape } from './view';

/** Milliseconds between two pictures: of a trial that grows, and of event after event. */
const PICTURE = 100;
const FASTEST = 30;

/** What a replay shows at a moment. */
export interface Picture {
  readonly study: Study;
  readonly live: LiveTrial | null;
  readonly replay: ReplayView;
}

/** Plays one log: it knows the time, and shows the study as it stood then. */
export class Player {
  readonly tape: Tape;
  readonly #timeline: Timeline;
  readonly #standing: (position: number) => Study;
  readonly #show: (picture: Picture) => void;
  readonly #now: () => number;
  #time = 0;
  #speed: Speed = 10;
  #timer: ReturnType<typeof setInterval> | null = null;
  /** When the time was moved last, by the clock of this machine. */
  #moved = 0;

  /** Throws HistoryError where the log is no study. */
  constructor(
    events: readonly StudyEvent[],
    own: boolean,
    show: (picture: Picture) => void,
    now = () => performance.now(),
  ) {
    this.#standing = standingsOf(events);
    const whole = this.#standing(events.length);
    this.#timeline = timelineOf(events);
    this.#show = show;
    this.#now = now;
    const { length, leftOut, verdicts } = this.#timeline;
    this.tape = {
      study: whole.id,
      device: whole.device,
      createdAt: whole.createdAt,
      own,
      length,
      leftOut,
      verdicts,
      experiments: Math.max(0, whole.experiments.length - 1),
    };
  }

  /** Events that have played. */
  get position(): number {
    return positionAt(this.#timeline, this.#time);
  }

  get events(): readonly StudyEvent[] {
    return this.#timeline.events;
  }

  /** The study as it stands. */
  get study(): Study {
    return this.#standing(this.position);
  }

  /** Plays on; from the beginning where the end was reached. */
  play(): void {
    if (this.#time >= this.tape.length) this.#time = 0;
    this.#run();
    this.draw();
  }

  pause(): void {
    this.#rest();
    this.draw();
  }

  setSpeed(speed: Speed): void {
    this.#speed = speed;
    if (this.#timer) this.#run();
    this.draw();
  }

  seek(time: number): void {
    this.#time = Math.min(Math.max(0, time), this.tape.length);
    this.draw();
  }

  step(side: 'next' | 'previous'): void {
    const ends = { next: this.tape.length, previous: 0 };
    this.#rest();
    this.seek(verdictBeside(this.#timeline, this.#time, side)?.time ?? ends[side]);
  }

  draw(): void {
    const study = this.study;
    this.#show({
      study,
      live: momentAt(this.#timeline, this.#time, study.task.budget),
      replay: {
        tape: this.tape,
        time: this.#time,
        playing: this.#timer !== null,
        speed: this.#speed,
      },
    });
  }

  /** Shows nothing any more. */
  end(): void {
    this.#rest();
  }

  #run(): void {
    this.#rest();
    this.#moved = this.#now();
    const every = Number.isFinite(this.#speed) ? PICTURE : FASTEST;
    this.#timer = setInterval(() => this.#tick(), every);
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    const now = this.#now();
    const { length } = this.tape;
    const next = Number.isFinite(this.#speed)
      ? this.#time + (now - this.#moved) * this.#speed
      : (this.#timeline.times[this.position] ?? length);
    this.#moved = now;
    if (next >= length) this.#rest();
    this.seek(next);
  }
}
