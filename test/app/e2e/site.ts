import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, preview } from 'vite';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** The page as `npm run build` makes it, served from a folder of its own. */
export async function builtSite(): Promise<Site> {
  const outDir = await mkdtemp(join(tmpdir(), 'loopy-site-'));
  // In a process of its own: this one is in test mode, and React would be built for development.
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const build = spawn(
    process.execPath,
    [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'],
    { env, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new Error(`vite build ended with ${code}`);
  const server = await preview({
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1' },
    logLevel: 'error',
  });
  return {
    url: urlOf(server.httpServer.address() as AddressInfo),
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

/** The page as `npm start` serves it, the gallery of its states included. */
export async function servedSite(): Promise<Site> {
  const server = await createServer({
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    logLevel: 'error',
  });
  await server.listen();
  return {
    url: urlOf(server.httpServer!.address() as AddressInfo),
    close: () => server.close(),
  };
}

const urlOf = ({ port }: AddressInfo) => `http://127.0.0.1:${port}`;
