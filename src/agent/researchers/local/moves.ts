import type { ProgramSource } from '../../../model/programs/program';
import { carriedOver, withoutChange } from '../../followups/merge';
import type { Experiment, Study } from '../../study';
import { inOrder } from './bandit';
import type { Change, Edit } from './edit';
import { gainOf, lineageOf } from './lineage';
import { isOpen, nextValue, numberIn, type Tried, triedOf } from './numbers';
import { Aim, type Random } from './random';

/** A change, and the experiment whose program it edits. */
export interface Draft extends Change {
  readonly parent: Experiment;
}

/** What the researcher knows when it looks for something to do. */
export interface Outlook {
  readonly study: Study;
  readonly incumbent: Experiment;
  /** Those that the brief allows. */
  readonly edits: readonly Edit[];
  readonly random: Random;
  /** Whether a program is worth proposing: new, and within the brief. */
  readonly usable: (parent: ProgramSource, program: ProgramSource) => boolean;
}

/** Draws of one kind of edit before the next kind has its turn: most have several numbers to choose from. */
const DRAWS = 8;
/** How often a number with a history is searched on from there, and not drawn anew. */
const SEARCHED = 0.85;
/** Near misses that a combination may join, of how many with the largest gains, and combinations that one near miss may be part of. */
const JOINED = 3;
const PROMISING = 5;
const USES = 2;
/** Pairs and triples, and programs to branch off from, that are looked at before the move is given up. */
const ATTEMPTS = 6;

/**
 * One edit of the incumbent: the next step along a number that was searched before, or a free draw, which
 * leaves out what lies beyond values that failed.
 */
export function singleMove(edit: Edit, outlook: Outlook): Draft | null {
  const { study, incumbent, random, usable } = outlook;
  const present = numberIn(edit, incumbent.program);
  const tried = present === null ? [] : triedOf(edit, study);
  if (present !== null && random.uniform() < SEARCHED) {
    const next = nextValue(present, tried);
    if (next === 'done') return null;
    if (next) return towards(edit, next, outlook, tried);
  }
  for (let draw = 0; draw < DRAWS; draw++) {
    const before = random.drawn;
    const change = edit.apply(incumbent.program, random);
    if (!change) return null;
    const value = tried.length === 0 ? null : numberIn(edit, change.program);
    if (present !== null && value !== null && !isOpen(present, value, tried)) continue;
    if (usable(incumbent.program, change.program)) return { ...change, parent: incumbent };
    if (random.drawn === before) return null; // it has no choice, and would be the same again
  }
  return null;
}

function towards(
  edit: Edit,
  { value, why }: { value: number; why: string },
  { incumbent, usable }: Outlook,
  tried: readonly Tried[],
): Draft | null {
  const change = edit.apply(incumbent.program, new Aim(value));
  if (!change || !usable(incumbent.program, change.program)) return null;
  const [before, after] = [incumbent.program, change.program].map((p) => numberIn(edit, p));
  // What was aimed at may not fit, and the nearest that does may have failed before.
  if (before == null || after == null || !isOpen(before, after, tried)) return null;
  return { ...change, hypothesis: `${change.hypothesis} ${why}`, parent: incumbent };
}

/**
 * Near misses together: two or three changes which were each ahead without ruling luck out, and which
 * touch different places. Each is carried over from the program that it was tried on by a three-way merge.
 */
export function combinationMove({ study, incumbent, random, usable }: Outlook): Draft | null {
  const misses = nearMissesOf(study)
    .sort((a, b) => (gainOf(b) ?? 0) - (gainOf(a) ?? 0))
    .slice(0, PROMISING);
  for (let attempt = 0; attempt < ATTEMPTS && misses.length >= 2; attempt++) {
    const size = misses.length > 2 && random.uniform() < 0.4 ? JOINED : 2;
    const parts = drawn(misses, size, random).sort((a, b) => a.number - b.number);
    if (new Set(parts.map(({ kind }) => kind)).size < parts.length) continue;
    let program: ProgramSource | null = incumbent.program;
    for (const part of parts) program = program && withChangeOf(study, part, program);
    if (!program || !usable(incumbent.program, program)) continue;
    const named = parts.map((part) => `${part.title} ${markOf(part)}`);
    const gains = parts.map((part) => (gainOf(part) ?? 0).toFixed(4)).join(', ');
    return {
      parent: incumbent,
      program,
      title: `together: ${parts.map(({ title }) => title).join(' + ')}`,
      hypothesis: `${listed(named)} were each ahead (by ${gains} bpb), and luck could not be ruled out for any of them alone. They touch different places of the program, so their gains may add up to one that shows.`,
    };
  }
  return null;
}

/** Those that are not part of enough combinations yet. */
export function nearMissesOf(study: Study): Experiment[] {
  const combined = study.experiments.filter(({ kind }) => kind === 'combination');
  return study.experiments.filter(
    (experiment) =>
      experiment.verdict?.ground === 'near miss' &&
      experiment.kind !== 'combination' &&
      combined.filter(({ hypothesis }) => hypothesis.includes(markOf(experiment))).length < USES,
  );
}

/** How a combination's hypothesis names a part. Titles would not do: the same edit is tried again after a keep. */
const markOf = ({ number }: Experiment): string => `(experiment ${number})`;

/** What an experiment changed in its parent's program, made in another program; null where they clash. */
function withChangeOf(study: Study, part: Experiment, to: ProgramSource): ProgramSource | null {
  const parent = study.experiments.find(({ id }) => id === part.parent);
  return parent ? carriedOver(parent.program, part.program, to) : null;
}

/**
 * A way out of a dead end: back to an earlier program of the incumbent's line, where the step that was
 * taken then is left out, another one is taken in its place, and the later steps are taken again. Without
 * a kept step to go back on, two edits at once.
 */
export function restartMove(outlook: Outlook): Draft | null {
  const { study, incumbent, edits, random, usable } = outlook;
  const line = lineageOf(study);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const place = Math.floor(random.uniform() * (line.length - 1));
    const [dropped, parent] = [line[place], line[place + 1]];
    const bare =
      dropped && parent && withoutChange(parent.program, dropped.program, incumbent.program);
    if (bare && !('program' in bare)) continue;
    const from = bare ? bare.program : incumbent.program;
    const others = edits.filter(({ kind }) => kind !== dropped?.kind);
    const changes = chained(from, inOrder(others, study, random), bare ? 1 : 2, random);
    const last = changes?.at(-1);
    const base = parent ?? incumbent;
    if (!changes || !last || !usable(base.program, last.program)) continue;
    const titles = changes.map(({ title }) => title).join(', then ');
    const ideas = changes.map(({ hypothesis }) => hypothesis).join(' ');
    const again = line.slice(0, place).reverse();
    const replayed =
      again.length === 0
        ? ''
        : ` What was kept after it is kept here too (${again.map(({ number }) => `experiment ${number}`).join(', ')}).`;
    return {
      parent: base,
      program: last.program,
      title: dropped && parent ? `back to ${parent.number}: ${titles}` : `at once: ${titles}`,
      hypothesis:
        dropped && parent
          ? `Nothing was kept for a while, so this goes back to experiment ${parent.number}: ${titles} in place of ${dropped.title} (experiment ${dropped.number}).${replayed} ${ideas}`
          : `No single change was enough, so two are made at once. ${ideas}`,
    };
  }
  return null;
}

/** Edits one after another, the first that apply; null when there are too few. */
function chained(
  from: ProgramSource,
  edits: readonly Edit[],
  length: number,
  random: Random,
): Change[] | null {
  const changes: Change[] = [];
  for (const edit of edits) {
    if (changes.length === length) break;
    const change = edit.apply(changes.at(-1)?.program ?? from, random);
    if (change) changes.push(change);
  }
  return changes.length === length ? changes : null;
}

/** Some of a list, each at most once. */
function drawn<T>(list: readonly T[], count: number, random: Random): T[] {
  const left = [...list];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [one] = left.splice(Math.floor(random.uniform() * left.length), 1);
    return one!;
  });
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
