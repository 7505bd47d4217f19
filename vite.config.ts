import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { assembly } from './scripts/assembly.ts';
import { bundles } from './scripts/bundles.ts';
import { declarations } from './scripts/declarations.ts';

export default defineConfig({
  plugins: [react(), declarations(), bundles(), assembly()],
  worker: { format: 'es', plugins: () => [declarations(), bundles(), assembly()] },
  build: { target: 'es2023', chunkSizeWarningLimit: 4000 },
  server: { port: 5173 },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 30_000,
    // Two cores and one software GPU: more workers only make every timing worse.
    maxWorkers: 2,
  },
});
