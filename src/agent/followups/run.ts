import type { TrialEvent, TrialResult } from '../../model/harness/trial';
import { applyEvent, foldStudy } from '../history/fold';
import { messageOf } from '../loop/waiting';
import type { History, Study, StudyEvent, TrialRunner } from '../study';
import type { FollowUp, FollowUpEvent, FollowUpKind, FollowUpPlan } from './follow-up';
import { type FollowUpStep, nextFollowUpStep } from './next';
import { FollowUpError, followUpId, planFollowUp } from './plan';
import { latestFollowUp } from './results';

export interface FollowUpOptions {
  /** The id of a study in the history. */
  readonly study: string;
  readonly kind: FollowUpKind;
  /** Seeds of a new follow-up; one that goes on has its own. */
  readonly seeds?: number;
  /** The device's name: a follow-up's scores are compared with its study's. */
  readonly device: string;
  readonly entropy?: FollowUpPlan['entropy'];
  readonly runner: Pick<TrialRunner, 'run'>;
  readonly history: History;
  readonly onEvent?: (event: StudyEvent, study: Study) => void;
  readonly onTrialEvent?: (trial: FollowUpTrialName, event: TrialEvent) => void;
  /** Pauses: the trial under way is given up, and runs again on resuming. */
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

export interface FollowUpTrialName {
  readonly followUp: string;
  readonly trial: string;
  readonly arm: string;
  readonly seed: number;
}

/** Disturbed trials in a row after which a follow-up pauses. */
const VOIDS = 4;

/**
 * Begins a follow-up of a study, or goes on with the one of that kind that has not ended, and runs it to
 * its end, an abort or trouble. Whatever happens is in the study's own log before it goes on: killed
 * anywhere, it resumes with at most the trial in flight lost. Throws FollowUpError when it cannot begin,
 * and HistoryError when the history fails.
 */
export async function runFollowUp(options: FollowUpOptions): Promise<Study> {
  const events = await options.history.events(options.study);
  if (events.length === 0) {
    throw new FollowUpError(`there is no study ${options.study} in the history`);
  }
  const study = foldStudy(events);
  if (study.device !== options.device) {
    throw new FollowUpError(
      `study ${study.id} was run on ${study.device}, and this device is ${options.device}: scores of different devices are not compared`,
    );
  }
  return new Runner(options, study, events.length).run();
}

class Runner {
  readonly #signal: AbortSignal;
  #voids = 0;

  constructor(
    private readonly o: FollowUpOptions,
    private study: Study,
    private length: number,
  ) {
    this.#signal = o.signal ?? new AbortController().signal;
  }

  async run(): Promise<Study> {
    const id = await this.#opened();
    for (;;) {
      const followUp = this.study.followUps.find((each) => each.id === id)!;
      const reason = this.#signal.aborted ? 'paused by hand' : this.#trouble(followUp);
      if (reason) return this.#append({ type: 'follow-up-paused', followUp: id, reason });
      const step = nextFollowUpStep(followUp, this.study.task.budget.unit === 'seconds');
      if (step.do === 'end') return this.#append({ type: 'follow-up-ended', followUp: id });
      await this.#trial(id, step);
    }
  }

  /** The id of the one that goes on, or of a new one. */
  async #opened(): Promise<string> {
    const { kind, seeds, entropy } = this.o;
    const last = latestFollowUp(this.study, kind);
    if (last?.status === 'open') return last.id;
    const plan = planFollowUp(this.study, {
      kind,
      ...(seeds !== undefined && { seeds }),
      ...(entropy && { entropy }),
    });
    const followUp = followUpId(this.study, kind);
    await this.#append({ type: 'follow-up-started', followUp, plan });
    return followUp;
  }

  async #trial(followUp: string, step: FollowUpStep & { do: 'run trial' }): Promise<void> {
    const { arm, seed, trial } = step;
    const { scoreTest } = this.study.followUps.find(({ id }) => id === followUp)!.plan;
    const { program, budget } = arm;
    const request = {
      id: trial,
      program,
      seed,
      ...(budget && { budget }),
      ...(scoreTest && { scoreTest: true as const }),
    };
    let result: TrialResult;
    try {
      result = await this.o.runner.run(
        request,
        (event) => this.o.onTrialEvent?.({ followUp, trial, arm: arm.id, seed }, event),
        this.#signal,
      );
    } catch (error) {
      result = { status: 'void', reason: messageOf(error) };
    }
    if (this.#signal.aborted && result.status === 'void') return;
    this.#voids = result.status === 'void' ? this.#voids + 1 : 0;
    await this.#append({ type: 'follow-up-trial-ended', followUp, arm: arm.id, seed, result });
  }

  #trouble({ trials }: FollowUp): string | null {
    const last = trials.at(-1)?.result;
    if (this.#voids < VOIDS || last?.status !== 'void') return null;
    return `a trial was disturbed ${this.#voids} times in a row; last: ${last.reason}`;
  }

  async #append(event: FollowUpEvent): Promise<Study> {
    const dated: StudyEvent = { ...event, at: this.o.now?.() ?? Date.now() };
    await this.o.history.append(this.study.id, dated, this.length);
    this.length++;
    this.study = applyEvent(this.study, dated);
    this.o.onEvent?.(dated, this.study);
    return this.study;
  }
}
