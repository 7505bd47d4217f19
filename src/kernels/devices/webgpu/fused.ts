import { type DType, type GraphNode, type NodeId, sizeOf } from '../../graph/types';
import roundF16Wgsl from '../../ops/elementwise/round-f16.wgsl?raw';
import trigonometryWgsl from '../../ops/elementwise/trigonometry.wgsl?raw';
import randomWgsl from '../../ops/sources/random.wgsl?raw';
import { type Binding, type Block, blockLayout } from '../../plan/binding';
import { Expressions, elementIndex, labelOf } from '../../plan/expressions';
import type { Kept } from '../../plan/keep';
import type { Draft } from '../../plan/prepare';
import type { Unit } from '../../plan/units';
import frame from './elementwise.wgsl?raw';
import { type Kernel, MAX_WORKGROUPS, specialize, spread } from './kernel';
import { WgslWriter } from './writer';

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
  /** Of a flat group (flatten.ts): the block that each tensor of the first member begins. */
  readonly blocks: ReadonlyMap<NodeId, Block>;
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
  [/\bround_f16\(/, roundF16Wgsl],
];

/** How the text of a group goes into that of another kernel. */
interface Frame {
  /** Before the names of the group's tensors. */
  readonly prefix: string;
  /** What the kernel has of its own. */
  readonly numbers: readonly number[];
  /** A tensor whose element at the thread's place is at hand, and its name. */
  readonly own?: { readonly id: NodeId; readonly value: string };
}

/** The text of a fused group, to be put into a kernel. */
export interface WrittenGroup {
  readonly tensors: BoundTensors;
  /** The name of a node's value. */
  valueOf(id: NodeId): string;
  readonly body: string;
  readonly helpers: string;
  readonly numbers: readonly number[];
  readonly label: string;
  readonly computes: readonly NodeId[];
}

/** Writes what a group computes for the element `i`. Equal computations give equal text, whatever their constants. */
export function writeGroup(
  draft: Draft,
  kept: Kept,
  group: FusedGroup,
  { prefix, numbers, own }: Frame,
): WrittenGroup {
  const { members = [group.unit] } = group.unit;
  const unit = members[0]!;
  const stored = group.stored.filter((id) => unit.nodes.includes(id));
  const tensors = new BoundTensors(draft, { ...group, unit, stored }, prefix);
  const element = (id: NodeId, place: string) =>
    id === own?.id ? own.value : tensors.element(id, place);
  const writer = new WgslWriter(element, numbers);
  const expressions = new Expressions(draft, kept, unit, writer, elementIndex(unit.count));
  const values = new Map(unit.nodes.map((id) => [id, expressions.valueOf(id)]));
  // Every load comes before every store, so a tensor may be read and overwritten in one launch.
  const stores = stored.map((id) => tensors.store(id, values.get(id)!));
  const body = [...writer.lines, ...stores].join('\n  ');
  const first = [...expressions.computes];
  return {
    tensors,
    valueOf: (id) => values.get(id)!,
    body,
    helpers: HELPERS.filter(([uses]) => uses.test(body))
      .map(([, wgsl]) => wgsl)
      .join('\n'),
    numbers: writer.numbers,
    label: labelOf(first.map((id) => draft.nodes[id]!.op)),
    computes: [...first, ...computedBy(draft, kept, members.slice(1))],
  };
}

/** Writes the launch of a fused group. */
export function fusedKernel(draft: Draft, kept: Kept, group: FusedGroup): FusedKernel {
  const { count } = group.unit;
  const written = writeGroup(draft, kept, group, { prefix: '', numbers: [] });
  const { tensors, numbers, computes, label } = written;
  const declarations = [
    ...tensors.readDeclarations(),
    ...tensors.writeDeclarations(),
    ...tensors.numbersDeclaration(numbers.length),
  ].map((line, n) => `@group(0) @binding(${n}) ${line}`);
  const parts: Readonly<Record<string, string>> = {
    HELPERS: written.helpers,
    BINDINGS: declarations.join('\n'),
    BODY: written.body,
  };
  const wgsl = frame.replace(/\/\*(HELPERS|BINDINGS|BODY)\*\//g, (_, part) => parts[part]!);
  const threads = count < MANY ? 64 : 256;
  return {
    computes,
    kernel: {
      label,
      wgsl: specialize(wgsl, { COUNT: count, WORKGROUP: threads, MAX_WORKGROUPS }),
      numbers,
      reads: tensors.reads.map(tensors.bindingOf),
      writes: tensors.writes.map(tensors.bindingOf),
      workgroups: spread(Math.ceil(count / threads)),
    },
  };
}

/** The nodes that the other members of a flat group compute. */
function computedBy(draft: Draft, kept: Kept, members: readonly Unit[]): NodeId[] {
  return members.flatMap((unit) => {
    const writer = new WgslWriter(() => '0');
    const expressions = new Expressions(draft, kept, unit, writer, elementIndex(unit.count));
    for (const id of unit.nodes) expressions.valueOf(id);
    return [...expressions.computes];
  });
}

/** The tensors that a group reads (`x0`, `x1` ...) and writes (`y0`, `y1` ...). */
export class BoundTensors {
  readonly reads: NodeId[] = [];
  readonly writes: readonly NodeId[];
  readonly #draft: Draft;
  readonly #group: FusedGroup;

  constructor(
    draft: Draft,
    group: FusedGroup,
    readonly prefix: string,
  ) {
    this.#draft = draft;
    this.#group = group;
    this.writes = [...new Set(group.stored.map((id) => group.packed.get(id)?.pack ?? id))];
  }

  /** What is bound for a tensor: the whole block that it begins, if it begins one. */
  bindingOf = (id: NodeId): Binding => this.#group.blocks.get(id) ?? id;

  /** A tensor's element, as the value that expressions are made of. */
  element(id: NodeId, place: string): string {
    const { dtype } = this.#draft.nodes[id]!;
    const packed = this.#group.packed.get(id);
    const word = packed
      ? `${this.#bind(packed.pack, place)}[${packed.index}]`
      : `${this.#bind(id, place)}[${place}]`;
    if (dtype === 'bool') return `${word} != 0u`;
    return packed ? `bitcast<${dtype}>(${word})` : word;
  }

  store(id: NodeId, value: string): string {
    const { dtype } = this.#draft.nodes[id]!;
    const packed = this.#group.packed.get(id);
    const element = `${this.prefix}y${this.writes.indexOf(packed?.pack ?? id)}[${packed?.index ?? 'i'}]`;
    if (dtype === 'bool') return `${element} = u32(${value});`;
    return `${element} = ${packed ? `bitcast<u32>(${value})` : value};`;
  }

  readDeclarations(): string[] {
    return this.reads.map(
      (id, n) => `var<storage, read> ${this.prefix}x${n}: ${this.#arrayOf(id)};`,
    );
  }

  writeDeclarations(): string[] {
    return this.writes.map(
      (id, n) => `var<storage, read_write> ${this.prefix}y${n}: ${this.#arrayOf(id)};`,
    );
  }

  numbersDeclaration(count: number): string[] {
    return count > 0 ? [`var<uniform> numbers: array<vec4f, ${Math.ceil(count / 4)}>;`] : [];
  }

  /** The name of the array that holds a tensor: that of its new value, where it is overwritten here. */
  #bind(id: NodeId, place: string): string {
    const successor = this.#group.overwritten.get(id);
    if (successor !== undefined) {
      if (place !== 'i' && this.#group.unit.count > 1) {
        throw new Error(`a tensor is read at ${place} by a launch that overwrites it`);
      }
      return `${this.prefix}y${this.writes.indexOf(successor)}`;
    }
    const known = this.reads.indexOf(id);
    return `${this.prefix}x${known >= 0 ? known : this.reads.push(id) - 1}`;
  }

  /** Of a fixed length: the compiler then knows which indices are inside, and checks no others. */
  #arrayOf(id: NodeId): string {
    const node = this.#draft.nodes[id]!;
    const element = node.op === PACK ? 'u32' : STORED_AS[node.dtype];
    const nodes = this.#group.blocks.get(id)?.block ?? [id];
    const { total } = blockLayout(nodes.map((one) => sizeOf(this.#draft.nodes[one]!.shape)));
    return `array<${element}, ${total}>`;
  }
}

/** The planner's own tensor of single numbers, as bits. */
const PACK = 'pack';

/** A tensor with room for as many packed numbers. */
export function packNode(count: number): GraphNode {
  return { op: PACK, inputs: [], attrs: {}, shape: [count], dtype: 'i32' };
}
