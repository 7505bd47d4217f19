import type { Session } from '../../kernels/devices/device';
import { uniformAt } from '../../kernels/random/threefry';
import type { Crash } from './trial';

/** Name of the graph that hands out logits in a trial's workload. */
export const LOGITS = 'logits';

export interface ProbeShape {
  readonly batch: number;
  readonly context: number;
  readonly vocab: number;
}

/**
 * Does any logit depend on a token that it may not see? It may see the tokens at and before its own
 * position, in its own row. Three changes are made to a random batch, and what must not move is watched:
 * every token of the odd rows; every token of the even rows; the tokens after a point of each row. (A
 * batch holds neighbouring windows of one text, so a look into another row is a look into the future.)
 *
 * Resolves to what was caught, or null. Logits that are no numbers prove nothing and are reported too.
 */
export async function probeCausality(
  session: Session,
  { batch, context, vocab }: ProbeShape,
  seed: number,
): Promise<Crash | null> {
  let drawn = 0;
  const random = () => uniformAt(seed, PROBE_STREAM, drawn++);
  const original = Int32Array.from({ length: batch * context }, () => Math.floor(random() * vocab));
  /** Tokens of row r from position keep[r] on are replaced by others. */
  const changedFrom = (keep: readonly number[]) =>
    original.map((token, i) =>
      i % context >= keep[Math.floor(i / context)]! && vocab > 1
        ? (token + 1 + Math.floor(random() * (vocab - 1))) % vocab
        : token,
    );
  const rows = Array.from({ length: batch }, (_, row) => row);
  const cuts = rows.map(() => 1 + Math.floor(random() * Math.max(1, context - 1)));
  // Sequences are told apart first: one that is mixed into others would look like the future to them.
  const keeps = [
    rows.map((row) => (row % 2 ? 0 : context)),
    rows.map((row) => (row % 2 ? context : 0)),
    cuts,
  ];
  const outputs = await session.run(LOGITS, [
    { tokens: original },
    ...keeps.map((keep) => ({ tokens: changedFrom(keep) })),
  ]);
  for (const { logits } of outputs) {
    if (!logits!.every(Number.isFinite)) {
      return { kind: 'not finite', message: 'some logits are not finite after training' };
    }
  }
  const base = outputs[0]!.logits!;
  const tolerance = 1e-5 * (1 + largest(base));

  for (const [probe, keep] of keeps.entries()) {
    const moved = outputs[probe + 1]!.logits!;
    for (const row of rows) {
      const from = row * context * vocab;
      const to = from + keep[row]! * vocab;
      for (let i = from; i < to; i++) {
        if (Math.abs(base[i]! - moved[i]!) > tolerance) {
          return keep === cuts
            ? leak(
                `the logits at position ${Math.floor((i - from) / vocab)} moved when only tokens from position ${keep[row]} on were changed: forward reads future tokens`,
              )
            : leak(
                'the logits of one sequence moved when only other sequences of the batch were changed: forward mixes sequences',
              );
        }
      }
    }
  }
  return null;
}

const leak = (message: string): Crash => ({ kind: 'causality', message });

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

const PROBE_STREAM = 0x70726f62;
