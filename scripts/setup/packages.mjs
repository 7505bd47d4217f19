import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const LOCK = 'package-lock.json';
const STAMP = 'node_modules/.installed-lock';

/** Installs the packages of package-lock.json when they are missing or of another lock file. */
export function installPackages() {
  requireNode(20, 19);
  const wanted = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  const installed = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (installed === wanted) return;
  console.log('Installing packages (npm ci) ...');
  // The npm that started this script, where there is one: its path is known, and its version fits.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-fund', '--no-audit', '--loglevel=error'];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: 'inherit' })
    : spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) {
    console.error('npm ci failed: the packages are not installed. Is the npm registry in reach?');
    process.exit(1);
  }
  writeFileSync(STAMP, wanted);
}

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  console.error(
    `Loopy Lab needs Node ${major}.${minor} or newer; this is ${process.versions.node}.`,
  );
  process.exit(1);
}
