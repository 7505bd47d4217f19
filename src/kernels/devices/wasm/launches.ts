import type { Graph, NodeId, TensorType } from '../../graph/types';
import type { Accesses } from '../../plan/binding';
import { fuse, groupsOf, storedNodes } from '../../plan/fuse';
import { chooseKept, type Kept } from '../../plan/keep';
import { type LoweredUnit, lowerOps } from '../../plan/lower';
import { type Draft, prepare } from '../../plan/prepare';
import { computeOnTables } from '../../plan/table-rows';
import { type Unit, Units } from '../../plan/units';
import { placeUpdates } from '../../plan/updates';
import { runAhead } from './ahead';
import { computedBy, labelFor } from './fused';
import { sumInHalves } from './halves';
import type { LoweringContext, WasmKernel } from './kernel';
import { runLate } from './late';
import { WASM_LOWERINGS } from './lowerings';

/** A fused group as a launch: its code is written once its tensors have memory. */
export interface FusedLaunch extends Accesses {
  readonly label: string;
  readonly stored: readonly NodeId[];
  readonly ahead?: never;
}

export interface WasmLaunch {
  readonly kernel: WasmKernel | FusedLaunch;
  readonly unit: Unit;
  /** The nodes whose values it computes. */
  readonly computes: readonly NodeId[];
}

export interface WasmLaunchPlan {
  readonly draft: Draft;
  readonly kept: Kept;
  readonly launches: readonly WasmLaunch[];
  readonly homes: ReadonlyMap<NodeId, string>;
}

/** Tensors that one fused group may read and write: memory is one here, so that only the code's length counts. */
const MAX_TENSORS = 64;

/** Turns a graph into launches. */
export function planLaunches(
  graph: Graph,
  tensors: Readonly<Record<string, TensorType>>,
  sizeOf: LoweringContext['sizeOf'],
): WasmLaunchPlan {
  const draft = prepare(sumInHalves(computeOnTables(graph)), tensors);
  const lowerings = [...WASM_LOWERINGS].map(
    ([op, lower]) => [op, (lowered) => lower({ ...lowered, sizeOf })] as const,
  ) satisfies readonly (readonly [string, (op: Omit<LoweringContext, 'sizeOf'>) => WasmKernel[]])[];
  const lowered = lowerOps<WasmKernel>(draft, new Map(lowerings));
  const required = new Set<NodeId>([
    ...lowered.flatMap((unit) => [...unit.reads.keys()]),
    ...draft.outputs.values(),
    ...draft.updates.values(),
  ]);
  const kept = chooseKept(draft, required, MAX_TENSORS - 1);
  const units = new Units([...lowered, ...groupsOf(draft, kept)]);
  fuse(draft, units, { bindings: MAX_TENSORS, required, updatesInPlace: true });
  const { homes } = placeUpdates(draft, units);
  for (const node of homes.keys()) required.add(node); // copies at the end are new among them

  const kernelsOf = new Map<Unit, LoweredUnit<WasmKernel>>(lowered.map((unit) => [unit, unit]));
  const launches = units.ordered.flatMap((unit): WasmLaunch[] => {
    const own = kernelsOf.get(unit);
    if (own) {
      return own.kernels.map((kernel, i) => ({ kernel, unit, computes: i ? [] : unit.nodes }));
    }
    const stored = storedNodes(units, unit, required);
    const computes = computedBy(draft, kept, unit);
    const kernel: FusedLaunch = {
      label: labelFor(draft, computes),
      reads: [...unit.reads.keys()],
      writes: stored,
      stored,
    };
    return [{ kernel, unit, computes }];
  });
  const ahead = runAhead(launches, draft.storage);
  return { draft, kept, launches: runLate(ahead, { ...draft, homes }), homes };
}
