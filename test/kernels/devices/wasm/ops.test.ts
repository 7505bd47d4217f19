import { setFlagsFromString } from 'node:v8';
import { describe } from 'vitest';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { engineHas } from '../../../../src/kernels/devices/wasm/engine';
import { checkOpsOn } from '../../check-device';

// Node 20 has relaxed SIMD behind a flag, which an engine heeds whenever it compiles.
if (!engineHas('relaxed')) setFlagsFromString('--experimental-wasm-relaxed-simd');

// Sessions begin with NaN in all memory that a run has to write.
for (const [simd, threads] of [
  ['simd', 1],
  ['relaxed', 1],
  ['simd', 3],
  ['relaxed', 3],
] as const) {
  describe.skipIf(!engineHas(simd))(`every op on wasm (${simd}, threads: ${threads})`, () => {
    checkOpsOn(async () => createWasmDevice({ simd, threads, splitFrom: 0 }));
  });
}
