import type { GraphNode, NodeId } from '../../graph/types';
import type { Accesses } from '../../plan/binding';
import type { LoweredOp } from '../../plan/lower';

/**
 * One launch, described: a whole WGSL module and what to bind to it. Kernels of equal `wgsl` share a
 * pipeline. The entry point is `main`.
 *
 * Bindings of group 0, in order: `reads` (`var<storage, read>`), then `writes` (`var<storage,
 * read_write>`), then, where there are `numbers`, one `var<uniform> numbers: array<vec4f, n>`.
 * Buffers are arrays of f32 or i32 (bool: u32 holding 0 or 1), row-major, without padding.
 * Declared with their length (`array<f32, ROWS * N>`), as all kernels here do, they are bounded by a
 * constant instead of by asking for the length at every access: rows then run twice as fast on SwiftShader.
 */
export interface Kernel extends Accesses {
  readonly label: string;
  /** The module, its sizes already written into it (see `specialize`). */
  readonly wgsl: string;
  /** What a program may change without a new shader: scales, epsilons, constants. */
  readonly numbers: readonly number[];
  readonly workgroups: readonly [number, number, number];
  /**
   * Workgroup memory, where the kernel says: it may then share a launch with others that have some. Such
   * kernels, and those of no workgroup memory, read no built-in values but the ids of workgroup and thread.
   */
  readonly workgroupBytes?: number;
}

export interface LoweringContext extends LoweredOp {
  /** The adapter is really the CPU: registers are cheap, workgroup memory is dear. */
  readonly software: boolean;
  /**
   * Four neighbours among a workgroup's threads run in step, as a subgroup, and can hand each other numbers:
   * a kernel may then call `subgroupBroadcast` and the like. As on a CPU with vectors of four.
   */
  readonly quads?: boolean;
  /**
   * How many threads of consecutive numbers, from a multiple of that on, run in step as part of a subgroup: a
   * power of two. Default: 1, no such thing is known.
   */
  readonly subgroup?: number;
  /** Numbers of 16 bits round as `roundF16` does: a kernel may use `f16`. */
  readonly half?: boolean;
  /** Where a subgroup can multiply matrices of such numbers at once. */
  readonly units?: MatrixUnits;
  /** Ways that were measured to be the fastest on this adapter, by class of problem (see Tunable). */
  readonly choices?: ReadonlyMap<string, string>;
}

/** An adapter's matrix units: M x K by K x N of float16, with sums of float32. */
export interface MatrixUnits {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** Threads of every subgroup. They have consecutive numbers, from a multiple of that on. */
  readonly subgroup: number;
  /** Bytes of workgroup memory that a kernel may have. */
  readonly workgroupBytes: number;
}

/** What `specialize` can write down: a u32, a flag, or a list of u32 that is not empty. */
export type Size = number | boolean | readonly number[];

/**
 * Writes what is known when the graph is (shapes, flags, workgroup sizes) before the text of a module, or
 * before the texts that together are one: `const K = 64u;`, `const CAUSAL = true;`,
 * `const AXES = array<u32, 2>(3u, 5u);`. Constants of the module, unlike pipeline-overridable ones, may
 * size a thread's own arrays and are known to every compiler when it unrolls loops. Throws RangeError for
 * a number that is no u32.
 */
export function specialize(
  wgsl: string | readonly string[],
  sizes: Readonly<Record<string, Size>>,
): string {
  const lines = Object.entries(sizes).map(([name, size]) => {
    if (typeof size === 'boolean') return `const ${name} = ${size};`;
    if (typeof size === 'number') return `const ${name} = ${literal(name, size)};`;
    const list = size.map((n) => literal(name, n)).join(', ');
    return `const ${name} = array<u32, ${size.length}>(${list});`;
  });
  return [lines.join('\n'), wgsl].flat().join('\n\n');
}

function literal(name: string, size: number): string {
  if (!Number.isInteger(size) || size < 0 || size > 0xffffffff) {
    throw new RangeError(`${name} = ${size} is not a size that a shader can hold`);
  }
  return `${size}u`;
}

/** How an op becomes launches. Elementwise and movement ops have none: the fuser writes their WGSL. */
export type Lowering = (context: LoweringContext) => Kernel[];

/** The most workgroups along one axis that every adapter allows. */
export const MAX_WORKGROUPS = 65_535;

/** Spreads `count` workgroups over two axes; the kernel reads `wg.x + wg.y * MAX_WORKGROUPS` and checks its range. */
export function spread(count: number): readonly [number, number, number] {
  return count <= MAX_WORKGROUPS
    ? [count, 1, 1]
    : [MAX_WORKGROUPS, Math.ceil(count / MAX_WORKGROUPS), 1];
}

/** An op that has several ways to be computed on a GPU, of which the fastest is to be measured. */
export interface Tunable {
  /** What the kernels are made of: with another text, old measurements count no more. */
  readonly text: string;
  problemOf(
    node: GraphNode,
    nodeOf: (id: NodeId) => GraphNode,
    id: NodeId,
    hardware?: Pick<LoweringContext, 'half' | 'units'>,
  ): TunableProblem;
}

export interface TunableProblem {
  /** Problems of one class take the same way. */
  readonly class: string;
  /** Floating-point operations: what has most of them is measured first. */
  readonly work: number;
  /** The kernels of each way, by name; the one that is taken untold is the first. */
  ways(): ReadonlyMap<string, readonly Kernel[]>;
  /** The named one of these first, and then variants of it, which are tried for the fastest way alone. */
  variants(way: string): ReadonlyMap<string, readonly Kernel[]>;
}
