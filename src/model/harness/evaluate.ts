import type { Session } from '../../kernels/devices/device';
import { bitsPerByte, type Evaluation } from '../tasks/windows';

/** Name of the scoring graph in a trial's workload. */
export const SCORE = 'score';

/** Bits per byte over a split's fixed windows: summed nats / (ln 2 x bytes predicted). */
export async function evaluate(session: Session, { batches, bytes }: Evaluation): Promise<number> {
  const feeds = batches.map(({ tokens, targets }) => ({ tokens, targets }));
  const outputs = await session.run(SCORE, feeds);
  return bitsPerByte(
    outputs.reduce((sum, { nats }) => sum + nats![0]!, 0),
    bytes,
  );
}
