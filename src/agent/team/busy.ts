/** How much of the time a device was in use, told when it began and ended. Inert. */
export interface Busy {
  readonly since: number | null;
  readonly now: boolean;
  readonly busy: number;
  readonly whole: number;
}

export const NEVER: Busy = { since: null, now: false, busy: 0, whole: 0 };

/** The time up to now counted as it was; from now on the device is in use or not, or (null) nobody counts. */
export function busyAfter(before: Busy, inUse: boolean | null, at: number): Busy {
  const passed = before.since === null ? 0 : Math.max(0, at - before.since);
  return {
    since: inUse === null ? null : at,
    now: inUse === true,
    busy: before.busy + (before.now ? passed : 0),
    whole: before.whole + passed,
  };
}

/** 0 to 1. */
export function shareOf({ busy, whole }: Busy): number {
  return whole === 0 ? 0 : busy / whole;
}
