import type { Session } from '../../kernels/devices/device';
import type { EvaluationWindows } from '../tasks/windows';
import { valBpb } from '../tasks/windows';

/** Name of the scoring graph in a trial's workload. */
export const SCORE = 'score';

/**
 * Bits per byte over fixed windows: summed nats / (ln 2 x bytes predicted). Windows go through in
 * batches of the evaluation graph's size; the rows that are missing in the last one predict nothing.
 */
export async function evaluate(
  session: Session,
  windows: EvaluationWindows,
  batch: number,
): Promise<number> {
  const { count, context } = windows;
  const runs = Array.from({ length: Math.ceil(count / batch) }, (_, run) => {
    const tokens = new Int32Array(batch * context);
    const targets = new Int32Array(batch * context).fill(-1);
    const from = run * batch * context;
    const to = Math.min(count * context, from + batch * context);
    tokens.set(windows.tokens.subarray(from, to));
    targets.set(windows.targets.subarray(from, to));
    return { tokens, targets };
  });
  const outputs = await session.run(SCORE, runs);
  const nats = outputs.reduce((sum, { nats }) => sum + nats![0]!, 0);
  return valBpb(nats, windows.bytes);
}
