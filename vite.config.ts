import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { assembly } from './scripts/assembly.ts';
import { bundles } from './scripts/bundles.ts';
import { contentSecurityPolicy } from './scripts/csp/plugin.ts';
import { declarations } from './scripts/declarations.ts';

/** What a browser asks for before threads may share memory: the wasm device trains on several of them. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** What no page can say of itself: who may show it in a frame, and what it tells other sites of its address. */
const HEADERS = {
  ...ISOLATED,
  'Content-Security-Policy': "frame-ancestors 'self'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

export default defineConfig({
  plugins: [react(), declarations(), bundles(), assembly(), contentSecurityPolicy()],
  worker: { format: 'es', plugins: () => [declarations(), bundles(), assembly()] },
  build: { target: 'es2023', chunkSizeWarningLimit: 4000 },
  server: { port: 5173, headers: HEADERS },
  preview: { headers: HEADERS },
  // Workers are entries too: a package first met in one would make the page reload in mid-trial.
  optimizeDeps: { entries: ['index.html', 'src/app/workers/*.worker.ts'] },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 30_000,
    // Two cores and one software GPU: more workers only make every timing worse.
    maxWorkers: 2,
  },
});
