// `npm start`: installs what is missing, serves the lab and prints its URL. `--port N`, `--host`.
import { parseArgs } from 'node:util';
import { installPackages } from './setup/packages.mjs';

installPackages();

const { values } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'boolean', default: false } },
});
const { createServer } = await import('vite');
const server = await createServer({
  server: {
    ...(values.port ? { port: Number(values.port) } : {}),
    host: values.host,
  },
});
await server.listen();
console.log('\n  Loopy Lab is open at:\n');
server.printUrls();
console.log('\n  Ctrl+C ends it.\n');
