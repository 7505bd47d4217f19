import type { DType, GraphNode, NodeId } from '../../graph/types';
import type { ExpressionWriter, Shifted } from '../../plan/expressions';
import {
  addIndex,
  type IndexExpr,
  type IndexVar,
  scaleIndex,
  variableIndex,
} from '../../plan/indexing';
import type { Draft } from '../../plan/prepare';
import { type MathName, writeElementwise } from './elementwise';
import { type Code, call, f32x4, i32, i32x4, local, select, v128 } from './encoder/code';
import type { ValueType } from './encoder/module';
import type { RunPlace, Runs } from './runs';

/** The number of a function of assembly/math.ts. */
export type Imports = (name: MathName) => number;

/** How many elements the innermost code computes. */
export type Lanes = 'four' | 'one';

/** Of every function of a fused group: which thread it runs on, of how many. */
export const PARAMS: readonly ValueType[] = ['i32', 'i32'];

/** When a value is computed: once, once a run, or for each element. */
type Level = 0 | 1 | 2;

/** A vector in a local, or for i32 indices a number. */
export interface Value {
  readonly get: Code;
  readonly level: Level;
}

/**
 * Writes the values of a fused group as vectors in locals. What does not change within a run, or not at
 * all, is computed outside of the loop in which it does not change.
 */
export class RunWriter implements ExpressionWriter<Value> {
  readonly locals: ValueType[] = [];
  readonly once: number[] = [];
  readonly perRun: number[] = [];
  inner: number[] = [];
  /** Whether every tensor is read as vectors or as single numbers. */
  onlyVectors = true;
  readonly places = { part: 0, parts: 1, run: 2, byte: 3 };
  #lanes: Lanes = 'four';
  readonly #outside = new Map<string, Value>();
  #inside = new Map<string, Value>();
  readonly #names = new Map<string, Value>();

  constructor(
    readonly runs: Runs,
    readonly addressOf: (id: NodeId) => number,
    readonly imports: Imports,
    readonly draft: Draft,
  ) {
    this.newLocal('i32');
    this.newLocal('i32');
  }

  /** Starts the innermost code anew; values of the outer loops stay. */
  begin(lanes: Lanes): void {
    this.#lanes = lanes;
    this.inner = [];
    this.#inside = new Map();
  }

  newLocal(type: ValueType): number {
    return PARAMS.length + this.locals.push(type) - 1;
  }

  constant(value: number, dtype: DType): Value {
    if (dtype === 'f32') return this.#let(`f32 ${bitsOf(value)}`, 0, f32x4.const(value));
    const lanes = dtype === 'bool' ? (value !== 0 ? -1 : 0) : value;
    return this.#let(`i32 ${lanes}`, 0, i32x4.const(lanes));
  }

  index(expr: IndexExpr): Value {
    const place = this.runs.split(expr);
    const start = this.#start(place);
    const { step, offset } = place;
    if (step === 0) {
      const code = i32x4.splat(i32.add(start.get, i32.const(offset)));
      return this.#let(`index ${keyOf(place)}`, start.level, code);
    }
    const along = i32.mul(i32.divU(this.#byte, i32.const(4)), i32.const(step));
    const at = i32.add(i32.add(start.get, i32.const(offset)), along);
    const lanes = i32x4.lanes([0, step, 2 * step, 3 * step]);
    return this.#let(`index ${keyOf(place)}`, 2, i32x4.add(i32x4.splat(at), lanes));
  }

  random(seed: Value, stream: number, index: IndexExpr): Value {
    const place = this.index(index);
    const level = highest(seed, place);
    const code = call(this.imports('uniform'), seed.get, i32x4.const(stream | 0), place.get);
    return this.#let(null, level, code);
  }

  load(id: NodeId, expr: IndexExpr): Value {
    const place = this.runs.split(expr);
    const start = this.#start(place);
    const { step } = place;
    const offset = this.addressOf(id) + 4 * place.offset;
    const base = this.#bytes(place, start);
    const key = `load ${id} ${keyOf(place)}`;
    const { dtype } = this.draft.nodes[id]!;
    const typed = (code: Code) => (dtype === 'bool' ? i32x4.ne(code, i32x4.const(0)) : code);
    if (step === 0) return this.#let(key, start.level, typed(v128.loadSplat(offset, base)));
    const along = step === 1 ? this.#byte : i32.mul(this.#byte, i32.const(step));
    const at = start.level === 0 && place.parts.length === 0 ? along : i32.add(base, along);
    if (this.#lanes === 'one') return this.#let(key, 2, typed(v128.loadSplat(offset, at)));
    if (step === 1) return this.#let(key, 2, typed(v128.load(offset, at)));
    this.onlyVectors = false;
    const address = this.#number(null, 2, at);
    const first = v128.loadSplat(offset, address.get);
    const all = [1, 2, 3].reduce<Code>(
      (code, lane) => v128.loadLane(offset + 4 * step * lane, lane, address.get, code),
      first,
    );
    return this.#let(key, 2, typed(all));
  }

  elementwise(
    { op, attrs, dtype }: GraphNode,
    operands: readonly Value[],
    dtypes: readonly DType[],
  ): Value | undefined {
    const math = (name: MathName, ...args: readonly Code[]) => call(this.imports(name), ...args);
    const context = { dtype: dtypes[0]!, gives: dtype, attrs, math };
    const gets = operands.map(({ get }) => get);
    const code = writeElementwise(op, context, gets);
    return code && this.#let(null, highest(...operands), code);
  }

  choose(conditions: readonly Value[], value: Value, otherwise: Value): Value {
    const mask = conditions.map(({ get }) => get).reduce((a, b) => v128.and(a, b));
    const level = highest(...conditions, value, otherwise);
    return this.#let(null, level, v128.bitselect(value.get, otherwise.get, mask));
  }

  /** Runs become so short that a whole run is inside or outside. */
  shift(coord: IndexExpr, by: number, size: number): Shifted<Value> {
    let place = this.runs.split(coord);
    if (place.step > 1) this.runs.divide(1);
    if (place.step === 1) {
      for (const n of [place.offset, by, size, ...place.parts.map(({ coef }) => coef)]) {
        this.runs.divide(n);
      }
    }
    place = this.runs.split(coord);
    const unit = place.step === 0 ? 1 : this.runs.length;
    const start = this.#start(place);
    const moved = this.#number(null, start.level, i32.add(start.get, i32.const(place.offset - by)));
    const inside = this.#number(null, start.level, i32.ltU(moved.get, i32.const(size)));
    const safe = select(moved.get, i32.const(0), inside.get);
    const named = this.#named(i32.divU(safe, i32.const(unit)), start.level, size / unit);
    const mask = this.#let(null, start.level, i32x4.splat(i32.sub(i32.const(0), inside.get)));
    const whole = scaleIndex(variableIndex(named), unit);
    const inRun: IndexExpr = {
      offset: 0,
      terms: [{ coef: 1, v: { name: 'i', bound: this.runs.count }, div: 1, mod: unit }],
    };
    return { coord: place.step === 0 ? whole : addIndex(whole, inRun), inside: mask };
  }

  name(expr: IndexExpr, bound: number): IndexVar {
    if (this.runs.split(expr).step !== 0) this.runs.divide(1);
    const place = this.runs.split(expr);
    const start = this.#start(place);
    return this.#named(i32.add(start.get, i32.const(place.offset)), start.level, bound);
  }

  store(id: NodeId, { get }: Value): Code {
    const { dtype } = this.draft.nodes[id]!;
    const code = dtype === 'bool' ? v128.and(get, i32x4.const(1)) : get;
    const { length, count } = this.runs;
    const run = i32.mul(local.get(this.places.run), i32.const(4 * length));
    const at = length === count ? this.#byte : i32.add(this.#number('run', 1, run).get, this.#byte);
    const address = this.addressOf(id);
    return this.#lanes === 'four'
      ? v128.store(address, at, code)
      : v128.storeLane(address, 0, at, code);
  }

  /** Bytes from the run's start to the element. */
  get #byte(): Code {
    return local.get(this.places.byte);
  }

  /** What a place is at the start of a run, without its offset: a number of elements. */
  #start({ parts }: RunPlace): Value {
    if (parts.length === 0) return { get: i32.const(0), level: 0 };
    const levels: Level[] = [];
    const terms = parts.map(({ coef, name, div, mod }) => {
      const named = this.#names.get(name);
      levels.push(named ? named.level : 1);
      let code: Code = named ? named.get : local.get(this.places.run);
      if (div > 1) code = i32.divU(code, i32.const(div));
      if (mod !== null) code = i32.remU(code, i32.const(mod));
      return coef === 1 ? code : i32.mul(code, i32.const(coef));
    });
    const level = Math.max(...levels) as Level;
    return this.#number(
      `start ${keyOf({ offset: 0, step: 0, parts })}`,
      level,
      terms.reduce((a, b) => i32.add(a, b)),
    );
  }

  /** The same in bytes. */
  #bytes(place: RunPlace, start: Value): Code {
    if (place.parts.length === 0) return start.get;
    const code = i32.mul(start.get, i32.const(4));
    return this.#number(`bytes ${keyOf({ ...place, offset: 0, step: 0 })}`, start.level, code).get;
  }

  #named(code: Code, level: Level, bound: number): IndexVar {
    const name = `n${this.#names.size}`;
    this.#names.set(name, this.#number(null, level, code));
    return { name, bound };
  }

  #number(key: string | null, level: Level, code: Code): Value {
    return this.#set('i32', key, level, code);
  }

  #let(key: string | null, level: Level, code: Code): Value {
    return this.#set('v128', key, level, code);
  }

  /** Computes a value where its level says, once for each key. */
  #set(type: ValueType, key: string | null, level: Level, code: Code): Value {
    const known = level === 2 ? this.#inside : this.#outside;
    const found = key === null ? undefined : known.get(key);
    if (found) return found;
    const index = this.newLocal(type);
    const list = level === 0 ? this.once : level === 1 ? this.perRun : this.inner;
    for (const byte of local.set(index, code)) list.push(byte);
    const value = { get: local.get(index), level };
    if (key !== null) known.set(key, value);
    return value;
  }
}

function highest(...values: readonly Value[]): Level {
  return Math.max(0, ...values.map(({ level }) => level)) as Level;
}

function keyOf({ offset, step, parts }: RunPlace): string {
  return JSON.stringify([
    offset,
    step,
    parts.map(({ coef, name, div, mod }) => [coef, name, div, mod]),
  ]);
}

/** So that -0 is not 0, and NaN is itself. */
function bitsOf(value: number): number {
  return new Int32Array(new Float32Array([value]).buffer)[0]!;
}
