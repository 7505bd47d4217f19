import { describe, expect, it } from 'vitest';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { wrongOf } from '../../check-random-graph';

describe('random graphs on wasm', () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`number ${seed}`, async () => {
      expect(await wrongOf(createWasmDevice(), seed)).toEqual([]);
    });
  }
});
