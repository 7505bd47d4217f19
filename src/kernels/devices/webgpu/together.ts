import type { Binding } from '../../plan/binding';
import { type Kernel, MAX_WORKGROUPS, specialize, spread } from './kernel';
import { type Builtin, type ParsedModule, parseModule, renameAll } from './module';
import frame from './together.wgsl?raw';
import { shareArrays, sharedKey } from './workgroup-memory';

/** Workgroup memory that every adapter has, in bytes. */
const WORKGROUP_BYTES = 16_384;
/** Kernels of one launch, and characters of their text, at most: a long shader compiles for seconds. */
const MAX_PARTS = 12;
const MAX_TEXT = 80_000;

/** Tells bindings of the same memory by equal keys. */
export type BindingKey = (binding: Binding) => unknown;

/**
 * Whether kernels that need nothing of each other may be one launch: their workgroups then run side by
 * side. `bindings`: storage buffers that it may bind.
 */
export function canRunTogether(
  kernels: readonly Kernel[],
  bindings: number,
  keyOf: BindingKey,
): boolean {
  if (kernels.length > MAX_PARTS) return false;
  const modules = kernels.map(({ wgsl }) => parseModule(wgsl));
  if (modules.some((module, i) => !module || !isSimple(module, kernels[i]!))) return false;
  const parsed = modules as ParsedModule[];
  if (kernels.reduce((sum, { wgsl }) => sum + wgsl.length, 0) > MAX_TEXT) return false;
  const waiting = parsed.filter(({ hasBarriers }) => hasBarriers).map(threadsOf);
  if (new Set(waiting).size > 1) return false;
  const shared = new Map<string, number>();
  kernels.forEach(({ workgroupBytes = Number.POSITIVE_INFINITY }, i) => {
    if (parsed[i]!.hasBarriers) shared.set(sharedKey(parsed[i]!, workgroupBytes), workgroupBytes);
  });
  const sharedBytes = [...shared.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (waiting.length > 1 && sharedBytes > WORKGROUP_BYTES) return false;
  const total = kernels.reduce((sum, kernel) => sum + groupsOf(kernel), 0);
  if (total > MAX_WORKGROUPS * MAX_WORKGROUPS) return false;
  return bind(kernels, parsed, keyOf).length <= bindings;
}

/** Bound as `Kernel` says, and spread over workgroups as `spread` does. */
function isSimple(
  { bindings, body }: ParsedModule,
  { reads, writes, numbers, workgroups }: Kernel,
) {
  const expected = [
    ...reads.map(() => 'storage, read'),
    ...writes.map(() => 'storage, read_write'),
    ...(numbers.length > 0 ? ['uniform'] : []),
  ];
  const uniform = bindings.find(({ space }) => space === 'uniform')?.name;
  return (
    bindings.length === expected.length &&
    bindings.every(({ space }, i) => space === expected[i]) &&
    (uniform === undefined || !new RegExp(`\\b${uniform}\\b(?!\\[)`).test(body)) &&
    workgroups[2] === 1 &&
    (workgroups[1] === 1 || workgroups[0] === MAX_WORKGROUPS)
  );
}

/** A storage buffer of the common launch, and which of which kernel's bindings it is. */
interface Bound {
  readonly binding: Binding;
  readonly space: 'storage, read' | 'storage, read_write';
  readonly element: string;
  readonly users: { readonly kernel: number; readonly name: string }[];
}

/** Reads before writes; a tensor that several kernels read is bound once. */
function bind(
  kernels: readonly Kernel[],
  modules: readonly ParsedModule[],
  keyOf: BindingKey,
): Bound[] {
  const all: Bound[] = [];
  for (const space of ['storage, read', 'storage, read_write'] as const) {
    kernels.forEach(({ reads, writes }, kernel) => {
      const bound = [...reads, ...writes];
      modules[kernel]!.bindings.forEach((declared, n) => {
        if (declared.space !== space) return;
        const binding = bound[n]!;
        const element = /^array<(\w+)/.exec(declared.type)?.[1] ?? `${kernel} ${n}`;
        const known = all.find(
          (other) =>
            space === 'storage, read' &&
            other.space === space &&
            other.element === element &&
            keyOf(other.binding) === keyOf(binding) &&
            other.users.every((user) => user.kernel !== kernel),
        );
        const user = { kernel, name: declared.name };
        if (known) known.users.push(user);
        else all.push({ binding, space, element, users: [user] });
      });
    });
  }
  return all;
}

/**
 * Several kernels as one launch: each becomes a function, its names with a prefix of its own, and a
 * workgroup calls the one that its number falls to. Only for kernels that `canRunTogether`.
 */
export function runTogether(kernels: readonly Kernel[], keyOf: BindingKey): Kernel {
  const modules = kernels.map(({ wgsl }) => parseModule(wgsl)!);
  const bound = bind(kernels, modules, keyOf);
  const numbers: number[] = [];
  const threads = commonThreads(modules);

  // How each kernel calls what is bound: by the name that the first of its users has for it.
  const own = (kernel: number, name: string) => `p${kernel}_${name}`;
  const names = modules.map(
    (module, kernel) =>
      new Map<string, string>([...module.names].map((name) => [name, own(kernel, name)])),
  );
  const declarations = bound.map(({ space, users }, n) => {
    const [first] = users;
    for (const { kernel, name } of users) names[kernel]!.set(name, own(first!.kernel, first!.name));
    const module = modules[first!.kernel]!;
    const { type } = module.bindings.find(({ name }) => name === first!.name)!;
    const typed = renameAll(type, (name) => names[first!.kernel]!.get(name) ?? name);
    return `@group(0) @binding(${n}) var<${space}> ${own(first!.kernel, first!.name)}: ${typed};`;
  });
  declarations.push(...shareArrays(kernels, modules, names));
  const bodies = modules.map(({ body, bindings }, kernel) => {
    const renamed = names[kernel]!;
    const uniform = bindings.find(({ space }) => space === 'uniform')?.name;
    if (uniform !== undefined) renamed.set(uniform, 'numbers');
    const text = renameAll(body, (name) => renamed.get(name) ?? name);
    const first = numbers.length / 4;
    if (uniform !== undefined) numbers.push(...padded(kernels[kernel]!.numbers));
    return first === 0 ? text : text.replace(/\bnumbers\[/g, `numbers[${first} + `);
  });
  if (numbers.length > 0) {
    const uniform = `var<uniform> numbers: array<vec4f, ${numbers.length / 4}>;`;
    declarations.push(`@group(0) @binding(${bound.length}) ${uniform}`);
  }

  let end = 0;
  const calls = modules.map((module, kernel) => {
    const begin = end;
    const groups = groupsOf(kernels[kernel]!);
    end += Math.ceil((groups * threadsOf(module)) / threads);
    return `if (at < ${end}u) {\n    ${callOf(module, own(kernel, 'main'), begin, groups, threads)}\n  }`;
  });
  const parts: Readonly<Record<string, string>> = {
    BINDINGS: declarations.join('\n'),
    BODIES: bodies.join('\n\n'),
    CALLS: calls.join(' else '),
  };
  const text = frame.replace(/\/\*([A-Z]+)\*\//g, (_, part: string) => parts[part] ?? '');
  return {
    label: labelOf(kernels.map(({ label }) => label)),
    wgsl: specialize(text, { WORKGROUP: threads, MAX_WORKGROUPS }),
    numbers,
    reads: bound.filter(({ space }) => space === 'storage, read').map(({ binding }) => binding),
    writes: bound.filter(({ space }) => space !== 'storage, read').map(({ binding }) => binding),
    workgroups: spread(end),
  };
}

/** Those of kernels whose threads wait for each other; else the fewest. */
function commonThreads(modules: readonly ParsedModule[]): number {
  const waiting = modules.find(({ hasBarriers }) => hasBarriers);
  return waiting ? threadsOf(waiting) : Math.min(...modules.map(threadsOf));
}

/** Calls a kernel from workgroup `begin` on; where its own workgroups are of another size, they are dealt out anew. */
function callOf(
  { size, builtins }: ParsedModule,
  name: string,
  begin: number,
  groups: number,
  threads: number,
): string {
  const own = threadsOf({ size });
  const same = own === threads;
  const from = begin === 0 ? 'at' : `at - ${begin}u`;
  const index = same ? 'index' : `thread % ${own}u`;
  const [x, y] = size;
  const local =
    y * size[2] === 1
      ? `vec3u(${index}, 0u, 0u)`
      : `vec3u((${index}) % ${x}u, (${index}) / ${x}u % ${y}u, (${index}) / ${x * y}u)`;
  const values: Readonly<Record<Builtin, string>> = {
    workgroup_id: same ? `vec3u(${from}, 0u, 0u)` : `vec3u(thread / ${own}u, 0u, 0u)`,
    local_invocation_id: local,
    local_invocation_index: index,
  };
  const call = `${name}(${builtins.map((builtin) => values[builtin]).join(', ')});`;
  if (same) return call;
  return `let thread = (${from}) * ${threads}u + index;\n    if (thread / ${own}u < ${groups}u) {\n      ${call}\n    }`;
}

function threadsOf({ size: [x, y, z] }: Pick<ParsedModule, 'size'>): number {
  return x * y * z;
}

function groupsOf({ workgroups: [x, y, z] }: Kernel): number {
  return x * y * z;
}

function padded(numbers: readonly number[]): number[] {
  return [...numbers, ...new Array<number>((4 - (numbers.length % 4)) % 4).fill(0)];
}

/** `3 x matmul 8x8x8, rope 2x2`. */
function labelOf(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, n]) => (n > 1 ? `${n} x ${label}` : label)).join(', ');
}
