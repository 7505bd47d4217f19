// `npm test`: installs what is missing (Chromium included), then checks and tests everything.
// Its last line is `N passed, N failed`; what could not run here is counted in the line before.
// `npm test -- test/kernels` runs only the tests of those files.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireChromium } from './setup/chromium.mjs';
import { graphicsEnvironment } from './setup/graphics.mjs';
import { installPackages } from './setup/packages.mjs';

installPackages();
process.env.CHROMIUM_PATH = await requireChromium();
Object.assign(process.env, await graphicsEnvironment());

const REPORT = '.cache/vitest.json';
const SUMMARY = '.cache/test-summary.txt';
mkdirSync('.cache', { recursive: true });
rmSync(REPORT, { force: true });

const filters = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };

if (filters.length === 0) {
  check('Lint and format', bin('@biomejs/biome/bin/biome'), 'check', '.', '--error-on-warnings');
  check('Types', bin('typescript/bin/tsc'), '--noEmit');
  check(
    'Types of the programs',
    bin('typescript/bin/tsc'),
    '--noEmit',
    '-p',
    'tsconfig.programs.json',
  );
}
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
const vitest = run(bin('vitest/vitest.mjs'), 'run', ...reporters, ...filters);
const report = readReport();
counts.passed += report.numPassedTests;
counts.failed += report.numFailedTests;
counts.skipped += report.numPendingTests + report.numTodoTests;
// A suite that could not even be loaded has no tests to fail, and must not pass in silence.
if (vitest !== 0 && report.numFailedTests === 0)
  counts.failed += Math.max(1, report.numFailedTestSuites);

if (counts.skipped > 0) {
  console.log(`${counts.skipped} skipped, for want of what their names say this machine has not`);
}
const summary = `${counts.passed} passed, ${counts.failed} failed`;
writeFileSync(SUMMARY, `${summary}\n`);
console.log(summary);
process.exit(counts.failed === 0 ? 0 : 1);

function bin(path) {
  return join('node_modules', path);
}

function run(script, ...args) {
  return spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' }).status;
}

function check(name, script, ...args) {
  console.log(`\n${name}`);
  if (run(script, ...args) === 0) counts.passed++;
  else counts.failed++;
}

function readReport() {
  try {
    return JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch {
    return {
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      numFailedTestSuites: 1,
    };
  }
}
