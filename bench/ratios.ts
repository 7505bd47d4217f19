import type { Measured, ModelResult } from './measure';

export interface Ratio {
  /** How many times faster than the best peer, by the clock. */
  readonly time: number;
  /** The same by processor time, where both are known. */
  readonly cpu?: number | undefined;
  /** The peer's id. */
  readonly peer: string;
}

/**
 * A contender against the fastest peer of its backend (PyTorch counts as a peer of nobody: it stands beside).
 * null where there is no such peer, or where the losses of either differ from the others': what does not
 * compute the same cannot be faster.
 */
export function ratioOf(own: Measured, { measured, agreement }: ModelResult): Ratio | null {
  const honest = ({ contender }: Measured) => !agreement.disagreeing.includes(contender.id);
  if (!honest(own)) return null;
  const peers = measured.filter(
    (each) =>
      !each.contender.lab && each.contender.backend === own.contender.backend && honest(each),
  );
  const best = peers.sort((a, b) => a.milliseconds.median - b.milliseconds.median)[0];
  if (!best) return null;
  const cpu = Math.min(
    ...peers.map(({ cpuSeconds }) => cpuSeconds?.median ?? Number.POSITIVE_INFINITY),
  );
  return {
    time: best.milliseconds.median / own.milliseconds.median,
    cpu: own.cpuSeconds && Number.isFinite(cpu) ? cpu / own.cpuSeconds.median : undefined,
    peer: best.contender.id,
  };
}
