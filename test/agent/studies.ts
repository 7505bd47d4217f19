import { foldStudy } from '../../src/agent/history/fold';
import type { Ground, Study, StudyEvent, Verdict } from '../../src/agent/study';
import type { TrialResult } from '../../src/model/harness/trial';
import type { ProgramSource } from '../../src/model/programs/program';
import { BASELINE, created, finished, proposal } from './fixtures';

/** An experiment of a made-up study, as far as a test cares. */
export interface Made {
  readonly title?: string;
  readonly hypothesis?: string;
  readonly kind?: string;
  /** null: it has no verdict yet. */
  readonly decision?: Verdict['decision'] | null;
  readonly ground?: Ground;
  readonly reason?: string;
  /** Mean difference; every seed has a little more or less of it. */
  readonly mean?: number | null;
  readonly seeds?: number;
  readonly p?: number | null;
  readonly program?: ProgramSource;
  readonly parent?: string;
  readonly results?: readonly TrialResult[];
}

/** A study with a baseline at 2.5 bpb and these experiments, folded from its own log. */
export function studyOf(made: readonly Made[], extra: readonly StudyEvent[] = []): Study {
  return foldStudy([...logOf(made), ...extra]);
}

export function logOf(made: readonly Made[], first: StudyEvent = created()): StudyEvent[] {
  const baseline: Made = {
    title: 'baseline',
    kind: 'baseline',
    decision: 'keep',
    ground: 'baseline',
    program: BASELINE,
    results: [finished(2.5)],
  };
  return [first, ...[baseline, ...made].flatMap(eventsOf)];
}

function eventsOf(made: Made, number: number): StudyEvent[] {
  const { mean = null, seeds = mean === null ? 0 : 1, p = null, decision = 'discard' } = made;
  const experiment = String(number);
  const at = 1000 * (number + 1);
  const program = made.program ?? { ...BASELINE, optimizer: `export const b = ${number};` };
  const differences = Array.from({ length: seeds }, (_, i) => ({
    seed: 100 + i,
    difference: (mean ?? 0) + 0.001 * (i - (seeds - 1) / 2),
  }));
  const results = made.results ?? differences.map(({ difference }) => finished(2.5 + difference));
  const trials = results.flatMap((result, i): StudyEvent[] => {
    const trial = { experiment, trial: `${experiment}.${i}`, seed: 100 + i };
    return [
      { type: 'trial-started', at: at + 1 + 2 * i, ...trial },
      { type: 'trial-ended', at: at + 2 + 2 * i, ...trial, result },
    ];
  });
  const proposed: StudyEvent = {
    type: 'experiment-proposed',
    at,
    experiment,
    proposal: proposal({
      title: made.title ?? `idea ${number}`,
      hypothesis: made.hypothesis ?? 'It may help.',
      kind: made.kind ?? `kind-${number}`,
      program,
      parent: number === 0 ? null : (made.parent ?? '0'),
    }),
  };
  if (decision === null) return [proposed, ...trials];
  const verdict: Verdict = {
    decision,
    ground: made.ground ?? 'no better',
    reason: made.reason ?? 'as the numbers say',
    evidence: {
      differences,
      mean,
      interval: seeds < 2 || mean === null ? null : [mean - 0.002, mean + 0.002],
      p,
    },
  };
  return [proposed, ...trials, { type: 'verdict', at: at + 900, experiment, verdict }];
}
