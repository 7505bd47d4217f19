import type { ContenderInfo, PlanFigures } from './contenders';
import type { BenchModel } from './models';
import type { OverheadOrder, OverheadResult } from './overhead/trials';

/** One contender on one model, wherever it runs: in a page, in this process, in Python. */
export interface Runner {
  readonly contender: ContenderInfo;
  /** Sets everything up and trains one step. Rejects with the reason where that cannot be. */
  prepare(): Promise<Prepared>;
  run(steps: number): Promise<RunSample>;
  /** FLOP/s of a plain matrix product in this contender's own process, where its place measures none. */
  ceiling?(): Promise<number>;
  /** What went wrong outside of any call, such as in a worker. */
  lastError?(): string | undefined;
  close(): Promise<void>;
}

export interface Prepared {
  readonly device: string;
  readonly firstStepMilliseconds: number;
  readonly firstLoss: number;
  readonly pipelines?: number;
  readonly plan?: PlanFigures;
}

/** What one call of `run` took, for all its steps together. */
export interface RunSample {
  readonly losses: readonly number[];
  readonly milliseconds: number;
  /** Processor time of all processes that took part, where it can be known. */
  readonly cpuSeconds?: number | undefined;
  readonly peakBytes?: number;
  /** Milliseconds that the page's main thread was busy: JavaScript, and what the browser does in its calls. */
  readonly scriptMilliseconds?: number | undefined;
  readonly counts?: Counts;
}

export interface Counts {
  readonly launches: number;
  readonly submits: number;
  readonly bindGroups: number;
  readonly buffers: number;
}

/** Where contenders run, and what can be known of the place. */
export interface Place {
  /** One line for a person: the browser and its version, or Node's. */
  readonly description: string;
  runner(contender: ContenderInfo, model: BenchModel): Runner;
  /**
   * The rate of a plain matrix product where a contender of this lab runs and in its precision, in FLOP/s;
   * 0 where there is none to tell.
   */
  ceiling?(contender: ContenderInfo, model: BenchModel): Promise<number>;
  /** Trials of this lab, one after the other, where it can run here. */
  overhead?(order: OverheadOrder): Promise<OverheadResult>;
  close(): Promise<void>;
}
