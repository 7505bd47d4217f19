// `npm run bench`: trains the same models with this lab and with its peers (see docs/performance.md).
import { requireChromium } from './setup/chromium.mjs';
import { relaunchWithGraphicsDriver } from './setup/graphics.mjs';
import { installPackages } from './setup/packages.mjs';

installPackages();
// Chromium brings its own graphics along; Dawn in this process has to find them.
if (process.argv.includes('--node')) await relaunchWithGraphicsDriver();
else process.env.CHROMIUM_PATH = await requireChromium();

const { createServer } = await import('vite');
const server = await createServer({
  appType: 'custom',
  logLevel: 'warn',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
const { main } = await server.ssrLoadModule('./bench/run.ts');
process.exit(await main(process.argv.slice(2)));
