import type { Graph, NodeId, TensorType } from '../../graph/types';
import type { Block } from '../../plan/binding';
import { type Epilogue, takeEpilogues } from '../../plan/epilogues';
import { type FuseLimits, fuse, groupsOf, storedNodes } from '../../plan/fuse';
import { chooseKept, type Kept } from '../../plan/keep';
import { type LoweredOp, type LoweredUnit, lowerOps } from '../../plan/lower';
import { type Draft, prepare } from '../../plan/prepare';
import { takePrologues } from '../../plan/prologues';
import { type Unit, Units } from '../../plan/units';
import { placeUpdates } from '../../plan/updates';
import type { Arrangement } from './arrangement';
import { withCompanions } from './companions';
import { canFinish, withEpilogue } from './epilogue';
import { type Flattened, flatten } from './flatten';
import { type FusedGroup, fusedKernel, type Packed, packNode } from './fused';
import type { Kernel, Lowering, LoweringContext } from './kernel';
import { ABSORBS } from './lowerings';
import { prologueHosts, withPrologue } from './prologue';

/** What the adapter allows and is. */
export interface PlanTarget extends Omit<LoweringContext, keyof LoweredOp> {
  /** Storage buffers that one launch may bind. */
  readonly storageBuffers: number;
  /** Bytes of one binding, at most. Default: what every adapter allows. */
  readonly bindingBytes?: number;
}

/** One launch, before its tensors have memory. */
export interface Launch {
  readonly kernel: Kernel;
  /** Whose temporaries the kernel's are. */
  readonly unit: Unit;
  /** The nodes whose values it computes. */
  readonly computes: readonly NodeId[];
}

/** A graph as launches in order. */
export interface LaunchPlan {
  readonly draft: Draft;
  readonly launches: readonly Launch[];
  /** Nodes that are computed in the memory of a persistent tensor, whose name it gives. */
  readonly homes: ReadonlyMap<NodeId, string>;
  /** Nodes that lie side by side between launches. */
  readonly blocks: readonly (readonly NodeId[])[];
  /** Persistent tensors that this plan needs side by side. */
  readonly tensorBlocks: readonly (readonly string[])[];
  /** Persistent tensors that were to be updated in their block, and cannot be. */
  readonly displaced: readonly string[];
}

/** Bytes of one binding that every adapter allows. */
export const BINDING_BYTES = 2 ** 27;

/**
 * Turns a graph into launches. With `updatesInPlace`, a tensor that a launch reads and updates is counted
 * as one binding; where an update needs a copy after all, a launch may then bind too many. `arrangement`
 * says which tensors lie side by side already, and is told of more.
 */
export function planLaunches(
  graph: Graph,
  tensors: Readonly<Record<string, TensorType>>,
  target: PlanTarget,
  lowerings: ReadonlyMap<string, Lowering>,
  arrangement: Arrangement,
  updatesInPlace: boolean,
): LaunchPlan {
  const maxReads = target.storageBuffers - 1;
  const draft = prepare(graph, tensors, maxReads);
  const lowered = lowerOps(draft, withTarget(lowerings, target), ABSORBS);
  const required = new Set<NodeId>([
    ...lowered.flatMap((unit) => [...unit.reads.keys()]),
    ...draft.outputs.values(),
    ...draft.updates.values(),
  ]);
  const limits = { bindings: target.storageBuffers, required, updatesInPlace };
  const kept = chooseKept(draft, required, maxReads);
  const units = new Units([...lowered, ...groupsOf(draft, kept)]);
  fuse(draft, units, limits);
  const kernelsOf = new Map<Unit, LoweredUnit<Kernel>>(lowered.map((unit) => [unit, unit]));
  const prologues = takePrologues(
    draft,
    kept,
    units,
    lowered.flatMap((unit) =>
      unit.kernels.slice(0, 1).flatMap((k) => prologueHosts(draft, unit, k)),
    ),
    limits,
  );
  for (const { operand } of prologues.values()) required.delete(operand);
  const hosts = [...lowered, ...prologues.keys()].flatMap((unit) => {
    const last = (kernelsOf.get(unit) ?? kernelsOf.get(prologues.get(unit)!.unit)!).kernels.at(-1);
    const [result] = last?.writes ?? [];
    const finishes = last && typeof result === 'number' && canFinish(last);
    return finishes && units.producerOf(result) === unit ? [{ unit, result }] : [];
  });
  const epilogues = takeEpilogues(draft, units, hosts, limits);
  const flat = flatten({
    draft,
    kept,
    units,
    required,
    arrangement,
    isPersistent: (name) => Object.hasOwn(tensors, name),
    bindingBytes: target.bindingBytes ?? BINDING_BYTES,
  });
  const { homes, overwrites } = placeUpdates(draft, units);
  for (const node of homes.keys()) required.add(node); // copies at the end are new among them

  const packed = packNumbers(draft, units, limits);
  const ownOf = (unit: Unit): OwnLaunches | undefined => {
    const prologue = prologues.get(unit);
    const own = kernelsOf.get(prologue?.unit ?? unit);
    if (!own) return undefined;
    const computes = own.absorbed === undefined ? own.nodes : [...own.nodes, own.absorbed];
    if (!prologue) return { kernels: own.kernels, computes };
    const { operand, group } = prologue;
    const early = { ...groupOf(units, unit, limits, overwrites, packed, flat), unit: group };
    const [first, ...rest] = own.kernels;
    const more = withPrologue({ draft, kept }, first!, operand, { ...early, stored: [] });
    return { kernels: [more.kernel, ...rest], computes: [...computes, ...more.computes] };
  };
  const steps = new Map<Unit, readonly Launch[]>();
  for (const unit of units.ordered) {
    const epilogue = epilogues.get(unit);
    if (epilogue) {
      const group = groupOf(units, unit, limits, overwrites, packed, flat);
      steps.set(unit, finished({ draft, kept }, ownOf(epilogue.unit)!, epilogue, group));
      continue;
    }
    const own = ownOf(unit);
    const launched = own
      ? own.kernels.map((kernel, i) => ({ kernel, unit, computes: i ? [] : own.computes }))
      : [
          {
            unit,
            ...fusedKernel(draft, kept, groupOf(units, unit, limits, overwrites, packed, flat)),
          },
        ];
    steps.set(unit, launched);
  }
  const bindings = target.storageBuffers;
  const context = { draft, units, steps, flat, homes, arrangement, bindings };
  const launches = withCompanions(context);
  const { slotBlocks: blocks, tensorBlocks } = flat;
  const displaced = displacedUpdates(draft, flat, homes, overwrites);
  return { draft, launches, homes, blocks, tensorBlocks, displaced };
}

/** Lowerings that know what they are for. */
function withTarget(
  lowerings: ReadonlyMap<string, Lowering>,
  target: PlanTarget,
): ReadonlyMap<string, (op: LoweredOp) => Kernel[]> {
  return new Map(
    [...lowerings].map(
      ([name, lowering]) => [name, (op) => lowering({ ...op, ...target })] as const,
    ),
  );
}

function groupOf(
  units: Units,
  unit: Unit,
  { required }: FuseLimits,
  overwrites: ReadonlyMap<NodeId, NodeId>,
  packed: ReadonlyMap<NodeId, Packed>,
  flat: Flattened,
): FusedGroup {
  const overwritten = new Map<NodeId, NodeId>();
  for (const node of unit.nodes) {
    const old = overwrites.get(node);
    if (old !== undefined) overwritten.set(old, node);
  }
  const stored = storedNodes(units, unit, required);
  return { unit, stored, overwritten, packed, blocks: flat.roles.get(unit) ?? NO_BLOCKS };
}

/** An op's own kernels, and the nodes that they compute, those that nobody else sees included. */
interface OwnLaunches {
  readonly kernels: readonly Kernel[];
  readonly computes: readonly NodeId[];
}

/** An op's launches, the last of which goes on to compute a group. */
function finished(
  plan: { readonly draft: Draft; readonly kept: Kept },
  own: OwnLaunches,
  { unit, result, group }: Epilogue,
  both: FusedGroup,
): Launch[] {
  const last = own.kernels.length - 1;
  return own.kernels.map((kernel, n): Launch => {
    const first = n === 0 ? own.computes : [];
    if (n < last) return { kernel, unit, computes: first };
    const keepsResult = both.stored.includes(result);
    const stored = both.stored.filter((id) => group.nodes.includes(id));
    const more = withEpilogue(plan, kernel, result, keepsResult, { ...both, unit: group, stored });
    return { kernel: more.kernel, unit, computes: [...first, ...more.computes] };
  });
}

const NO_BLOCKS: ReadonlyMap<NodeId, Block> = new Map();

/** Tensors of flat launches whose new value had to be computed elsewhere after all. */
function displacedUpdates(
  { updateOf, inputs }: Draft,
  { roles }: Flattened,
  homes: ReadonlyMap<NodeId, string>,
  overwrites: ReadonlyMap<NodeId, NodeId>,
): string[] {
  return [...roles.keys()].flatMap((unit) =>
    unit.nodes.flatMap((node) => {
      const name = updateOf.get(node);
      if (name === undefined) return [];
      const old = inputs.get(name);
      const reads = old !== undefined && unit.reads.has(old);
      const inPlace = homes.get(node) === name && (!reads || overwrites.get(node) === old);
      return inPlace ? [] : [name];
    }),
  );
}

/** Gives single numbers that only groups read a place in one small tensor for each unit. */
function packNumbers(
  draft: Draft,
  units: Units,
  { required }: FuseLimits,
): ReadonlyMap<NodeId, Packed> {
  const packed = new Map<NodeId, Packed>();
  for (const unit of units.ordered) {
    if (unit.count !== 1) continue;
    const numbers = storedNodes(units, unit, required).filter((id) => !required.has(id));
    if (numbers.length === 0) continue;
    const pack = draft.nodes.push(packNode(numbers.length)) - 1;
    draft.storage.push(pack);
    numbers.forEach((id, index) => {
      packed.set(id, { pack, index });
    });
  }
  return packed;
}
