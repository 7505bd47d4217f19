import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { assembly } from './scripts/assembly.ts';
import { bundles } from './scripts/bundles.ts';
import { declarations } from './scripts/declarations.ts';

/** What a browser asks for before threads may share memory: the wasm device trains on several of them. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  plugins: [react(), declarations(), bundles(), assembly()],
  worker: { format: 'es', plugins: () => [declarations(), bundles(), assembly()] },
  build: { target: 'es2023', chunkSizeWarningLimit: 4000 },
  server: { port: 5173, headers: ISOLATED },
  preview: { headers: ISOLATED },
  // Workers are entries too: a package first met in one would make the page reload in mid-trial.
  optimizeDeps: { entries: ['index.html', 'src/app/workers/*.worker.ts'] },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 30_000,
    // Two cores and one software GPU: more workers only make every timing worse.
    maxWorkers: 2,
  },
});
