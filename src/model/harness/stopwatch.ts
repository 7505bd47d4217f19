/** What a trial spends its wall-clock time on, in order. */
export const TRIAL_PARTS = [
  'tracing',
  'planning',
  'compiling',
  'initial values',
  'warming up',
  'timing the machine',
  'training',
  'live samples',
  'probing causality',
  'evaluating',
  'samples',
] as const;

export type TrialPart = (typeof TRIAL_PARTS)[number];

/** Seconds of each part; their sum is the trial's. */
export type TrialParts = Readonly<Record<TrialPart, number>>;

/** Tells apart what time is spent on: from its making on, always on one part. */
export class Stopwatch {
  readonly #seconds: Record<TrialPart, number>;
  #part: TrialPart = 'tracing';
  #since: number;

  /** @param now milliseconds; another clock in tests. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#since = now();
    this.#seconds = Object.fromEntries(TRIAL_PARTS.map((part) => [part, 0])) as typeof this.parts;
  }

  /** From now on it is this part's time. */
  begin(part: TrialPart): void {
    const now = this.now();
    this.#seconds[this.#part] += (now - this.#since) / 1000;
    this.#since = now;
    this.#part = part;
  }

  /** Gives up to so many seconds of one part to another. */
  move(seconds: number, from: TrialPart, to: TrialPart): void {
    const moved = Math.min(seconds, this.#seconds[from]);
    this.#seconds[from] -= moved;
    this.#seconds[to] += moved;
  }

  /** So far. */
  get parts(): TrialParts {
    this.begin(this.#part);
    return { ...this.#seconds };
  }
}

/** Seconds that a trial takes beside its training. */
export function overheadOf(parts: TrialParts): number {
  return TRIAL_PARTS.reduce((sum, part) => (part === 'training' ? sum : sum + parts[part]), 0);
}
