import type { Experiment, Study } from '../study';
import { type Outcome, outcomeInWords, outcomeOf } from './outcome';

/** What the experiments of one kind have taught, in words. */
export interface Lesson {
  readonly kind: string;
  readonly text: string;
  /** Ids of the experiments that it rests on, in their order. */
  readonly experiments: readonly string[];
  /** How often each outcome came. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

/** Experiments that a lesson tells one by one; of earlier ones it gives the numbers alone. */
const TOLD = 5;

/**
 * What a study has taught so far: one lesson for each kind of edit, in the order of the last experiment of
 * each, newest first. Similar experiments are merged: `learning rate: 0.01 -> 0.02 kept, better by 0.050 bpb
 * (4 seeds, p = 0.003) [#3]; 0.02 -> 0.04 worse by 0.012 bpb (1 seed) [#7]`. Pure, and a function of the
 * verdicts alone.
 */
export function lessonsOf(study: Study): Lesson[] {
  const kinds = new Map<string, Experiment[]>();
  for (const experiment of study.experiments) {
    if (outcomeOf(experiment) === null) continue;
    const same = kinds.get(experiment.kind) ?? [];
    kinds.delete(experiment.kind);
    kinds.set(experiment.kind, [...same, experiment]);
  }
  return [...kinds].map(([kind, experiments]) => lessonOf(kind, experiments)).reverse();
}

/** The lesson that an experiment is part of; null before its verdict. */
export function lessonWith(study: Study, experiment: string): Lesson | null {
  return lessonsOf(study).find((lesson) => lesson.experiments.includes(experiment)) ?? null;
}

/** Experiments that were ahead without being sure, newest first: material for combinations. */
export function nearMissesOf(study: Study): Experiment[] {
  return study.experiments.filter((e) => outcomeOf(e) === 'near miss').reverse();
}

function lessonOf(kind: string, experiments: readonly Experiment[]): Lesson {
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const experiment of experiments) {
    const outcome = outcomeOf(experiment)!;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const told = toldOf(experiments);
  const subject = told.length > 1 ? commonBeginning(told.map(({ title }) => title)) : '';
  const parts = told.map((experiment) => {
    const rest = experiment.title.slice(subject.length);
    return `${rest}: ${outcomeInWords(experiment)} [#${experiment.number}]`;
  });
  const lead = subject ? `${subject.trim()} ` : '';
  const text = `${lead}${parts.join('; ')}`;
  return {
    kind,
    text: `${text}${earlier(experiments, told)}.`,
    experiments: experiments.map(({ id }) => id),
    outcomes,
  };
}

/** What was kept and the newest of the rest, in their order. */
function toldOf(experiments: readonly Experiment[]): Experiment[] {
  const rank = (e: Experiment) => (outcomeOf(e) === 'kept' ? 1e9 : 0) + e.number;
  const best = [...experiments].sort((a, b) => rank(b) - rank(a)).slice(0, TOLD);
  return best.sort((a, b) => a.number - b.number);
}

function earlier(all: readonly Experiment[], told: readonly Experiment[]): string {
  const rest = all.filter((experiment) => !told.includes(experiment));
  if (rest.length === 0) return '';
  const counts = new Map<Outcome, number>();
  for (const experiment of rest) {
    const outcome = outcomeOf(experiment)!;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const words = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `; before: ${words}`;
}

/** The words that all titles begin with, up to the first digit: what the experiments have in common. */
function commonBeginning(titles: readonly string[]): string {
  const [first = '', ...others] = titles;
  let length = 0;
  for (const word of first.match(/\S+\s*/g) ?? []) {
    const next = first.slice(0, length + word.length);
    if (/\d/.test(word) || !others.every((title) => title.startsWith(next))) break;
    length += word.length;
  }
  return titles.some((title) => title.length === length) ? '' : first.slice(0, length);
}
