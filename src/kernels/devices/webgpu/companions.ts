import type { NodeId } from '../../graph/types';
import { attrString } from '../../ops/op';
import type { Binding } from '../../plan/binding';
import type { Draft } from '../../plan/prepare';
import { scheduleTogether, type Tasks } from '../../plan/schedule';
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

/** One launch of a unit, before it finds company. */
interface Step extends Launch {
  /** Its unit writes updates of many tensors at once, and stays alone. */
  readonly isFlat: boolean;
}

/** Whose temporaries all are: each has a name of its own, since those of many units may share a launch. */
const EVERYBODY: Unit = { nodes: [], reads: new Map(), count: 0 };

/**
 * Joins launches that need nothing of each other: q, k and v; the two gradients of a product; the norms of
 * q and of k. The launches of one unit are placed one by one: the sum that brings together the parts of a weight's
 * gradient waits for nobody and is waited for by nobody, so it goes along with whatever is launched next.
 */
export function withCompanions(context: CompanionContext): Launch[] {
  const { draft, bindings } = context;
  const bufferOf = buffersOf(context);
  const keyOf = (binding: Binding) =>
    typeof binding === 'number' ? draft.storage[binding]! : binding;
  const joins = (launch: readonly Step[], step: Step): boolean => {
    if (step.isFlat || launch[0]!.isFlat) return false;
    const kernels = [...launch, step].map(({ kernel }) => kernel);
    const written = new Set(kernels.flatMap(({ writes }) => writes.map(bufferOf)));
    const read = kernels.flatMap(({ reads }) => reads.map(bufferOf));
    if (read.some((buffer) => buffer !== null && written.has(buffer))) return false;
    return canRunTogether(kernels, bindings, keyOf);
  };
  return scheduleTogether(stepsOf(context), joins).map((group): Launch => {
    const kernels = group.map(({ kernel }) => kernel);
    const computes = group.flatMap((step) => step.computes);
    const kernel = kernels.length === 1 ? kernels[0]! : runTogether(kernels, keyOf);
    return { kernel, unit: EVERYBODY, computes };
  });
}

/** The launches of all units, each after the one before it in its unit, and after the last of what its unit needs. */
function stepsOf({ units, steps, flat }: CompanionContext): Tasks<Step> {
  const byUnit = new Map(
    units.ordered.map((unit, n) => {
      const isFlat = flat.roles.has(unit);
      const own = steps
        .get(unit)!
        .map(
          (launch): Step => ({ ...launch, kernel: withOwnTemporaries(launch.kernel, n), isFlat }),
        );
      return [unit, own] as const;
    }),
  );
  const after = new Map<Step, readonly Step[]>();
  for (const [unit, own] of byUnit) {
    own.forEach((step, i) => {
      const next = own[i + 1];
      after.set(
        step,
        next ? [next] : [...units.successorsOf(unit)].map((other) => byUnit.get(other)![0]!),
      );
    });
  }
  return { ordered: [...after.keys()], successorsOf: (step) => after.get(step)! };
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
