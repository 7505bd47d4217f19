import type { NodeId } from '../../graph/types';
import type { Kept } from '../../plan/keep';
import type { Draft } from '../../plan/prepare';
import type { PrologueHost } from '../../plan/prologues';
import type { Unit } from '../../plan/units';
import { type FusedGroup, type FusedKernel, writeGroup } from './fused';
import type { Kernel } from './kernel';
import { BINDING } from './module';

/** How a kernel loads an element of the binding `name`, in one place of its text, for a plan to replace. */
const loadOf = (name: string) =>
  new RegExp(`fn ${name}_at\\(i: u32\\) -> f32 \\{\\s*return ${name}\\[i\\];\\s*\\}`);

/** The operands whose elements a kernel can compute instead of loading them. */
export function prologueHosts(
  { storage }: Draft,
  unit: Unit,
  { wgsl, reads }: Kernel,
): PrologueHost[] {
  const names = [...wgsl.matchAll(BINDING)].map(([, , , name]) => name!);
  const held = reads.map((read) => (typeof read === 'number' ? storage[read]! : null));
  return held.flatMap((operand, n) => {
    const once = operand !== null && held.indexOf(operand) === held.lastIndexOf(operand);
    return once && loadOf(names[n]!).test(wgsl) ? [{ unit, operand }] : [];
  });
}

/** The kernel with a group, that stores nothing, in the place of what was loaded of `operand`. */
export function withPrologue(
  { draft, kept }: { readonly draft: Draft; readonly kept: Kept },
  kernel: Kernel,
  operand: NodeId,
  group: FusedGroup,
): FusedKernel {
  const numbers = [...kernel.numbers];
  while (numbers.length % 4 !== 0) numbers.push(0);
  const written = writeGroup(draft, kept, group, { prefix: 'early_', numbers });
  const { tensors, body, helpers, computes } = written;
  const declared = [...kernel.wgsl.matchAll(BINDING)].map(([, , space, name, type]) => ({
    name: name!,
    space,
    declaration: `var<${space}> ${name}: ${type};`,
  }));
  const n = kernel.reads.findIndex(
    (read) => typeof read === 'number' && draft.storage[read] === operand,
  );
  const { name } = declared[n]!;
  const inSpace = (wanted: string) =>
    declared
      .filter((binding) => binding.space === wanted && binding.name !== name)
      .map(({ declaration }) => declaration);
  const lines = [
    ...inSpace('storage, read'),
    ...tensors.readDeclarations(),
    ...inSpace('storage, read_write'),
    ...tensors.numbersDeclaration(written.numbers.length),
  ].map((line, at) => `@group(0) @binding(${at}) ${line}`);
  const computed = [
    `fn ${name}_at(i: u32) -> f32 {`,
    `  ${body}`,
    `  return ${written.valueOf(operand)};`,
    '}',
  ].join('\n');
  const wgsl = kernel.wgsl.replace(BINDING, '').replace(loadOf(name), () => computed);
  return {
    computes,
    kernel: {
      ...kernel,
      label: `${written.label} + ${kernel.label}`,
      wgsl: [lines.join('\n'), helpers, wgsl].join('\n'),
      numbers: written.numbers,
      reads: [...kernel.reads.filter((_, at) => at !== n), ...tensors.reads],
    },
  };
}
