import type { TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import { applyEvent } from '../history/fold';
import type { Note, Proposal, Study, StudyEvent, WithoutTime } from '../study';
import { StudyEnding } from '../study-ending';
import { pairedPolicy } from '../verdicts/paired';
import { earlyEndOf } from './early-end';
import { nextStep, programOf, type Step } from './next';
import { checkedNote } from './notes';
import { type OpenedStudy, openStudy } from './open';
import type { LoopOptions } from './options';
import { calmedDown, judgedByPace, recalibrationOf, wasPaced } from './pace';
import { checkedProposal, refusalOf, sameGraphRefusal } from './proposals';
import { messageOf, sleep, unlessAborted } from './waiting';

/** Times in a row that trouble is met with another attempt before the study stops. */
export const ATTEMPTS = { voidTrials: 4, researcherFailures: 3, refusals: 8 } as const;

/**
 * The loop: a baseline, then one experiment after another (propose, run trials paired with the incumbent's
 * on the same seeds, decide, keep or revert) until a limit, an abort or trouble.
 *
 * Everything that happens is an event, appended to the history before the loop goes on; what to do next is
 * a function of those events alone (`nextStep`). Killed anywhere, it resumes with at most the trial in
 * flight lost. Rejects with LoopError when it cannot begin, and with HistoryError when the history fails;
 * trouble with trials or researchers ends in a `study-stopped` that says why.
 */
export async function runStudy(options: LoopOptions): Promise<Study> {
  return new Loop(options, await openStudy(options)).run();
}

class Loop {
  readonly #o: LoopOptions;
  readonly #signal: AbortSignal;
  #study: Study;
  /** Events in the log, so that no other loop can write in between. */
  #length: number;
  /** Settled when no append is under way: notes come at any time, and events reach the log one by one. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Trouble in a row, since this run of the loop began. */
  #voids = 0;
  /** Trials in a row that the machine's pace made void. */
  #disturbances = 0;
  #failures = 0;
  #refusals = 0;

  constructor(options: LoopOptions, { study, length }: OpenedStudy) {
    this.#o = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#study = study;
    this.#length = length;
  }

  async run(): Promise<Study> {
    const policy = this.#o.policy ?? pairedPolicy();
    this.#o.onOpen?.((note) => this.#write(note));
    this.#observed();
    for (;;) {
      // A brief that was just written is heeded by whoever is asked next.
      await this.#turn;
      const ending: Ending | null = this.#signal.aborted
        ? { type: 'study-stopped', reason: 'stopped by hand' }
        : await this.#take(nextStep(this.#study, policy));
      if (ending) {
        await this.#concluded();
        await this.#append(ending);
        return this.#study;
      }
    }
  }

  /** Takes one step; returns how the study ends when it cannot take it. */
  async #take(step: Step): Promise<Ending | null> {
    switch (step.do) {
      case 'propose baseline':
        await this.#adopt(step.proposal);
        return null;
      case 'ask researcher':
        return this.#limitReached() ?? this.#ask();
      case 'run trial':
        return this.#runTrial(step);
      case 'give verdict': {
        const { experiment, verdict } = step;
        await this.#append({ type: 'verdict', experiment, verdict });
        return null;
      }
      case 'give up':
        return { type: 'study-stopped', reason: step.reason };
    }
  }

  /** Nothing more is tried; what the last experiment taught may still be on its way into the log. */
  async #concluded(): Promise<void> {
    if (!this.#signal.aborted) await this.#o.researcher.conclude?.(this.#signal);
  }

  #limitReached(): Ending | null {
    const { experiments, until = Number.POSITIVE_INFINITY } = this.#o.limits ?? {};
    if (this.#left() <= 0) {
      return { type: 'study-finished', reason: `all ${experiments} experiments are done` };
    }
    return this.#now() >= until ? { type: 'study-finished', reason: 'the time is up' } : null;
  }

  /** Experiments that may still begin. */
  #left(): number {
    const { experiments = Number.POSITIVE_INFINITY } = this.#o.limits ?? {};
    return experiments - Math.max(0, this.#study.experiments.length - 1);
  }

  #observed(): void {
    const { researcher, runner } = this.#o;
    researcher.observe?.(this.#study, {
      signal: this.#signal,
      inspect: (program, signal) => runner.inspect(program, signal),
      left: this.#left(),
    });
  }

  async #ask(): Promise<Ending | null> {
    const { researcher } = this.#o;
    let proposal: Proposal | null;
    try {
      const { runner } = this.#o;
      const asked = researcher.propose(this.#study, this.#signal, (program, signal) =>
        runner.inspect(program, signal),
      );
      const raw = await unlessAborted(asked, this.#signal);
      proposal = raw === null ? null : checkedProposal(this.#study, raw);
    } catch (error) {
      if (this.#signal.aborted) return null;
      if (error instanceof StudyEnding) return { type: error.ending, reason: messageOf(error) };
      return this.#researcherFailed(messageOf(error));
    }
    this.#failures = 0;
    if (!proposal) {
      const reason = `the ${researcher.name} researcher has nothing left to try`;
      return { type: 'study-finished', reason };
    }
    const byText = refusalOf(this.#study, proposal);
    const graphHash = byText === null ? await this.#graphHashOf(proposal.program) : undefined;
    if (this.#signal.aborted) return null;
    const refusal =
      graphHash === undefined ? byText : sameGraphRefusal(this.#study, proposal.program, graphHash);
    if (refusal === null) {
      this.#refusals = 0;
      await this.#adopt(proposal, graphHash);
      return null;
    }
    await this.#append({ type: 'proposal-refused', proposal, reason: refusal });
    this.#refusals++;
    const reason = `the ${researcher.name} researcher proposed ${this.#refusals} times what was tried before; last: ${refusal}`;
    return this.#refusals < ATTEMPTS.refusals ? null : { type: 'study-stopped', reason };
  }

  async #researcherFailed(message: string): Promise<Ending | null> {
    const researcher = this.#o.researcher.name;
    await this.#append({ type: 'researcher-failed', researcher, message });
    this.#failures++;
    if (this.#failures >= ATTEMPTS.researcherFailures) {
      const reason = `the ${researcher} researcher failed ${this.#failures} times; last: ${message}`;
      return { type: 'study-stopped', reason };
    }
    const patience = this.#o.patience ?? ((attempt) => 1000 * 2 ** attempt);
    await sleep(patience(this.#failures + 1), this.#signal);
    return null;
  }

  /**
   * Undefined where the program cannot be traced or planned: it becomes an experiment all the same, whose
   * trial ends in the same crash, so that there is one way in which a crash is told.
   */
  async #graphHashOf(program: ProgramSource): Promise<string | undefined> {
    try {
      const inspection = await this.#o.runner.inspect(program, this.#signal);
      return inspection.status === 'ok' ? inspection.graphHash : undefined;
    } catch {
      return undefined;
    }
  }

  #adopt(proposal: Proposal, graphHash?: string): Promise<void> {
    const experiment = String(this.#study.experiments.length);
    const hash = graphHash === undefined ? {} : { graphHash };
    return this.#append({ type: 'experiment-proposed', experiment, proposal, ...hash });
  }

  async #runTrial(step: Step & { do: 'run trial' }): Promise<Ending | null> {
    const { experiment, trial, seed } = step;
    await this.#append({ type: 'trial-started', experiment, trial, seed });
    const result = await this.#resultOf(step);
    if (!result) return null;
    await this.#append({ type: 'trial-ended', experiment, trial, seed, result });
    if (wasPaced({ result })) return this.#disturbed(experiment, seed);
    this.#disturbances = 0;
    const calmed = calmedDown(this.#study);
    if (calmed) await this.#append({ type: 'recalibrated', ...calmed });
    this.#voids = result.status === 'void' ? this.#voids + 1 : 0;
    if (result.status !== 'void' || this.#voids < ATTEMPTS.voidTrials) return null;
    const reason = `a trial was disturbed ${this.#voids} times in a row; last: ${result.reason}`;
    return { type: 'study-stopped', reason };
  }

  /** A busy machine slows a study, and does not stop it: wait, try again, and at last take its new pace. */
  async #disturbed(experiment: string, seed: number): Promise<null> {
    this.#disturbances++;
    const recalibration = recalibrationOf(this.#study, experiment, seed);
    if (recalibration) {
      await this.#append({ type: 'recalibrated', ...recalibration });
    } else {
      const calm = this.#o.calm ?? ((disturbed) => Math.min(8000, 500 * 2 ** disturbed));
      await sleep(calm(this.#disturbances), this.#signal);
    }
    return null;
  }

  /** Null when the trial was given up on an abort: it says nothing, and runs again on resuming. */
  async #resultOf(step: Step & { do: 'run trial' }): Promise<TrialResult | null> {
    const { experiment, trial, seed } = step;
    const program = programOf(this.#study, experiment);
    const end = earlyEndOf(this.#study, experiment, seed);
    try {
      const result = await this.#o.runner.run(
        { id: trial, program, seed, ...(end && { end }) },
        (event) => this.#o.onTrialEvent?.({ experiment, trial, seed }, event),
        this.#signal,
      );
      if (this.#signal.aborted && result.status === 'void') return null;
      return judgedByPace(this.#study, experiment, withoutBadScore(result));
    } catch (error) {
      return this.#signal.aborted ? null : { status: 'void', reason: messageOf(error) };
    }
  }

  async #write(note: Note): Promise<void> {
    await this.#append(checkedNote(this.#study, note));
  }

  #append(event: EventBody): Promise<void> {
    const appended = this.#turn.then(() => this.#appendNow(event));
    this.#turn = appended.catch(() => {});
    return appended;
  }

  async #appendNow(event: EventBody): Promise<void> {
    const dated = { ...event, at: this.#now() } as StudyEvent;
    await this.#o.history.append(this.#study.id, dated, this.#length);
    this.#length++;
    this.#study = applyEvent(this.#study, dated);
    this.#o.onEvent?.(dated, this.#study);
    this.#observed();
  }

  #now(): number {
    return this.#o.now?.() ?? Date.now();
  }
}

type Ending = Extract<EventBody, { type: 'study-stopped' | 'study-finished' }>;
type EventBody = WithoutTime<StudyEvent>;

/** A score that is no number can win or lose no comparison; the harness should have called it a crash. */
function withoutBadScore(result: TrialResult): TrialResult {
  if (result.status !== 'finished' || Number.isFinite(result.summary.valBpb)) return result;
  const message = 'the validation score is not a finite number';
  return {
    status: 'crashed',
    crash: { kind: 'not finite', message },
    curve: result.summary.curve,
  };
}
