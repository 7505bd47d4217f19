import type { Session } from '../../kernels/devices/device';
import { GraphBuilder } from '../../kernels/graph/builder';
import { inlineGraph } from '../../kernels/graph/inline';
import { simplify } from '../../kernels/graph/simplify/simplify';
import type { Graph, TensorType } from '../../kernels/graph/types';
import { threefry2x32 } from '../../kernels/random/threefry';
import type { LoadedTask } from '../tasks/task';

/** Name of the graph in a trial's workload that draws one token. */
export const SAMPLE = 'sample';
/** The persistent tensor of the text so far, as far as it fits: [1, context], i32. */
export const SAMPLED = 'sample/tokens';

export const sampledType = (context: number): TensorType => ({
  shape: [1, context],
  dtype: 'i32',
});

/**
 * Draws one token on the device and appends it to the text there, so that many are drawn without a wait
 * between them. `forward` gives `logits` [1, T, V] of `tokens` [1, T]. Fed are `at` (i32 [1]: the position of
 * the text's last token), `temperature` (f32 []) and `seed` (i32 []); outputs `token` (i32 [1]), of
 * softmax(logits / temperature) at that position: by the Gumbel-max trick, the argmax of
 * logits / temperature - log(-log u), u uniform (Gumbel, 1954; Maddison et al., 2014).
 */
export function drawingGraph(forward: Graph): Graph {
  const b = new GraphBuilder();
  const logitsId = forward.outputs.logits!;
  const [, context = 1, vocab = 1] = forward.nodes[logitsId]!.shape;
  const tokens = b.input(SAMPLED, [1, context], 'i32');
  const at = b.input('at', [1], 'i32');
  const logits = inlineGraph(b, forward, { tokens }).get(logitsId)!;
  const last = b.emit('embedding', [b.reshape(logits, [context, vocab]), at]); // [1, V]

  const seed = b.input('seed', [], 'i32');
  const uniform = b.emit('randomUniform', [seed], { shape: [1, vocab], stream: DRAW_STREAM });
  const positive = b.emit('maximum', [uniform, b.constant(LEAST_UNIFORM)]);
  const gumbel = b.neg(b.emit('log', [b.neg(b.emit('log', [positive]))]));
  const scores = b.add(b.div(last, b.input('temperature', [])), gumbel);
  const best = b.emit('max', [scores], { axes: [1], keepDims: true });
  const index = b.emit('cast', [b.emit('iota', [], { shape: [1, vocab], axis: 1 })], {
    dtype: 'f32',
  });
  // Where no score is a number none is the best, and the first token is as good as any.
  const winners = b.select(b.emit('equal', [scores, best]), index, b.constant(0));
  const winner = b.emit('max', [winners], { axes: [1], keepDims: false });
  const token = b.emit('cast', [winner], { dtype: 'i32' }); // [1]

  const position = b.emit('iota', [], { shape: [1, context], axis: 1 });
  const next = b.emit('add', [at, b.constant(1, 'i32')]);
  const placed = b.select(b.emit('equal', [position, next]), token, tokens);
  const column = b.reshape(token, [1, 1]);
  const rest = { starts: [0, 1], sizes: [1, context - 1] };
  const moved =
    context > 1 ? b.emit('concat', [b.emit('slice', [tokens], rest), column], { axis: 1 }) : column;
  const full = b.emit('greaterEqual', [next, b.constant(context, 'i32')]);
  return simplify(b.finish({ token }, { [SAMPLED]: b.select(full, moved, placed) }));
}

export interface SampleOptions {
  readonly seed: number;
  /** Tokens to draw at most; a document may end sooner. */
  readonly length: number;
  readonly temperature: number;
  /** Seconds to draw for, at most, as far as the first few tokens tell. */
  readonly seconds: number;
}

/** Tokens of the first call, which sets the pace, and of any later one at most. */
const FIRST_TOKENS = 2;
const MOST_TOKENS = 32;

/**
 * Text drawn from the model, token by token. Documents begin with the separator; windows continue from the
 * beginning of the validation text.
 *
 * @param now milliseconds; another clock in tests.
 */
export async function drawSample(
  session: Session,
  task: LoadedTask,
  { seed, length, temperature, seconds }: SampleOptions,
  now: () => number = () => performance.now(),
): Promise<string> {
  const { context } = task.spec;
  const prompt =
    task.separator === undefined
      ? Array.from(task.validation.tokens.subarray(0, Math.min(8, context >> 1)))
      : [task.separator];
  const start = new Int32Array(context);
  start.set(prompt);
  session.write(SAMPLED, start);

  const drawn = [...prompt];
  const heat = Float32Array.of(temperature);
  const startedAt = now();
  for (let left = length, count = FIRST_TOKENS; left > 0 && count > 0; ) {
    const feeds = Array.from({ length: Math.min(count, left) }, (_, i) => {
      const place = drawn.length + i;
      return {
        at: Int32Array.of(Math.min(place, context) - 1),
        seed: Int32Array.of(threefry2x32(seed, SAMPLE_STREAM, place, 0)[0] | 0),
        temperature: heat,
      };
    });
    const tokens = (await session.run(SAMPLE, feeds)).map(({ token }) => token![0]!);
    const end = task.separator === undefined ? -1 : tokens.indexOf(task.separator);
    drawn.push(...(end < 0 ? tokens : tokens.slice(0, end)));
    if (end >= 0) break;
    left -= tokens.length;
    const spent = (now() - startedAt) / 1000;
    const pace = spent / (length - left);
    count = Math.min(MOST_TOKENS, Math.floor((seconds - spent) / Math.max(pace, 1e-6)));
  }
  return task.tokenizer.decode(drawn.filter((token) => token !== task.separator));
}

const SAMPLE_STREAM = 0x73616d70;
const DRAW_STREAM = 0x64726177;
/** Less than any uniform number but 0, whose logarithm there is none. */
const LEAST_UNIFORM = 2 ** -26;
