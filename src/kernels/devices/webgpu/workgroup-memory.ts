import type { Kernel } from './kernel';
import { type ParsedModule, renameAll } from './module';

/** Kernels of equal keys use one piece of workgroup memory, since a workgroup does the work of one of them. */
export function sharedKey({ shared }: ParsedModule, bytes: number | undefined): string {
  return JSON.stringify([bytes, shared]);
}

/**
 * Declares the arrays in workgroup memory, each as long as the longest of those that it stands for, and lets `names`
 * call them by the name that the first kernel has for it.
 */
export function shareArrays(
  kernels: readonly Kernel[],
  modules: readonly ParsedModule[],
  names: readonly Map<string, string>[],
): string[] {
  const alike = new Map<string, number[]>();
  modules.forEach((module, kernel) => {
    const key = sharedKey(module, kernels[kernel]!.workgroupBytes);
    alike.set(key, [...(alike.get(key) ?? []), kernel]);
  });
  return [...alike.values()].flatMap((members) =>
    modules[members[0]!]!.shared.map(({ name, element, length }) => {
      const own = names[members[0]!]!.get(name)!;
      const lengths = members.map((kernel) =>
        renameAll(length, (word) => names[kernel]!.get(word) ?? word),
      );
      for (const kernel of members) names[kernel]!.set(name, own);
      const longest = lengths.reduce((a, b) => `max(${a}, ${b})`);
      return `var<workgroup> ${own}: array<${element}, ${longest}>;`;
    }),
  );
}
