import { type DType, type GraphNode, type NodeId, sizeOf } from '../../graph/types';
import trigonometryWgsl from '../../ops/elementwise/trigonometry.wgsl?raw';
import randomWgsl from '../../ops/sources/random.wgsl?raw';
import { coordinatesOf, variableIndex } from '../../plan/indexing';
import type { Kept } from '../../plan/keep';
import { isAlias, isMap } from '../../plan/kinds';
import type { Draft } from '../../plan/prepare';
import type { Unit } from '../../plan/units';
import { Body } from './body';
import frame from './elementwise.wgsl?raw';
import { type Kernel, MAX_WORKGROUPS, specialize, spread } from './kernel';
import { type ValueSource, Values } from './values';

/** Where a number that is packed with others lies. */
export interface Packed {
  readonly pack: NodeId;
  readonly index: number;
}

/** A fused group, and what the plan has decided around it. */
export interface FusedGroup {
  readonly unit: Unit;
  /** Nodes of the group that reach memory. */
  readonly stored: readonly NodeId[];
  /** Persistent tensors that are overwritten as they are read: old value -> the node that is the new one. */
  readonly overwritten: ReadonlyMap<NodeId, NodeId>;
  readonly packed: ReadonlyMap<NodeId, Packed>;
}

/** The launch of a fused group, and the nodes whose values it computes, taken-in ones included. */
export interface FusedKernel {
  readonly kernel: Kernel;
  readonly computes: readonly NodeId[];
}

const STORED_AS: Readonly<Record<DType, string>> = { f32: 'f32', i32: 'i32', bool: 'u32' };
/** From this many elements on, workgroups are large: there are enough of them for every core. */
const MANY = 16_384;
/** Functions that expressions may call, and how to see that one does. */
const HELPERS: readonly (readonly [uses: RegExp, wgsl: string])[] = [
  [/\buniform_at\(/, randomWgsl],
  [/\b(sine|cosine)\(/, trigonometryWgsl],
];

/** Writes the launch of a fused group. Equal computations give equal text, whatever their constants. */
export function fusedKernel(draft: Draft, kept: Kept, group: FusedGroup): FusedKernel {
  const { unit, stored } = group;
  const body = new Body();
  const tensors = new BoundTensors(draft, kept, group, body);
  const values = new Values(tensors, body);
  const thread = variableIndex({ name: 'i', bound: unit.count });
  const results = new Map(
    unit.nodes.map((id) => [
      id,
      values.at(id, coordinatesOf(thread, draft.nodes[id]!.shape, body.index)),
    ]),
  );
  // Every load comes before every store, so a tensor may be read and overwritten in one launch.
  const stores = stored.map((id) => tensors.store(id, results.get(id)!));
  const text = [...body.lines, ...stores].join('\n  ');
  const parts: Readonly<Record<string, string>> = {
    HELPERS: HELPERS.filter(([uses]) => uses.test(text))
      .map(([, wgsl]) => wgsl)
      .join('\n'),
    BINDINGS: tensors.declarations(body.numbers.length),
    BODY: text,
  };
  const wgsl = frame.replace(/\/\*(HELPERS|BINDINGS|BODY)\*\//g, (_, part) => parts[part]!);
  const threads = unit.count < MANY ? 64 : 256;
  const computes = [...values.computed];
  return {
    computes,
    kernel: {
      label: labelOf(computes.map((id) => draft.nodes[id]!.op)),
      wgsl: specialize(wgsl, { COUNT: unit.count, WORKGROUP: threads, MAX_WORKGROUPS }),
      numbers: body.numbers,
      reads: tensors.reads,
      writes: tensors.writes,
      workgroups: spread(Math.ceil(unit.count / threads)),
    },
  };
}

/** The tensors that a group reads (`x0`, `x1` ...) and writes (`y0`, `y1` ...). */
class BoundTensors implements ValueSource {
  readonly reads: NodeId[] = [];
  readonly writes: readonly NodeId[];
  readonly #draft: Draft;
  readonly #kept: Kept;
  readonly #group: FusedGroup;
  readonly #body: Body;
  readonly #own: ReadonlySet<NodeId>;

  constructor(draft: Draft, kept: Kept, group: FusedGroup, body: Body) {
    this.#draft = draft;
    this.#kept = kept;
    this.#group = group;
    this.#body = body;
    this.#own = new Set(group.unit.nodes);
    this.writes = [...new Set(group.stored.map((id) => group.packed.get(id)?.pack ?? id))];
  }

  node(id: NodeId): GraphNode {
    return this.#draft.nodes[id]!;
  }

  computes(id: NodeId): boolean {
    const held = this.#draft.storage[id]!;
    return this.#own.has(held) || (isMap(this.node(held).op) && !this.#kept.has(held));
  }

  load(id: NodeId, place: string): string {
    const held = this.#draft.storage[id]!;
    const { dtype } = this.node(held);
    const packed = this.#group.packed.get(held);
    if (this.#group.overwritten.has(held) && place !== (this.#group.unit.count > 1 ? 'i' : '0u')) {
      throw new Error(`a tensor is read at ${place} by a launch that overwrites it`);
    }
    const word = packed
      ? `${this.#bind(packed.pack)}[${packed.index}]`
      : `${this.#bind(held)}[${place}]`;
    if (dtype === 'bool') return this.#body.let(`${word} != 0u`);
    return this.#body.let(packed ? `bitcast<${dtype}>(${word})` : word);
  }

  store(id: NodeId, value: string): string {
    const { dtype } = this.node(id);
    const packed = this.#group.packed.get(id);
    const array = `y${this.writes.indexOf(packed?.pack ?? id)}`;
    if (dtype === 'bool') return `${array}[${packed?.index ?? 'i'}] = u32(${value});`;
    return packed
      ? `${array}[${packed.index}] = bitcast<u32>(${value});`
      : `${array}[i] = ${value};`;
  }

  declarations(numbers: number): string {
    const lines = [
      ...this.reads.map((id, n) => `var<storage, read> x${n}: ${this.#arrayOf(id)};`),
      ...this.writes.map((id, n) => `var<storage, read_write> y${n}: ${this.#arrayOf(id)};`),
    ];
    if (numbers > 0) lines.push(`var<uniform> numbers: array<vec4f, ${Math.ceil(numbers / 4)}>;`);
    return lines.map((line, n) => `@group(0) @binding(${n}) ${line}`).join('\n');
  }

  /** The name of the array that holds a tensor: that of its new value, where it is overwritten here. */
  #bind(id: NodeId): string {
    const successor = this.#group.overwritten.get(id);
    if (successor !== undefined) return `y${this.writes.indexOf(successor)}`;
    const known = this.reads.indexOf(id);
    return `x${known >= 0 ? known : this.reads.push(id) - 1}`;
  }

  /** Of a fixed length: the compiler then knows which indices are inside, and checks no others. */
  #arrayOf(id: NodeId): string {
    const node = this.node(id);
    const element = node.op === PACK ? 'u32' : STORED_AS[node.dtype];
    return `array<${element}, ${sizeOf(node.shape)}>`;
  }
}

/** The planner's own tensor of single numbers, as bits. */
const PACK = 'pack';

/** A tensor with room for as many packed numbers. */
export function packNode(count: number): GraphNode {
  return { op: PACK, inputs: [], attrs: {}, shape: [count], dtype: 'i32' };
}

/** A few of the ops, each once, in the order in which they are computed. */
function labelOf(ops: readonly string[]): string {
  const all = [...new Set(ops)].filter((op) => !isAlias(op));
  const named = all.filter((op) => op !== 'constant' && op !== 'iota');
  const shown = named.length > 0 ? named : all;
  return shown.slice(0, 5).join(' ') + (shown.length > 5 ? ' ...' : '');
}
