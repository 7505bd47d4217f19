import { uniformAt } from '../src/kernels/random/threefry';
import { initialValues } from '../src/model/harness/initialise';
import type { ProgramSource } from '../src/model/programs/program';
import type { ParameterSpec, TraceTarget } from '../src/model/programs/traced';
import type { Precision } from './contenders';
import model from './program/model.ts?raw';
import optimizer from './program/optimizer.ts?raw';

/** What every contender is told to build. The names are those of bench/program/model.ts. */
export interface GptConfig {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** Width of the hidden layer, in widths. */
  readonly mlp: number;
  readonly ropeBase: number;
  /** Logits are at most so large, by tanh. */
  readonly logitCap: number;
}

export interface AdamConfig {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Added to the direction of every parameter, as a share of it. */
  readonly decay: number;
}

/** A model to train: plain JSON, so that it can be sent into a page. */
export interface BenchModel {
  readonly name: string;
  readonly title: string;
  readonly source: ProgramSource;
  readonly target: TraceTarget & { readonly batch: number };
  /** For the peers, who cannot read the lab's programs; absent for a program of the lab alone. */
  readonly gpt?: GptNumbers;
  /** Every parameter, as the lab traced the program: there when the model is handed to a contender. */
  readonly parameters?: readonly ParameterSpec[];
}

export interface GptNumbers {
  readonly config: GptConfig;
  readonly adam: AdamConfig;
}

/** A model that others than the lab can build. */
export type PeerModel = BenchModel & Required<Pick<BenchModel, 'gpt' | 'parameters'>>;

const ADAM: AdamConfig = { rate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1 };

/** All of one kind, the default model of autoresearch-webgpu: B is that very one. */
export const MODELS: readonly BenchModel[] = [
  gptModel('A', { layers: 4, width: 128, heads: 4 }, { vocab: 65, context: 64, batch: 16 }),
  gptModel('B', { layers: 3, width: 96, heads: 4 }, { vocab: 256, context: 128, batch: 8 }),
  gptModel('C', { layers: 12, width: 768, heads: 12 }, { vocab: 256, context: 1024, batch: 8 }),
];

/** The lab's own text of a GPT, with the numbers of one model written into it. */
export function gptModel(
  name: string,
  sizes: Pick<GptConfig, 'layers' | 'width' | 'heads'>,
  data: Omit<BenchModel['target'], 'evaluationBatch'>,
): BenchModel {
  const config: GptConfig = { ...sizes, mlp: 4, ropeBase: 10000, logitCap: 15 };
  const { layers, heads, width } = sizes;
  const { context, batch, vocab } = data;
  return {
    name,
    title: `${layers} layers, ${heads} heads, width ${width}, context ${context}, batch ${batch}, vocabulary ${vocab}`,
    source: {
      model: rewritten(model, /config = \{[^}]*\};/, `config = ${JSON.stringify(config)};`),
      optimizer: rewritten(optimizer, /adam = \{[^}]*\};/, `adam = ${JSON.stringify(ADAM)};`),
    },
    target: { ...data, evaluationBatch: 1 },
    gpt: { config, adam: ADAM },
  };
}

/** The model with products of float16, as a task in mixed precision trains it, where a contender of this lab does. */
export function inPrecision(model: BenchModel, precision: Precision): BenchModel {
  return precision === 'f16' ? { ...model, target: { ...model.target, precision } } : model;
}

function rewritten(text: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(text)) throw new Error(`the program of the bench has no ${pattern}`);
  return text.replace(pattern, replacement);
}

const SEED = 1;

/** The first values of a parameter as the lab stores it: a matrix is [out, in]. */
export function initialWeights(parameter: ParameterSpec): Float32Array {
  return Float32Array.from(initialValues(parameter, SEED));
}

/** The same as [in, out], for libraries that multiply from the right. */
export function transposed(values: Float32Array, [rows = 1, columns = 1]: readonly number[]) {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column]!;
    }
  }
  return turned;
}

/** All first values for a peer: matrices [in, out], the embedding and vectors as they are. */
export function peerWeights({ parameters }: PeerModel) {
  return parameters.map((spec) => {
    const values = initialWeights(spec);
    const { name, shape } = spec;
    const isMatrix = shape.length === 2 && name !== 'wte';
    return isMatrix
      ? { name, shape: [shape[1]!, shape[0]!], values: transposed(values, shape) }
      : { name, shape: [...shape], values };
  });
}

export interface TokenBatch {
  /** [batch, context] */
  readonly tokens: Int32Array<ArrayBuffer>;
  readonly targets: Int32Array<ArrayBuffer>;
}

/** Training batches repeat after so many. */
export const BATCHES = 8;

/**
 * Sequences in which a token is mostly followed by a fixed other one: enough to learn that losses of the
 * first steps fall, so that a wrong gradient shows.
 */
export function batchesOf({ target: { batch, context, vocab } }: BenchModel): TokenBatch[] {
  return Array.from({ length: BATCHES }, (_, index) => {
    const tokens = new Int32Array(batch * context);
    const targets = new Int32Array(batch * context);
    for (let row = 0; row < batch; row++) {
      const stream = index * batch + row;
      const draw = (at: number) => Math.floor(vocab * uniformAt(SEED, stream, at));
      let token = draw(0);
      for (let at = 0; at < context; at++) {
        const strays = uniformAt(SEED + 1, stream, at) < 0.1;
        const next = strays ? draw(at + 1) : (5 * token + 3) % vocab;
        tokens[row * context + at] = token;
        targets[row * context + at] = next;
        token = next;
      }
    }
    return { tokens, targets };
  });
}
