import type { TrialEvent } from '../model/harness/trial';

/** Where progress goes: standard error, so that standard output stays clean for results. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const BAR = 24;
/** In a pipe, a line at each of these shares of the budget. */
const PIPE_SHARE = 0.25;

/** Shows a trial as it runs: a bar that redraws itself on a terminal, plain lines in a pipe. */
export class TrialProgress {
  #printed = 0;
  #loss = Number.NaN;

  constructor(
    private readonly label: string,
    private readonly out: ProgressStream = process.stderr,
  ) {}

  show(event: TrialEvent): void {
    if (event.type === 'progress') {
      this.#loss = event.points.at(-1)?.loss ?? this.#loss;
      this.#draw(event.progress, event.tokensPerSecond);
    } else if (event.type === 'stage' && this.out.isTTY) {
      this.#redraw(`${this.label}  ${event.stage} ...`);
    }
  }

  /** Leaves the line for whatever is printed next. */
  end(): void {
    if (this.out.isTTY) this.#redraw('');
  }

  #draw(progress: number, tokensPerSecond: number): void {
    const numbers = `${Math.round(100 * progress)
      .toString()
      .padStart(3)}%  loss ${this.#loss.toFixed(3)}  ${Math.round(tokensPerSecond)} tokens/s`;
    if (this.out.isTTY) {
      const full = Math.round(BAR * progress);
      this.#redraw(`${this.label}  ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${numbers}`);
    } else if (progress >= this.#printed + PIPE_SHARE) {
      this.#printed = Math.floor(progress / PIPE_SHARE) * PIPE_SHARE;
      this.out.write(`${this.label}  ${numbers}\n`);
    }
  }

  #redraw(line: string): void {
    this.out.write(`\r\x1b[2K${line.slice(0, (this.out.columns ?? 80) - 1)}`);
  }
}
