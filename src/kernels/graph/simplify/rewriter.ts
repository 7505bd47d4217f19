import { opNamed } from '../../ops/table';
import { GraphBuilder } from '../builder';
import { sameShape } from '../shapes';
import type { Attrs, DType, GraphNode, NodeId, Shape, SourceLine, TensorType } from '../types';

/** One node about to be added, its inputs already simplified. */
export interface Candidate extends TensorType {
  readonly op: string;
  readonly inputs: readonly NodeId[];
  readonly attrs: Attrs;
}

/** Returns a simpler node for the same tensor, or undefined where the rule does not apply. */
export type Rule = (candidate: Candidate, r: Rewriter) => NodeId | undefined;

/** A builder that tries rules before it adds a node. What a rule emits is simplified in its turn. */
export class Rewriter {
  readonly builder = new GraphBuilder();
  readonly #rulesOf: (op: string) => readonly Rule[];
  /** The program's line that the nodes being emitted come from. */
  line: SourceLine | undefined;

  constructor(rulesOf: (op: string) => readonly Rule[]) {
    this.#rulesOf = rulesOf;
  }

  emit(op: string, inputs: readonly NodeId[], attrs: Attrs = {}): NodeId {
    const type = opNamed(op).infer(
      inputs.map((id) => this.node(id)),
      attrs,
    );
    for (const rule of this.#rulesOf(op)) {
      const simpler = rule({ op, inputs, attrs, ...type }, this);
      if (simpler === undefined) continue;
      const found = this.node(simpler);
      if (found.dtype !== type.dtype || !sameShape(found.shape, type.shape)) {
        throw new Error(`a rule for ${op} changed its type`);
      }
      return simpler;
    }
    return this.builder.emit(op, inputs, attrs, this.line);
  }

  node(id: NodeId): GraphNode {
    return this.builder.node(id);
  }

  /** The number that a scalar constant stands for; undefined for any other node. */
  scalar(id: NodeId): number | undefined {
    const { op, attrs } = this.node(id);
    return op === 'constant' ? (attrs.value as number) : undefined;
  }

  constant(value: number, dtype: DType): NodeId {
    return this.emit('constant', [], { value, dtype });
  }

  reshape(id: NodeId, shape: Shape): NodeId {
    return this.emit('reshape', [id], { shape: [...shape] });
  }

  broadcastTo(id: NodeId, shape: Shape): NodeId {
    return this.emit('broadcastTo', [id], { shape: [...shape] });
  }
}
