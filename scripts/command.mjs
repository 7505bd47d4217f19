// Runs a terminal command of the lab: `node scripts/command.mjs trial --seconds 10`.
// It installs what is missing, finds a software GPU where there is no real one, and then loads the
// command's TypeScript through Vite, so that the terminal and the page run the very same modules.
import { relaunchWithGraphicsDriver } from './setup/graphics.mjs';
import { installPackages } from './setup/packages.mjs';

installPackages();
await relaunchWithGraphicsDriver();

// A server that listens to nobody: it reads vite.config.ts, and loads modules for as long as the command runs.
const { createServer } = await import('vite');
const server = await createServer({
  appType: 'custom',
  logLevel: 'warn',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
const module = await server.ssrLoadModule('./src/terminal/main.ts');
// Dawn keeps threads of its own, so the process is ended rather than left to end.
process.exit(await module.main(process.argv.slice(2)));
