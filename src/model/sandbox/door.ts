import { GraphBuilder } from '../../kernels/graph/builder';
import { GraphError } from '../../kernels/graph/errors';
import { bytesOf, describeType, type NodeId, type SourceLine } from '../../kernels/graph/types';
import { OP_NAMES } from '../../kernels/ops/table';
import type { Answer } from '../api/nodes';
import type { Initialiser } from '../programs/traced';
import { ProgramError } from './errors';
import type { SandboxLimits } from './limits';
import { readInitialiser, readRequest } from './requests';

/** Ops that only gradients are made of, inputs, which the harness alone gives, and rounding, which a task asks for. */
const RESERVED = /^input$|Grad[QKV]?$|^attentionLse$|^randomUniform$|^roundF16$/;

/** The ops that a program may ask for by name. */
export const PROGRAM_OPS: ReadonlySet<string> = new Set(
  OP_NAMES.filter((name) => !RESERVED.test(name)),
);

/** What all graphs of one program have used up together. */
export interface Usage {
  nodes: number;
  inputs: number;
  /** Set by the first limit that is passed: from then on nothing works, and the trace ends with this. */
  stopped: ProgramError | undefined;
}

export interface DoorOptions {
  readonly limits: SandboxLimits;
  readonly usage: Usage;
  readonly lineOf: (stack: string) => SourceLine | undefined;
  /** Random numbers of different parts must not be the same ones. */
  readonly firstStream: number;
}

/**
 * The host's end of the one function that a program's code can reach: it asks for a node, and gets back a
 * number with a shape. The graph grows here, so nothing that a program returns can claim to be a node, a
 * shape or a type that it is not.
 */
export class Door {
  readonly builder = new GraphBuilder();
  /** How parameters begin, by the node that `normal` and its like gave the program. */
  readonly initialisers = new Map<NodeId, Initialiser>();
  readonly #options: DoorOptions;
  #seed: NodeId | undefined;
  #streams = 0;
  #bytes = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Answers one request. Never throws: what is wrong is said in the answer. */
  ask(json: string, stack: string): string {
    const { usage, lineOf } = this.#options;
    let answer: Answer;
    try {
      if (usage.stopped) throw usage.stopped;
      answer = this.#describe(this.#make(json, lineOf(stack)));
    } catch (error) {
      if (error instanceof ProgramError) usage.stopped ??= error;
      else if (!(error instanceof GraphError)) {
        usage.stopped ??= new ProgramError('internal', String(error), lineOf(stack));
      }
      const reason = error instanceof GraphError || error instanceof ProgramError;
      answer = { error: reason ? error.reason : 'the sandbox failed' };
    }
    return JSON.stringify(answer);
  }

  /** A tensor given to the program: a parameter, the tokens. */
  input(name: string, shape: readonly number[], dtype: 'f32' | 'i32' = 'f32'): NodeId {
    return this.#count(() => this.builder.input(name, shape, dtype));
  }

  #make(json: string, at: SourceLine | undefined): NodeId {
    const { limits, firstStream } = this.#options;
    if (json.length > limits.messageLength) {
      throw new ProgramError('limit', 'the program says more at once than the sandbox allows', at);
    }
    const request = readRequest(json);
    if ('init' in request) return this.#initialiser(request.init, request.shape, at);
    if ('random' in request) {
      this.#seed ??= this.input('seed', [], 'i32');
      const stream = firstStream + this.#streams++;
      const attrs = { shape: request.random, stream };
      return this.#emit('randomUniform', [this.#seed], attrs, at);
    }
    if (!PROGRAM_OPS.has(request.op)) {
      throw new GraphError(`there is no op named '${request.op.slice(0, 40)}'`, at);
    }
    return this.#emit(request.op, request.inputs, request.attrs, at);
  }

  #initialiser(json: unknown, shape: readonly number[], at: SourceLine | undefined): NodeId {
    const initialiser = readInitialiser(json, shape);
    const name = `init/${this.initialisers.size}`;
    const id = this.#emit('input', [], { name, shape, dtype: 'f32' }, at);
    this.initialisers.set(id, initialiser);
    return id;
  }

  #emit(...[op, inputs, attrs, at]: Parameters<GraphBuilder['emit']>): NodeId {
    return this.#count(() => this.builder.emit(op, inputs, attrs, at));
  }

  /** Adds a node, and refuses the one that is too many or too large. */
  #count(add: () => NodeId): NodeId {
    const { limits, usage } = this.#options;
    const before = this.builder.nodes.length;
    const id = add();
    if (this.builder.nodes.length === before) return id;

    const node = this.builder.node(id);
    const refuse = (reason: string, kind: 'limit' | 'shape' = 'limit') =>
      new ProgramError(kind, reason, node.at);
    if (++usage.nodes > limits.nodes) {
      throw refuse(
        `the program makes more than ${limits.nodes} nodes; a step is written once, not once for each token or step`,
      );
    }
    usage.inputs += node.inputs.length;
    if (usage.inputs > limits.inputs) {
      throw refuse(`the program's nodes read more than ${limits.inputs} inputs together`);
    }
    if (node.shape.some((n) => !Number.isSafeInteger(n) || n < 1)) {
      throw refuse(`${node.op} would have the shape [${node.shape.join(', ')}]`, 'shape');
    }
    const bytes = bytesOf(node);
    if (bytes > limits.tensorBytes) {
      throw refuse(
        `${node.op} makes ${describeType(node)}, which is ${inWords(bytes)}; one tensor may have ${inWords(limits.tensorBytes)}`,
      );
    }
    this.#bytes += bytes;
    if (this.#bytes > limits.totalBytes) {
      throw refuse(
        `the tensors of one step add up to more than ${inWords(limits.totalBytes)}; smaller sizes or batches are needed`,
      );
    }
    return id;
  }

  #describe(id: NodeId): Answer {
    const { shape, dtype } = this.builder.node(id);
    return { id, shape, dtype };
  }
}

function inWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const amount = bytes / 2 ** (10 * power);
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${units[power]}`;
}
