import { hashName, threefry2x32 } from '../../kernels/random/threefry';
import type { TrialRequest, TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { Budget } from '../../model/tasks/task';
import type { Edit } from '../researchers/local';
import { Random } from '../researchers/local/random';
import { studentQuantile } from '../verdicts/student-t';

/** An edit that is known to help, with what it is known by. */
export interface FoundEdit {
  readonly kind: string;
  readonly title: string;
  readonly program: ProgramSource;
  /** Edited minus original in bits per byte, seed by seed, at the long budget. */
  readonly differences: readonly { readonly seed: number; readonly difference: number }[];
  readonly mean: number;
  /** Two-sided 99% interval of the mean, all of it below 0. */
  readonly interval: readonly [number, number];
}

export interface FindOptions {
  readonly program: ProgramSource;
  readonly edits: readonly Edit[];
  /** The long budget. */
  readonly budget: Budget;
  readonly wanted: number;
  /** Seeds that an edit must win on; it is dropped after two that it does not win on average. */
  readonly seeds: number;
  /** Draws of an edit's numbers, at most. */
  readonly draws: number;
  /** Names all seeds and draws. */
  readonly name: string;
  readonly run: (request: TrialRequest) => Promise<TrialResult>;
  readonly onTried?: (title: string, mean: number | null, found: boolean) => void;
}

const SCREEN = 2;

/**
 * Edits that help a program, each shown on the same seeds, which nothing else uses: an edit of every kind in
 * turn, then further draws of the kinds, until enough are found. Kinds of which one was found come again in
 * the last round alone. Deterministic but for what the trials say.
 */
export async function findHelpful(o: FindOptions): Promise<readonly FoundEdit[]> {
  const found: FoundEdit[] = [];
  const original = new Map<number, Promise<number | null>>();
  const texts = new Set<string>();
  for (let draw = 0; draw < o.draws; draw++) {
    const last = draw === o.draws - 1;
    for (const edit of shuffled(o.edits, new Random(o.name, `order ${draw}`))) {
      if (found.length >= o.wanted) return found;
      if (!last && found.some(({ kind }) => kind === edit.kind)) continue;
      const change = edit.apply(o.program, new Random(o.name, `${edit.kind} ${draw}`));
      const text = change && JSON.stringify([change.program.model, change.program.optimizer]);
      if (!change || texts.has(text!)) continue;
      texts.add(text!);
      const helpful = await tried(o, { ...change, kind: edit.kind }, `${draw}`, original);
      o.onTried?.(change.title, helpful.mean, helpful.found !== null);
      if (helpful.found) found.push(helpful.found);
    }
  }
  return found;
}

async function tried(
  o: FindOptions,
  change: Pick<FoundEdit, 'kind' | 'title' | 'program'>,
  draw: string,
  original: Map<number, Promise<number | null>>,
): Promise<{ mean: number | null; found: FoundEdit | null }> {
  const { kind, title, program } = change;
  const score = async (of: ProgramSource, which: string, seed: number) => {
    const id = `${o.name}.${which}.${seed}`;
    const result = await o.run({ id, program: of, seed, budget: o.budget });
    return result.status === 'finished' ? result.summary.valBpb : null;
  };
  const differences: { seed: number; difference: number }[] = [];
  let mean: number | null = null;
  for (let index = 0; index < o.seeds; index++) {
    const seed = threefry2x32(hashName(o.name), hashName('seeds of power'), index, 0)[0] >>> 1;
    const own = await score(program, `${kind}.${draw}`, seed);
    const first = original.get(seed) ?? score(o.program, 'original', seed);
    original.set(seed, first);
    const other = await first;
    if (own === null || other === null) return { mean: null, found: null };
    differences.push({ seed, difference: own - other });
    mean = differences.reduce((sum, { difference }) => sum + difference, 0) / differences.length;
    if (differences.length >= SCREEN && mean >= 0) return { mean, found: null };
  }
  const interval = intervalOf(differences.map(({ difference }) => difference));
  const helps = interval[1] < 0;
  return {
    mean,
    found: helps ? { kind, title, program, differences, mean: mean!, interval } : null,
  };
}

/** The two-sided 99% interval of a mean of paired differences, by the t-test (Student, 1908). */
function intervalOf(differences: readonly number[]): readonly [number, number] {
  const n = differences.length;
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  const squares = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
  const half = studentQuantile(0.995, n - 1) * Math.sqrt(squares / (n * (n - 1)));
  return [mean - half, mean + half];
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((entry) => ({ entry, place: random.uniform() }))
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
}
