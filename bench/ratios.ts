import { precisionOf } from './contenders';
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
 * A contender against the fastest peer of its backend that has threads as it has (all of them, or one) and
 * trains in float32 or in mixed precision as it does. null where there is no such peer, or where the losses
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

/** The same against PyTorch, which runs on the same machine outside of any browser: mixed against mixed. */
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
  const mixed = isMixed(own);
  const peers = measured.filter((each) => isPeer(each) && isMixed(each) === mixed && agrees(each));
  const best = peers.sort((a, b) => a.milliseconds.median - b.milliseconds.median)[0];
  if (!best) return null;
  const cpu = peers.flatMap(({ cpuSeconds }) => (cpuSeconds ? [cpuSeconds.median] : []));
  return {
    time: best.milliseconds.median / own.milliseconds.median,
    cpu: own.cpuSeconds && cpu.length > 0 ? Math.min(...cpu) / own.cpuSeconds.median : undefined,
    peer: best.contender.id,
  };
}

/**
 * FLOP/s of a step as a share of the best matrix product that PyTorch did alone in the same run, in float32 or in
 * mixed precision as the contender: of what the machine can do, where this lab's own ceiling is of what its kernels
 * can. Of medians, for the two were not measured side by side.
 */
export function shareOfNative(own: Measured, { measured, flops }: ModelResult): number | undefined {
  const rates = measured.flatMap((each) =>
    each.contender.backend === 'native' && isMixed(each) === isMixed(own) && each.ceiling
      ? [each.ceiling.median]
      : [],
  );
  if (!flops || rates.length === 0) return undefined;
  return (1000 * flops) / own.milliseconds.median / Math.max(...rates);
}

/** Of float16 or bfloat16: either is what the one or the other has for fast products. */
const isMixed = ({ contender }: Measured): boolean => precisionOf(contender) !== 'f32';
