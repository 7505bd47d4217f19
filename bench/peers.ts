import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'bench';
const STAMP = join(FOLDER, 'node_modules', '.installed-lock');

/**
 * Installs the peers of bench/package-lock.json when they are missing or of another lock file. Returns why
 * they are not there, or null when they are.
 */
export function installPeers(): string | null {
  const lock = readFileSync(join(FOLDER, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return null;
  console.error('Installing the peers into bench/ (npm ci) ...');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-fund', '--no-audit', '--ignore-scripts', '--loglevel=error'];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: FOLDER, stdio: 'ignore' })
    : spawnSync('npm', args, {
        cwd: FOLDER,
        stdio: 'ignore',
        shell: process.platform === 'win32',
      });
  if (result.status !== 0) return 'npm ci failed in bench/: is the npm registry in reach?';
  writeFileSync(STAMP, wanted);
  return null;
}
