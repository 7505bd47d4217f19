import type { Session } from '../../kernels/devices/device';
import { uniformAt } from '../../kernels/random/threefry';
import type { LoadedTask } from '../tasks/task';

/** Name of the one-sequence graph in a trial's workload. */
export const SAMPLE = 'sample';

export interface SampleOptions {
  readonly seed: number;
  /** Tokens to draw at most; a document may end sooner. */
  readonly length: number;
  readonly temperature: number;
}

/**
 * Text drawn from the model, token by token, each from softmax(logits / temperature) at the last position.
 * Documents begin with the separator; windows continue from the beginning of the validation text.
 * Where `enough` says so, the text ends sooner.
 */
export async function drawSample(
  session: Session,
  task: LoadedTask,
  { seed, length, temperature }: SampleOptions,
  enough: () => boolean = () => false,
): Promise<string> {
  const { context } = task.spec;
  const prompt =
    task.separator === undefined
      ? Array.from(task.validation.tokens.subarray(0, Math.min(8, context >> 1)))
      : [task.separator];
  const drawn = [...prompt];
  const feed = new Int32Array(context);
  while (drawn.length < prompt.length + length && !enough()) {
    const window = drawn.slice(-context);
    feed.fill(0);
    feed.set(window);
    const [outputs] = await session.run(SAMPLE, [{ tokens: feed }]);
    const at = (window.length - 1) * task.vocab;
    const logits = outputs!.logits!.subarray(at, at + task.vocab);
    const token = draw(logits, temperature, uniformAt(seed, SAMPLE_STREAM, drawn.length));
    if (token === task.separator) break;
    drawn.push(token);
  }
  return task.tokenizer.decode(drawn.filter((token) => token !== task.separator));
}

/** The token at which the running sum of probabilities passes `uniform`. */
export function draw(logits: ArrayLike<number>, temperature: number, uniform: number): number {
  let most = -Infinity;
  for (let i = 0; i < logits.length; i++) most = Math.max(most, logits[i]!);
  const weights = Float64Array.from(logits, (x) => Math.exp((x - most) / temperature));
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left <= 0) return i;
  }
  return weights.length - 1;
}

const SAMPLE_STREAM = 0x73616d70;
