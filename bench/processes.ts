import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of processor time used so far by a process and all that descend from it, threads included; null
 * where the system does not tell (anything but Linux). In steps of 10 ms.
 */
export function cpuSeconds(root: number): number | null {
  if (process.platform !== 'linux') return null;
  const processes = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    const id = Number(name);
    if (!Number.isInteger(id)) continue;
    try {
      processes.set(id, readStat(readFileSync(`/proc/${name}/stat`, 'utf8')));
    } catch {
      // It ended while the folder was read.
    }
  }
  const descends = (id: number): boolean => {
    for (let at: number | undefined = id; at; at = processes.get(at)?.parent) {
      if (at === root) return true;
    }
    return false;
  };
  let ticks = 0;
  for (const [id, each] of processes) if (descends(id)) ticks += each.ticks;
  return ticks / TICKS_PER_SECOND;
}

/** The parent, and the time of the process and of its children that have ended (proc(5)). */
export function readStat(stat: string): { parent: number; ticks: number } {
  // The name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}
