import type { Experiment } from '../study';
import { bits, chance } from '../verdicts/words';

/** What an experiment turned out to be, as memory sorts it. */
export type Outcome = 'kept' | 'near miss' | 'no gain' | 'worse' | 'the same' | 'crashed';

/** Null for the baseline, and for what has no verdict yet. */
export function outcomeOf({ verdict }: Experiment): Outcome | null {
  if (!verdict || verdict.ground === 'baseline') return null;
  switch (verdict.decision) {
    case 'keep':
      return 'kept';
    case 'inconclusive':
      return 'near miss';
    case 'crash':
      return 'crashed';
    case 'discard':
      if (verdict.ground === 'worse') return 'worse';
      return verdict.ground === 'the same' ? 'the same' : 'no gain';
  }
}

/**
 * What became of an experiment, by how much it moved and how sure that is:
 * `kept, better by 0.050 bpb (4 seeds, p = 0.003)`. Null as long as there is no verdict.
 */
export function outcomeInWords(experiment: Experiment): string | null {
  const outcome = outcomeOf(experiment);
  const { verdict } = experiment;
  if (!outcome || !verdict) return null;
  if (outcome === 'crashed') return `crashed: ${firstSentence(verdict.reason)}`;
  if (outcome === 'the same') return 'computes exactly what its rival did';
  const { mean, differences, scores, sequential } = verdict.evidence;
  // The p that accounts for how often the evidence was looked at, where it was.
  const p = sequential ?? verdict.evidence.p;
  if (mean === null) return outcome;
  const count = scores ? scores.candidate.length : differences.length;
  const seeds = count === 1 ? '1 seed' : `${count} seeds`;
  const sure = p === null ? seeds : `${seeds}, ${chance(p)}`;
  return `${LEAD[outcome]}${moved(mean)} (${sure})${CLOSING[outcome] ?? ''}`;
}

const LEAD: Readonly<Record<Outcome, string>> = {
  kept: 'kept, ',
  'near miss': 'a near miss, ',
  'no gain': 'no gain, ',
  worse: '',
  'the same': '',
  crashed: '',
};

const CLOSING: Readonly<Partial<Record<Outcome, string>>> = {
  'near miss': ', so that luck is not ruled out',
};

function moved(mean: number): string {
  if (mean === 0) return 'equal on average';
  return mean < 0 ? `better by ${bits(-mean)} bpb` : `worse by ${bits(mean)} bpb`;
}

/** A crash is told in whole paragraphs; memory keeps what it begins with. */
function firstSentence(text: string, longest = 200): string {
  const line = text.split('\n', 1)[0]!.trim();
  const end = line.search(/[.;](\s|$)/);
  const sentence = end > 20 ? line.slice(0, end) : line;
  return sentence.length > longest ? `${sentence.slice(0, longest)}...` : sentence;
}
