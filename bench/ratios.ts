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
 * A contender against the fastest peer of its backend that has threads as it has: all of them, or one. null where there is no such peer, or where the losses
 * of either differ from the others': what does not compute the same cannot be faster.
 */
export function ratioOf(own: Measured, result: ModelResult): Ratio | null {
  const { backend, threads = false } = own.contender;
  if (backend === 'native') return null;
  return against(
    own,
    result,
    ({ contender }) =>
      !contender.lab && contender.backend === backend && (contender.threads ?? false) === threads,
  );
}

/** The same against PyTorch, which runs on the same machine outside of any browser. */
export function ratioToNative(own: Measured, result: ModelResult): Ratio | null {
  return against(own, result, ({ contender }) => contender.backend === 'native');
}

function against(
  own: Measured,
  { measured, agreement }: ModelResult,
  isPeer: (measured: Measured) => boolean,
): Ratio | null {
  const agrees = ({ contender }: Measured) => !agreement.disagreeing.includes(contender.id);
  if (!agrees(own)) return null;
  const peers = measured.filter((each) => isPeer(each) && agrees(each));
  const best = peers.sort((a, b) => a.milliseconds.median - b.milliseconds.median)[0];
  if (!best) return null;
  const cpu = peers.flatMap(({ cpuSeconds }) => (cpuSeconds ? [cpuSeconds.median] : []));
  return {
    time: best.milliseconds.median / own.milliseconds.median,
    cpu: own.cpuSeconds && cpu.length > 0 ? Math.min(...cpu) / own.cpuSeconds.median : undefined,
    peer: best.contender.id,
  };
}
