import { type NodeId, sizeOf } from '../../graph/types';
import { Expressions, elementIndex, labelOf } from '../../plan/expressions';
import type { Kept } from '../../plan/keep';
import type { Draft } from '../../plan/prepare';
import type { Unit } from '../../plan/units';
import { type Code, i32, join, local, select, whileLoop } from './encoder/code';
import type { ModuleWriter, ValueType } from './encoder/module';
import { Runs } from './runs';
import type { Shares } from './shares';
import { type Imports, type Lanes, PARAMS, RunWriter } from './writer';

/** A fused group and where its tensors lie. */
export interface FusedGroup {
  readonly draft: Draft;
  readonly kept: Kept;
  readonly unit: Unit;
  /** Nodes of the group that reach memory. */
  readonly stored: readonly NodeId[];
  /** Bytes from the start of memory. Every tensor has room for a whole last vector. */
  addressOf(id: NodeId): number;
}

/** Elements that a thread takes at once: no two threads write to one cache line. */
const GRAIN = 16;

/** What the group computes, taken-in nodes included, in the order of computing. */
export function computedBy(draft: Draft, kept: Kept, unit: Unit): NodeId[] {
  const group = { draft, kept, unit, stored: [], addressOf: () => 0 };
  const runs = new Runs(unit.count);
  const expressions = walk(
    group,
    new RunWriter(runs, group.addressOf, () => 0, draft),
    'one',
  ).walked;
  return [...expressions.computes];
}

export function labelFor(draft: Draft, ids: readonly NodeId[]): string {
  return labelOf(ids.map((id) => draft.nodes[id]!.op));
}

/**
 * Writes the function of a fused group, of (part, parts): it computes the elements that fall to one of so
 * many threads, four at a time, with every intermediate value in a register. Returns its number, and which
 * tensors each thread touches at its own elements only.
 */
export function writeFused(
  module: ModuleWriter,
  imports: Imports,
  group: FusedGroup,
): { readonly index: number; readonly shares: Shares } {
  const { unit, draft, stored } = group;
  const runs = new Runs(unit.count);
  // Each walk may find that runs have to be shorter; then what it wrote is void.
  for (;;) {
    const { length } = runs;
    const writer = new RunWriter(runs, group.addressOf, imports, draft);
    const vectors = walk(group, writer, 'four');
    const single = walk(group, writer, 'one');
    if (runs.length !== length) continue;
    const { locals, code } = loops(runs, writer, vectors.code, single.code);
    const index = module.function({ params: PARAMS, results: [] }, locals, code);
    // A larger tensor may be read at the same places, but its rows are others.
    const inPlace = [...unit.reads].flatMap(([id, isOwn]) =>
      isOwn && sizeOf(draft.nodes[id]!.shape) === unit.count ? [id] : [],
    );
    return { index, shares: { of: [...inPlace, ...stored], ...dealtOut(runs) } };
  }
}

function walk(group: FusedGroup, writer: RunWriter, lanes: Lanes) {
  const { draft, kept, unit, stored } = group;
  writer.begin(lanes);
  const walked = new Expressions(draft, kept, unit, writer, elementIndex(unit.count));
  const values = new Map(unit.nodes.map((id) => [id, walked.valueOf(id)]));
  // Every load comes before every store, so that a tensor may be read and overwritten at once.
  const stores = stored.map((id) => writer.store(id, values.get(id)!));
  return { walked, code: join(writer.inner, ...stores) };
}

/** What the threads share: runs, or the elements of the only one. */
function dealtOut({ length, count }: Runs): { count: number; grain: number } {
  return length === count
    ? { count, grain: GRAIN }
    : { count: count / length, grain: Math.ceil(GRAIN / length) };
}

/** The loop over runs around the loop over the elements of one, first by vectors and then one by one. */
function loops(
  runs: Runs,
  writer: RunWriter,
  vectors: Code,
  single: Code,
): { locals: readonly ValueType[]; code: Code } {
  const { length, count } = runs;
  const outer = count / length;
  const { grain } = dealtOut(runs);
  const { part, parts, run, byte } = writer.places;
  const runEnd = writer.newLocal('i32');
  const first = writer.newLocal('i32');
  const vectorEnd = writer.newLocal('i32');
  const byteEnd = writer.newLocal('i32');

  /** Where the share of the thread that `which` names begins, of `total` items in grains. */
  const share = (total: number, grain: number, which: Code): Code =>
    i32.mul(
      i32.divU(i32.mul(i32.const(Math.ceil(total / grain)), which), local.get(parts)),
      i32.const(grain),
    );
  const capped = (code: Code, most: number, into: number): Code => {
    const fits = i32.ltU(local.get(into), i32.const(most));
    return join(
      local.set(into, code),
      local.set(into, select(local.get(into), i32.const(most), fits)),
    );
  };
  const next = i32.add(local.get(part), i32.const(1));

  // A last vector may reach into a tensor's padding where nothing else begins.
  const whole = outer === 1 && writer.onlyVectors;
  const bytes = 4 * (whole ? Math.ceil(length / 4) * 4 : length);
  const stretch =
    outer === 1
      ? join(
          local.set(first, i32.mul(share(length, grain, local.get(part)), i32.const(4))),
          capped(i32.mul(share(length, grain, next), i32.const(4)), bytes, byteEnd),
        )
      : local.set(byteEnd, i32.const(bytes));
  const elements = join(
    local.set(byte, local.get(first)),
    length >= 4 || whole
      ? whileLoop(
          i32.ltS(local.get(byte), local.get(vectorEnd)),
          join(vectors, local.set(byte, i32.add(local.get(byte), i32.const(16)))),
        )
      : [],
    whole || (length % 4 === 0 && outer > 1)
      ? []
      : whileLoop(
          i32.ltS(local.get(byte), local.get(byteEnd)),
          join(single, local.set(byte, i32.add(local.get(byte), i32.const(4)))),
        ),
  );
  const vectorLimit = local.set(
    vectorEnd,
    i32.add(
      local.get(first),
      i32.and(i32.sub(local.get(byteEnd), local.get(first)), i32.const(-16)),
    ),
  );
  const body =
    outer === 1
      ? join(writer.perRun, elements)
      : join(
          local.set(run, share(outer, grain, local.get(part))),
          capped(share(outer, grain, next), outer, runEnd),
          whileLoop(
            i32.ltS(local.get(run), local.get(runEnd)),
            join(writer.perRun, elements, local.set(run, i32.add(local.get(run), i32.const(1)))),
          ),
        );
  return { locals: writer.locals, code: join(stretch, vectorLimit, writer.once, body) };
}
