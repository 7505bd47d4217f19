import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { cpuSeconds, readStat } from '../../bench/processes';

describe('readStat', () => {
  it('reads parent and time whatever the process is called', () => {
    const stat = '42 (odd) name) S 7 1 1 0 -1 0 0 0 0 0 150 25 3 2 20 0 9 0 1';
    expect(readStat(stat)).toEqual({ parent: 7, ticks: 180 });
  });
});

describe('cpuSeconds', () => {
  it.skipIf(process.platform !== 'linux')('counts what a child of a child has used', async () => {
    const busy = `const used = () => process.cpuUsage().user; while (used() < 300_000);
      console.log('used'); setTimeout(() => {}, 60_000);`;
    const parent = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(busy)}], { stdio: 'inherit' });
      process.on('SIGTERM', () => { child.kill(); process.exit(); });`;
    const before = cpuSeconds(process.pid)!;
    const child = spawn(process.execPath, ['-e', parent]);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const own = cpuSeconds(child.pid!)!;
    const all = cpuSeconds(process.pid)! - before;
    child.kill();
    expect(own).toBeGreaterThanOrEqual(0.29);
    expect(all).toBeGreaterThanOrEqual(0.29);
  });
});
