import type { NodeId } from '../../graph/types';
import { attrString } from '../../ops/op';
import type { Binding } from '../../plan/binding';
import type { Draft } from '../../plan/prepare';
import { scheduleTogether } from '../../plan/schedule';
import type { Unit, Units } from '../../plan/units';
import type { Arrangement } from './arrangement';
import type { Flattened } from './flatten';
import type { Kernel } from './kernel';
import type { Launch } from './launches';
import { canRunTogether, runTogether } from './together';

/** A plan's launches one by one, and what decides which of them may be one. */
export interface CompanionContext {
  readonly draft: Draft;
  readonly units: Units;
  /** The launches of each unit, one after another. */
  readonly steps: ReadonlyMap<Unit, readonly Launch[]>;
  readonly flat: Flattened;
  readonly homes: ReadonlyMap<NodeId, string>;
  readonly arrangement: Arrangement;
  /** Storage buffers that one launch may bind. */
  readonly bindings: number;
}

/**
 * Joins launches that need nothing of each other: q, k and v; the two gradients of a product; the norms of
 * q and of k. What a unit launches second goes with what the others launch second, if they do.
 */
export function withCompanions(context: CompanionContext): Launch[] {
  const { units, steps, draft, bindings, flat } = context;
  const bufferOf = buffersOf(context);
  const keyOf = (binding: Binding) =>
    typeof binding === 'number' ? draft.storage[binding]! : binding;
  const joins = (launch: readonly Unit[], unit: Unit): boolean => {
    if (flat.roles.has(unit) || flat.roles.has(launch[0]!)) return false;
    const stages = stagesOf([...launch, unit], steps);
    return stages.every((stage) => {
      const kernels = stage.map(({ kernel }) => kernel);
      if (kernels.length === 1) return true;
      const written = new Set(kernels.flatMap(({ writes }) => writes.map(bufferOf)));
      const read = kernels.flatMap(({ reads }) => reads.map(bufferOf));
      if (read.some((buffer) => buffer !== null && written.has(buffer))) return false;
      return canRunTogether(kernels, bindings, keyOf);
    });
  };
  return scheduleTogether(
    { ordered: units.ordered, successorsOf: (unit) => units.successorsOf(unit) },
    joins,
  ).flatMap((group) => {
    if (group.length === 1) return steps.get(group[0]!)!;
    const unit: Unit = { nodes: group.flatMap(({ nodes }) => nodes), reads: new Map(), count: 0 };
    return stagesOf(group, steps).map((stage): Launch => {
      const kernels = stage.map(({ kernel }) => kernel);
      const computes = stage.flatMap((launch) => launch.computes);
      const kernel = kernels.length === 1 ? kernels[0]! : runTogether(kernels, keyOf);
      return { kernel, unit, computes };
    });
  });
}

/** The first launches of some units, the second ones, and so on; temporaries of each with names of their own. */
function stagesOf(group: readonly Unit[], steps: ReadonlyMap<Unit, readonly Launch[]>): Launch[][] {
  const stages: Launch[][] = [];
  group.forEach((unit, n) => {
    steps.get(unit)!.forEach((launch, stage) => {
      const kernel = withOwnTemporaries(launch.kernel, n);
      stages[stage] = [...(stages[stage] ?? []), { ...launch, kernel }];
    });
  });
  return stages;
}

function withOwnTemporaries(kernel: Kernel, n: number): Kernel {
  const own = (binding: Binding): Binding =>
    typeof binding === 'object' && 'temporary' in binding
      ? { ...binding, temporary: `${n} ${binding.temporary}` }
      : binding;
  return { ...kernel, reads: kernel.reads.map(own), writes: kernel.writes.map(own) };
}

/** The buffer that a binding shares with others, which no launch may both read and write; null for one of its own. */
function buffersOf({ draft, flat, homes, arrangement }: CompanionContext) {
  const { nodes, storage } = draft;
  const slots = new Map(flat.slotBlocks.flatMap((block, n) => block.map((id) => [id, n] as const)));
  const tensors = new Map(
    arrangement.blocks.flatMap((block, n) => block.map((name) => [name, n] as const)),
  );
  return (binding: Binding): string | null => {
    const one = typeof binding === 'object' && 'block' in binding ? binding.block[0]! : binding;
    if (typeof one !== 'number') return null;
    const id = storage[one]!;
    const { op, attrs } = nodes[id]!;
    const name = op === 'input' ? attrString(attrs, 'name') : homes.get(id);
    const n = name === undefined ? slots.get(id) : tensors.get(name);
    return n === undefined ? null : `${name === undefined ? 'slots' : 'tensors'} ${n}`;
  };
}
