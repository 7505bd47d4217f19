import type { TimedVerdict } from '../../agent/replay/timeline';
import type { ShippedRecording } from './recordings';

/** How many times faster than it was; infinite: event after event, as fast as it goes. */
export type Speed = (typeof SPEEDS)[number];
export const SPEEDS = [1, 10, 60, Number.POSITIVE_INFINITY] as const;

/** What plays. It stays the same object for as long as it does. */
export interface Tape {
  readonly study: string;
  readonly device: string;
  /** When the study began. */
  readonly createdAt: number;
  /** Whether this browser's own history has it; else it is a recording. */
  readonly own: boolean;
  /** Milliseconds that it plays at its own speed. */
  readonly length: number;
  /** Milliseconds of waiting that are left out. */
  readonly leftOut: number;
  readonly verdicts: readonly TimedVerdict[];
  /** Experiments in the end, the baseline not counted. */
  readonly experiments: number;
}

/** A replay as the page shows it. */
export interface ReplayView {
  readonly tape: Tape;
  /** Milliseconds after the beginning. */
  readonly time: number;
  readonly playing: boolean;
  readonly speed: Speed;
}

/** What the page may ask of the player. Nothing of it trains, or writes into a history, but `goOn`. */
export interface LabPlayer {
  /** Stops what runs and plays a study of the history. */
  openStudy(id: string): Promise<void>;
  /** Stops what runs and plays one of the recordings that come with the lab. */
  openRecording(recording: ShippedRecording): Promise<void>;
  /** Stops what runs and plays a study that was saved as a file. */
  openFile(file: Blob): Promise<void>;
  play(): void;
  pause(): void;
  setSpeed(speed: Speed): void;
  /** Goes to a time, in milliseconds after the beginning. */
  seek(time: number): void;
  /** Goes to the verdict beside, and pauses there. */
  step(side: 'next' | 'previous'): void;
  /** Makes a live study that goes on from here, and begins it. */
  goOn(): Promise<void>;
  /** Ends the replay and shows what was open before. */
  leave(): Promise<void>;
}
