import { GraphError } from '../../graph/errors';
import { type DType, type GraphNode, type NodeId, type Shape, sizeOf } from '../../graph/types';
import { elementwiseNamed, wgslOf } from '../../ops/elementwise/elementwise';
import trigonometryWgsl from '../../ops/elementwise/trigonometry.wgsl?raw';
import { attrInts, attrNumber } from '../../ops/op';
import randomWgsl from '../../ops/sources/random.wgsl?raw';
import {
  addIndex,
  constantIndex,
  coordinatesOf,
  type IndexExpr,
  type IndexVar,
  indexToWgsl,
  linearIndex,
  variableIndex,
} from '../../plan/indexing';
import type { Kept } from '../../plan/keep';
import { COPY, isAlias, isMap } from '../../plan/kinds';
import type { Draft } from '../../plan/prepare';
import type { Unit } from '../../plan/units';
import frame from './elementwise.wgsl?raw';
import { type Kernel, MAX_WORKGROUPS, specialize, spread } from './kernel';

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

/** From this many elements on, workgroups are large: there are enough of them for every core. */
const MANY = 16_384;
/** Functions that expressions may call, and how to see that one does. */
const HELPERS: readonly (readonly [uses: RegExp, wgsl: string])[] = [
  [/\buniform_at\(/, randomWgsl],
  [/\b(sine|cosine)\(/, trigonometryWgsl],
];
const STORED_AS: Readonly<Record<DType, string>> = { f32: 'f32', i32: 'i32', bool: 'u32' };

/** The launch of a fused group, and the nodes whose values it computes, taken-in ones included. */
export interface FusedKernel {
  readonly kernel: Kernel;
  readonly computes: readonly NodeId[];
}

/** Writes the launch of a fused group. Equal computations give equal text, whatever their constants. */
export function fusedKernel(draft: Draft, kept: Kept, group: FusedGroup): FusedKernel {
  const writer = new FusedWriter(draft, kept, group);
  return { kernel: writer.kernel(), computes: [...writer.computes] };
}

class FusedWriter {
  readonly #draft: Draft;
  readonly #kept: Kept;
  readonly #group: FusedGroup;
  readonly #own: ReadonlySet<NodeId>;
  readonly #lines: string[] = [];
  readonly #values = new Map<string, string>();
  readonly #numbers: number[] = [];
  readonly #reads: NodeId[] = [];
  readonly #writes: NodeId[] = [];
  readonly computes = new Set<NodeId>();
  readonly #thread: IndexExpr;
  #names = 0;

  constructor(draft: Draft, kept: Kept, group: FusedGroup) {
    this.#draft = draft;
    this.#kept = kept;
    this.#group = group;
    this.#own = new Set(group.unit.nodes);
    this.#thread = variableIndex({ name: 'i', bound: group.unit.count });
    for (const id of group.stored) {
      const target = group.packed.get(id)?.pack ?? id;
      if (!this.#writes.includes(target)) this.#writes.push(target);
    }
  }

  kernel(): Kernel {
    const { unit, stored } = this.#group;
    const results = new Map<NodeId, string>();
    for (const id of unit.nodes) {
      const coords = coordinatesOf(this.#thread, this.#node(id).shape, this.#nameIndex);
      results.set(id, this.#value(id, coords));
    }
    // Every load comes before every store, so a tensor may be read and overwritten in one launch.
    const stores = stored.map((id) => this.#store(id, results.get(id)!));
    const numbers = this.#numbers;
    const bindings = [
      ...this.#reads.map((id, n) => `var<storage, read> x${n}: ${this.#arrayOf(id)};`),
      ...this.#writes.map((id, n) => `var<storage, read_write> y${n}: ${this.#arrayOf(id)};`),
      ...(numbers.length > 0
        ? [`var<uniform> numbers: array<vec4f, ${Math.ceil(numbers.length / 4)}>;`]
        : []),
    ].map((line, n) => `@group(0) @binding(${n}) ${line}`);
    const body = [...this.#lines, ...stores].join('\n  ');
    const parts: Readonly<Record<string, string>> = {
      HELPERS: HELPERS.filter(([uses]) => uses.test(body))
        .map(([, wgsl]) => wgsl)
        .join('\n'),
      BINDINGS: bindings.join('\n'),
      BODY: body,
    };
    const text = frame.replace(/\/\*(HELPERS|BINDINGS|BODY)\*\//g, (_, part) => parts[part]!);
    const threads = unit.count < MANY ? 64 : 256;
    return {
      label: labelOf([...this.computes].map((id) => this.#node(id).op)),
      wgsl: specialize(text, { COUNT: unit.count, WORKGROUP: threads, MAX_WORKGROUPS }),
      numbers,
      reads: this.#reads,
      writes: this.#writes,
      workgroups: spread(Math.ceil(unit.count / threads)),
    };
  }

  #node(id: NodeId): GraphNode {
    return this.#draft.nodes[id]!;
  }

  /** The value of a node at some place, as the name of a `let` or another short expression. */
  #value(id: NodeId, coords: readonly IndexExpr[]): string {
    const node = this.#node(id);
    const place = indexToWgsl(linearIndex(coords, node.shape));
    const key = `${id}@${place}`;
    let value = this.#values.get(key);
    if (value === undefined) {
      const held = this.#draft.storage[id]!;
      if (this.#own.has(held) && place !== indexToWgsl(this.#thread)) {
        throw new Error(`${node.op} is read away from the thread that computes it`);
      }
      if (this.#own.has(held) || (isMap(this.#node(held).op) && !this.#kept.has(held))) {
        value = this.#compute(node, coords);
        this.computes.add(id);
      } else {
        value = this.#load(held, place);
      }
      this.#values.set(key, value);
    }
    return value;
  }

  #compute(node: GraphNode, coords: readonly IndexExpr[]): string {
    const { attrs, shape, inputs } = node;
    const at = (n: number, where: readonly IndexExpr[]) => this.#value(inputs[n]!, where);
    const shapeOf = (n: number): Shape => this.#node(inputs[n]!).shape;
    switch (node.op) {
      case 'constant':
        return this.#constant(attrNumber(attrs, 'value'), node.dtype);
      case 'iota':
        return this.#let(`i32(${indexToWgsl(coords[attrNumber(attrs, 'axis')]!)})`);
      case 'randomUniform':
        return this.#random(attrNumber(attrs, 'stream'), at(0, []), linearIndex(coords, shape));
      case 'reshape':
        return at(0, coordinatesOf(linearIndex(coords, shape), shapeOf(0), this.#nameIndex));
      case 'transpose': {
        const perm = attrInts(attrs, 'perm');
        return at(
          0,
          perm.map((_, axis) => coords[perm.indexOf(axis)]!),
        );
      }
      case 'broadcastTo':
        return at(0, stretched(coords, shapeOf(0)));
      case 'slice': {
        const starts = attrInts(attrs, 'starts');
        return at(
          0,
          coords.map((coord, axis) => addIndex(coord, constantIndex(starts[axis]!))),
        );
      }
      case 'pad':
        return this.#pad(node, coords);
      case 'concat':
        return this.#concat(node, coords);
      case 'stopGradient':
      case COPY:
        return at(0, coords);
      default: {
        const op = elementwiseNamed(node.op);
        if (!op) throw new GraphError(`this device has no kernel for ${node.op}`, node.at);
        const operands = inputs.map((_, n) => at(n, stretched(coords, shapeOf(n))));
        return this.#let(wgslOf(op, attrs, operands));
      }
    }
  }

  #pad(node: GraphNode, coords: readonly IndexExpr[]): string {
    const inner = this.#node(node.inputs[0]!).shape;
    const before = attrInts(node.attrs, 'before');
    const inside: string[] = [];
    const moved = coords.map((coord, axis) => {
      if (inner[axis] === node.shape[axis]) return coord;
      const shifted = this.#shifted(coord, before[axis]!);
      inside.push(`${shifted} < ${inner[axis]}u`);
      return this.#within(`${shifted} < ${inner[axis]}u`, shifted, inner[axis]!);
    });
    const value = this.#value(node.inputs[0]!, moved);
    if (inside.length === 0) return value;
    const padding = this.#constant(attrNumber(node.attrs, 'value'), node.dtype);
    return this.#let(`select(${padding}, ${value}, ${inside.join(' && ')})`);
  }

  #concat(node: GraphNode, coords: readonly IndexExpr[]): string {
    if (node.inputs.length === 1) return this.#value(node.inputs[0]!, coords);
    const axis = attrNumber(node.attrs, 'axis');
    const along = indexToWgsl(coords[axis]!);
    let start = 0;
    let joined = '';
    node.inputs.forEach((input, part) => {
      const size = this.#node(input).shape[axis]!;
      const shifted = this.#shifted(coords[axis]!, start);
      const coord = this.#within(`${shifted} < ${size}u`, shifted, size);
      const value = this.#value(
        input,
        coords.map((c, k) => (k === axis ? coord : c)),
      );
      joined = part === 0 ? value : this.#let(`select(${value}, ${joined}, ${along} < ${start}u)`);
      start += size;
    });
    return joined;
  }

  /**
   * A coordinate less a constant, which wraps round below 0. The coordinate has a name of its own because
   * the compiler refuses a constant expression that wraps.
   */
  #shifted(coord: IndexExpr, by: number): string {
    return this.#let(`${this.#let(indexToWgsl(coord))} - ${by}u`);
  }

  /** An index that stays inside a tensor where the condition does not hold, and is not used. */
  #within(condition: string, index: string, bound: number): IndexExpr {
    return variableIndex({ name: this.#let(`select(0u, ${index}, ${condition})`), bound });
  }

  #random(stream: number, seed: string, index: IndexExpr): string {
    // As two halves, each exact in float32, so that dropouts of other streams share this shader.
    const high = this.#number(Math.floor(stream / 65_536));
    const low = this.#number(stream % 65_536);
    const key = `(u32(${high}) << 16u) | u32(${low})`;
    return this.#let(`uniform_at(${seed}, ${key}, ${indexToWgsl(index)})`);
  }

  #constant(value: number, dtype: DType): string {
    if (dtype === 'f32') return this.#number(value);
    return this.#let(dtype === 'bool' ? `${value !== 0}` : `i32(${value})`);
  }

  #number(value: number): string {
    const n = this.#numbers.push(value) - 1;
    return this.#let(`numbers[${n >> 2}].${'xyzw'[n & 3]}`);
  }

  #load(id: NodeId, place: string): string {
    const { dtype } = this.#node(id);
    const packed = this.#group.packed.get(id);
    if (packed) {
      const word = `${this.#bind(packed.pack)}[${packed.index}]`;
      return this.#let(dtype === 'bool' ? `${word} != 0u` : `bitcast<${dtype}>(${word})`);
    }
    const element = `${this.#bind(id)}[${place}]`;
    return this.#let(dtype === 'bool' ? `${element} != 0u` : element);
  }

  #store(id: NodeId, value: string): string {
    const { dtype } = this.#node(id);
    const packed = this.#group.packed.get(id);
    const element = dtype === 'bool' ? `u32(${value})` : value;
    if (!packed) return `y${this.#writes.indexOf(id)}[i] = ${element};`;
    const word = dtype === 'bool' ? element : `bitcast<u32>(${value})`;
    return `y${this.#writes.indexOf(packed.pack)}[${packed.index}] = ${word};`;
  }

  /** The name of the array that holds a tensor: that of its new value, where it is overwritten here. */
  #bind(id: NodeId): string {
    const successor = this.#group.overwritten.get(id);
    if (successor !== undefined) return `y${this.#writes.indexOf(successor)}`;
    const known = this.#reads.indexOf(id);
    return `x${known >= 0 ? known : this.#reads.push(id) - 1}`;
  }

  /** Of a fixed length: the compiler then knows which indices are inside, and checks no others. */
  #arrayOf(id: NodeId): string {
    const node = this.#node(id);
    const element = node.op === PACK ? 'u32' : STORED_AS[node.dtype];
    return `array<${element}, ${sizeOf(node.shape)}>`;
  }

  #nameIndex = (expr: IndexExpr, bound: number): IndexVar => ({
    name: this.#let(indexToWgsl(expr)),
    bound,
  });

  #let(expression: string): string {
    const known = this.#values.get(expression);
    if (known !== undefined) return known;
    const name = `v${this.#names++}`;
    this.#lines.push(`let ${name} = ${expression};`);
    this.#values.set(expression, name);
    return name;
  }
}

/** The planner's own tensor of single numbers, as bits. */
export const PACK = 'pack';

/** Coordinates in an operand that broadcasts: axes align at the end, and an axis of 1 is always at 0. */
function stretched(coords: readonly IndexExpr[], operand: Shape): IndexExpr[] {
  const lead = coords.length - operand.length;
  return operand.map((n, axis) => (n === 1 ? constantIndex(0) : coords[lead + axis]!));
}

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
