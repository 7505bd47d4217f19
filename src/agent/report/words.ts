import type { Budget, TaskSpec } from '../../model/tasks/task';
import { budgetInWords } from '../budget-words';
import type { Study, Verdict } from '../study';
import type { ReportFacts } from './facts';

/** A time as everybody reads it the same: `2026-11-21 03:40 UTC`. */
export function moment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `12 s`, `3 min`, `2 h 5 min` */
export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export const bpb = (value: number | null): string => (value === null ? '' : value.toFixed(4));

/** `−0.0210` */
export function difference(value: number | null): string {
  if (value === null) return '';
  const digits = Math.abs(value).toFixed(4);
  return Number(digits) === 0 ? digits : `${value < 0 ? '\u2212' : '+'}${digits}`;
}

/** Titles are plain ASCII in the log; a reader gets arrows. */
export const arrows = (title: string): string => title.replaceAll('->', '\u2192');

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export function taskInWords(
  { name, context, examples, precision }: TaskSpec,
  budget: Budget,
): string {
  const mixed = precision ? ', products in float16' : '';
  return `${name}, ${examples} of ${context} tokens, ${budgetInWords(budget)} for each trial${mixed}`;
}

/** `keep, simpler`, and one word where the ground says no more than the decision. */
export function verdictWords(verdict: Verdict | null): string {
  if (!verdict) return 'open';
  const { decision, ground } = verdict;
  return ground === decision ? decision : `${decision}, ${ground}`;
}

/** What happened, in a sentence or two. */
export function summaryOf({ counts, study, result }: ReportFacts): string {
  const { experiments, kept, nearMisses, discarded, crashed, open, trials, trainingSeconds } =
    counts;
  const outcomes = [
    `${kept} kept`,
    nearMisses > 0 && `${nearMisses} near ${nearMisses === 1 ? 'miss' : 'misses'}`,
    discarded > 0 && `${discarded} discarded`,
    crashed > 0 && `${crashed} crashed`,
    open > 0 && `${open} without a verdict`,
  ].filter((part) => part !== false);
  const moved = result
    ? ` Kept step by kept step, the score went from ${bpb(result.baseline)} to ${bpb(result.final)} bits per byte.`
    : ' The baseline has no score.';
  return `${plural(experiments, 'experiment')}: ${outcomes.join(', ')}; ${plural(trials, 'trial')}, ${duration(trainingSeconds)} of training.${moved}${endingOf(study)}`;
}

function endingOf({ status, ending }: Study): string {
  if (status === 'running') return ' The study has not ended.';
  return ` It ${status === 'finished' ? 'finished' : 'was stopped'}: ${ending}.`;
}

/** How the numbers came about, for whoever reads a report alone. */
export const METHOD =
  'A candidate and the incumbent run on the same seeds, which neither can choose, and their scores are compared seed by seed. More seeds are spent on what is promising, until a sequential test rules luck out at the level of the study, or the seeds run out. Scores are bits per byte on validation text; a difference is candidate minus incumbent, so negative is better.';
