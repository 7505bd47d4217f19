import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * The path of a Chromium to test in, or null: the one that CHROMIUM_PATH names, the system's, or
 * Playwright's own download.
 */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return existsSync(named) ? named : null;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

/** Finds a Chromium or installs one: by Playwright, or by apt where that is what works. */
export async function requireChromium() {
  const found = await findChromium();
  if (found) return found;
  console.log('Installing Chromium for the tests ...');
  for (const install of [installByPlaywright, installByApt]) {
    install();
    const path = await findChromium();
    if (path) return path;
  }
  throw new Error(
    'There is no Chromium, and neither Playwright nor apt could install one. ' +
      'Install it by hand, or name one: CHROMIUM_PATH=/path/to/chromium npm test',
  );
}

function installByPlaywright() {
  const cli = join('node_modules', 'playwright', 'cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], {
    stdio: ['ignore', 'inherit', 'ignore'],
    timeout: 600_000,
  });
}

function installByApt() {
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...rest] = [...root, 'apt-get', '-qq', ...args];
    return spawnSync(command, rest, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 600_000,
    });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium');
}
