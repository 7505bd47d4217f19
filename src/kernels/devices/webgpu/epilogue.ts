import type { NodeId } from '../../graph/types';
import type { Kept } from '../../plan/keep';
import type { Draft } from '../../plan/prepare';
import { type FusedGroup, type FusedKernel, writeGroup } from './fused';
import type { Kernel } from './kernel';
import { BINDING } from './module';

/** What a kernel does with each element of its result, in one place of its text, for a plan to add to. */
const FINISH = /fn finish\(i: u32, value: f32\) \{([^}]*)\}/;
/** Functions that only store, and are not called where there is more to do. */
const STORES = /(fn store_\w+\([^)]*\)) \{[^}]*\}/g;
/** Functions that load what those have stored. */
const LOADS = /(fn load_\w+\([^)]*\) -> f32) \{[^}]*\}/g;
/** Where a kernel asks whether there is more to do than to store. */
const FINISHES = 'const FINISHES = false;';

/** Whether more may be done with each element of a kernel's only result: it calls `finish` once for each. */
export function canFinish({ wgsl, writes }: Kernel): boolean {
  return writes.length === 1 && FINISH.test(wgsl);
}

/**
 * The kernel with a group computed from each element of its result, as that is ready. The result itself is
 * stored only if `keepsResult`.
 */
export function withEpilogue(
  { draft, kept }: { readonly draft: Draft; readonly kept: Kept },
  kernel: Kernel,
  result: NodeId,
  keepsResult: boolean,
  group: FusedGroup,
): FusedKernel {
  const numbers = [...kernel.numbers];
  while (numbers.length % 4 !== 0) numbers.push(0);
  const own = { id: result, value: 'value' };
  const written = writeGroup(draft, kept, group, { prefix: 'more_', numbers, own });
  const { tensors, body, helpers, computes } = written;

  const declared = [...kernel.wgsl.matchAll(BINDING)].map(([, , space, name, type]) => ({
    declaration: `var<${space}> ${name}: ${type};`,
    space,
  }));
  const inSpace = (wanted: string) =>
    declared.filter(({ space }) => space === wanted).map(({ declaration }) => declaration);
  const lines = [
    ...inSpace('storage, read'),
    ...tensors.readDeclarations(),
    ...(keepsResult ? inSpace('storage, read_write') : []),
    ...tensors.writeDeclarations(),
    ...tensors.numbersDeclaration(written.numbers.length),
  ].map((line, n) => `@group(0) @binding(${n}) ${line}`);
  const wgsl = kernel.wgsl
    .replace(BINDING, '')
    .replace(FINISHES, FINISHES.replace('false', 'true'))
    .replace(STORES, '$1 {}')
    .replace(LOADS, '$1 { return 0.0; }')
    .replace(FINISH, (_, stores: string) =>
      [
        'fn finish(i: u32, value: f32) {',
        ...(keepsResult ? [stores.trimEnd().replace(/^\n/, '')] : []),
        `  ${body}`,
        '}',
      ].join('\n'),
    );
  return {
    computes,
    kernel: {
      ...kernel,
      label: `${kernel.label} + ${written.label}`,
      wgsl: [lines.join('\n'), helpers, wgsl].join('\n'),
      numbers: written.numbers,
      reads: [...kernel.reads, ...tensors.reads],
      writes: [...(keepsResult ? kernel.writes : []), ...tensors.writes],
    },
  };
}
