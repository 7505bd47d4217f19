// Runs a terminal command of the lab: `node scripts/command.mjs trial --seconds 10`.
// It installs what is missing, finds a software GPU where there is no real one, and then loads the
// command's TypeScript through Vite, so that the terminal and the page run the very same modules.
import { relaunchWithGraphicsDriver } from './setup/graphics.mjs';
import { installPackages } from './setup/packages.mjs';

installPackages();
await relaunchWithGraphicsDriver();

const { runnerImport } = await import('vite');
const { module } = await runnerImport('./src/terminal/main.ts', { logLevel: 'warn' });
// Dawn keeps threads of its own, so the process is ended rather than left to end.
process.exit(await module.main(process.argv.slice(2)));
