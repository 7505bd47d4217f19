/** What has to run, in some valid order, and what must wait for what. */
export interface Tasks<Task extends object> {
  readonly ordered: readonly Task[];
  successorsOf(task: Task): Iterable<Task>;
}

/**
 * After so many launches a task that is ready waits no longer for company: what it reads stays in memory
 * meanwhile.
 */
const PATIENCE = 6;

/**
 * Puts tasks that need nothing of each other into common launches: those from which the longest way leads
 * to the end go first, and each takes along whatever else is ready and `joins` the launch so far. Returns
 * the launches in order, and in each its tasks, the first of them the one that it was made for.
 *
 * This is list scheduling (Graham, "Bounds for certain multiprocessing anomalies", 1966), with launches
 * for time and bindings for processors.
 */
export function scheduleTogether<Task extends object>(
  { ordered, successorsOf }: Tasks<Task>,
  joins: (launch: readonly Task[], task: Task) => boolean,
): Task[][] {
  const successors = new Map(ordered.map((task) => [task, [...new Set(successorsOf(task))]]));
  const position = new Map(ordered.map((task, i) => [task, i]));
  const waitsFor = new Map(ordered.map((task) => [task, 0]));
  const height = new Map<Task, number>();
  for (const task of [...ordered].reverse()) {
    const after = successors.get(task)!;
    height.set(task, 1 + Math.max(0, ...after.map((next) => height.get(next)!)));
    for (const next of after) waitsFor.set(next, waitsFor.get(next)! + 1);
  }
  const byHeight = (a: Task, b: Task) =>
    height.get(b)! - height.get(a)! || position.get(a)! - position.get(b)!;

  const ready = new Map<Task, number>(); // and the launch from which on it was
  for (const task of ordered) if (waitsFor.get(task) === 0) ready.set(task, 0);
  const launches: Task[][] = [];
  while (ready.size > 0) {
    const waiting = [...ready.keys()].sort(byHeight);
    const impatient = waiting.filter((task) => launches.length - ready.get(task)! > PATIENCE);
    const launch = [impatient[0] ?? waiting[0]!];
    for (const task of waiting) if (task !== launch[0] && joins(launch, task)) launch.push(task);
    launches.push(launch);
    for (const task of launch) {
      ready.delete(task);
      for (const next of successors.get(task)!) {
        const left = waitsFor.get(next)! - 1;
        waitsFor.set(next, left);
        if (left === 0) ready.set(next, launches.length);
      }
    }
  }
  return launches;
}
