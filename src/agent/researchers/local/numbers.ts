import type { ProgramSource } from '../../../model/programs/program';
import type { Experiment, Study } from '../../study';
import type { Edit } from './edit';
import { gainOf, isKept, keepsSince, lineageOf } from './lineage';
import { Probe } from './random';
import { write } from './syntax/source';

/** One value that was tried for a number, from a program on the way to the incumbent. */
export interface Tried {
  readonly from: number;
  readonly to: number;
  /** In bpb; null for a crash. */
  readonly gain: number | null;
  readonly outcome: 'better' | 'promising' | 'failed';
  readonly experiment: number;
}

/** Where the search along a number goes next, and why in words; `done` when it has closed in. */
export type Next = { readonly value: number; readonly why: string } | 'done' | null;

/** Closer than this factor to a value that failed, a step is too small to show in a score. */
const NEAREST = 1.2;

/** The number that an edit is about, as it stands in a program; null for an edit of another sort. */
export function numberIn(edit: Edit, program: ProgramSource): number | null {
  const probe = new Probe();
  edit.apply(program, probe);
  return probe.present;
}

/** Keeps after which a failure is forgotten: by then it was another program's. */
const FORGOTTEN_AFTER = 6;
/** The longest step that is taken again, as a factor. */
const LONGEST = 2;

/** What is known of an edit's number in the incumbent's line, what failed long ago left out. */
export function triedOf(edit: Edit, study: Study): Tried[] {
  const line = new Set(lineageOf(study).map(({ id }) => id));
  const byId = new Map(study.experiments.map((experiment) => [experiment.id, experiment]));
  return study.experiments.flatMap((experiment): Tried | [] => {
    const parent = experiment.parent === null ? undefined : byId.get(experiment.parent);
    const ours = experiment.kind === edit.kind && experiment.verdict && parent;
    if (!ours || !line.has(parent.id)) return [];
    const from = numberIn(edit, parent.program);
    const to = numberIn(edit, experiment.program);
    if (from === null || to === null || from === to) return [];
    const { number } = experiment;
    const outcome = outcomeOf(experiment);
    if (outcome === 'failed' && keepsSince(study, experiment) >= FORGOTTEN_AFTER) return [];
    return { from, to, gain: gainOf(experiment), outcome, experiment: number };
  });
}

function outcomeOf(experiment: Experiment): Tried['outcome'] {
  if (isKept(experiment)) return 'better';
  return experiment.verdict?.ground === 'near miss' ? 'promising' : 'failed';
}

/**
 * Local search on one number: after a step that helped or nearly did, another one the same way; after one
 * that failed, the other way; with failures on both sides, the middle of the wider gap, until the gaps are
 * small. Null where nothing was tried yet. Steps are factors, as fits rates and sizes; for a share near 1,
 * such as beta, factors of what is missing to 1.
 */
export function nextValue(present: number, tried: readonly Tried[]): Next {
  if (tried.length === 0) return null;
  const scale = scaleOf(present, tried);
  if (!scale) return null;
  const at = scale.from(present);
  const { below, above } = gapOf(at, tried, scale);
  const last = tried.findLast((t) => t.outcome !== 'failed');
  if (last) {
    const taken = scale.from(last.to) - scale.from(last.from);
    const step = Math.sign(taken) * Math.min(Math.abs(taken), Math.log(LONGEST));
    const beyond = last.outcome === 'better' ? at + step : scale.from(last.to) + step / 2;
    if (step > 0 ? beyond < above - SAME : beyond > below + SAME) {
      const word = last.outcome === 'better' ? 'gained' : 'seemed to gain';
      return {
        value: scale.back(beyond),
        why: `Experiment ${last.experiment} ${word} ${(last.gain ?? 0).toFixed(4)} bpb on the way from ${write(last.from)} to ${write(last.to)}; this goes on in that direction.`,
      };
    }
  }
  const first = tried[0]!;
  const usual = Math.abs(scale.from(first.to) - scale.from(first.from));
  if (above === Number.POSITIVE_INFINITY || below === Number.NEGATIVE_INFINITY) {
    const up = above === Number.POSITIVE_INFINITY;
    const side = up ? 'below' : 'above';
    return {
      value: scale.back(at + (up ? usual : -usual)),
      why: `What was tried ${side} ${write(present)} was no better; this looks on the other side.`,
    };
  }
  const up = above - at > at - below - SAME;
  if (Math.max(above - at, at - below) < 2 * Math.log(NEAREST)) return 'done';
  const far = up ? above : below;
  return {
    value: scale.back((at + far) / 2),
    why: `${write(scale.back(far))} was no better than ${write(present)}; between the two, what is good about both may meet.`,
  };
}

/** Whether a value lies between those that failed on both sides of the present one. */
export function isOpen(present: number, value: number, tried: readonly Tried[]): boolean {
  const scale = scaleOf(present, tried);
  if (!scale || value === present) return true;
  const { below, above } = gapOf(scale.from(present), tried, scale);
  const x = scale.from(value);
  return x > below + SAME && x < above - SAME;
}

/**
 * The nearest values on both sides that failed. What was left behind for a better value failed against it,
 * by the way that came to be.
 */
function gapOf(
  at: number,
  tried: readonly Tried[],
  scale: Scale,
): { below: number; above: number } {
  const bad = tried.flatMap(({ from, to, outcome }) => {
    if (outcome === 'failed') return scale.from(to);
    return outcome === 'better' ? scale.from(from) : [];
  });
  return {
    below: Math.max(...bad.filter((x) => x < at - SAME)),
    above: Math.min(...bad.filter((x) => x > at + SAME)),
  };
}

/** Differences that are only rounding. */
const SAME = 1e-6;

interface Scale {
  from(value: number): number;
  back(x: number): number;
}

function scaleOf(present: number, tried: readonly Tried[]): Scale | null {
  const values = [present, ...tried.flatMap(({ from, to }) => [from, to])];
  if (values.every((value) => value > 0.6 && value < 1)) {
    return { from: (value) => -Math.log(1 - value), back: (x) => 1 - Math.exp(-x) };
  }
  if (values.every((value) => value > 0)) return { from: Math.log, back: Math.exp };
  return null;
}
