/** One way of doing a thing, ready to be timed. */
export interface Timed {
  /** Seconds of so many repetitions, one after the other. */
  seconds(repetitions: number): Promise<number>;
}

/** A measurement goes on for about this long, for clocks are coarse (a browser's shows tenths of a millisecond). */
const SECONDS = 0.002;
const MOST_REPETITIONS = 200;
const SAMPLES = 3;
/** Another way than the usual one has to be faster by this much: less is noise. */
const MARGIN = 0.05;

/**
 * The name of the fastest way, or the first one's where no other is clearly faster. Null where `late` says
 * that the time is up before all are measured: half a race has no winner.
 */
export async function fastestOf(
  ways: ReadonlyMap<string, Timed>,
  late: () => boolean,
): Promise<string | null> {
  let repetitions = 0;
  let usual: { name: string; seconds: number } | undefined;
  let best: typeof usual;
  for (const [name, way] of ways) {
    if (late()) return null;
    await way.seconds(1); // caches, clocks and lazy compilers
    const once = await way.seconds(1);
    repetitions ||= repetitionsFor(once);
    if (best && (await isHopeless(way, once, best.seconds, repetitions))) continue;
    let seconds = Number.POSITIVE_INFINITY;
    for (let sample = 0; sample < SAMPLES; sample++) {
      if (late()) return null;
      seconds = Math.min(seconds, await way.seconds(repetitions));
    }
    usual ??= { name, seconds };
    if (!best || seconds < best.seconds) best = { name, seconds };
  }
  if (!usual || !best) return null;
  return best.seconds < (1 - MARGIN) * usual.seconds ? best.name : usual.name;
}

/** Whether a way takes four times as long as another: it is not worth the time to say how long exactly. */
async function isHopeless(
  way: Timed,
  once: number,
  best: number,
  repetitions: number,
): Promise<boolean> {
  if (repetitions < 8) return once > (4 * best) / repetitions;
  return once > best || (await way.seconds(Math.ceil(repetitions / 8))) > best / 2;
}

/** The same for all ways, so that what a call costs by itself counts alike. */
function repetitionsFor(seconds: number): number {
  const wanted = Math.ceil(SECONDS / Math.max(seconds, 1e-6));
  return Math.max(1, Math.min(MOST_REPETITIONS, wanted));
}
