import type { WasmKernel, WasmLowering, WasmLowerings } from '../../devices/wasm/kernel';
import { sizeOf } from '../../graph/types';
import type { Binding } from '../../plan/binding';
import { attrInts } from '../op';

/** Columns that a thread sums at once, as assembly/reduce.ts has it. */
const STRIP = 16;

export const reductionsOnWasm: WasmLowerings = { sum: lowerReduction, max: lowerReduction };

/**
 * Axes that lie next to each other are reduced at once, as [outer, R, inner]; where there are several such
 * groups, one after another from the last to the first, each on a smaller tensor.
 */
function lowerReduction({ node, id, nodeOf }: Parameters<WasmLowering>[0]): WasmKernel[] {
  const input = node.inputs[0]!;
  const reduced = new Set(attrInts(node.attrs, 'axes'));
  /** Sizes of alternating stretches of axes that stay and axes that go. */
  const stretches: { size: number; goes: boolean }[] = [];
  nodeOf(input).shape.forEach((size, axis) => {
    const goes = reduced.has(axis);
    const last = stretches.at(-1);
    if (last && last.goes === goes) last.size *= size;
    else stretches.push({ size, goes });
  });

  const kernels: WasmKernel[] = [];
  let from: Binding = input;
  for (let group = stretches.length - 1; group >= 0; group--) {
    const { size, goes } = stretches[group]!;
    if (!goes) continue;
    const sizesOf = (part: typeof stretches) => sizeOf(part.map((stretch) => stretch.size));
    const outer = sizesOf(stretches.slice(0, group));
    const inner = sizesOf(stretches.slice(group + 1));
    const isLast = stretches.slice(0, group).every((stretch) => !stretch.goes);
    const to: Binding = isLast ? id : { temporary: `reduced ${group}`, bytes: 4 * outer * inner };
    const args = [{ of: from }, { of: to }, outer, size, inner, node.op === 'max'];
    const strips = inner === 1 ? 1 : Math.ceil(inner / STRIP);
    const count = outer * strips;
    const shares = [
      { of: [from], count, grain: 1, mixed: strips },
      { of: [to], count, grain: 1, mixed: inner % STRIP === 0 ? 1 : strips },
    ];
    kernels.push({ label: node.op, entry: 'reduce', args, reads: [from], writes: [to], shares });
    stretches[group] = { size: 1, goes: false };
    from = to;
  }
  return kernels;
}
