import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasGpuDriver } from '../../../scripts/setup/graphics.mjs';

describe('whether there is a GPU with a driver', () => {
  let root: string;
  const drivers = () => [join(root, 'none'), join(root, 'icd.d')];
  const devices = () => [join(root, 'dri'), join(root, 'dev')];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'graphics-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function has(...paths: string[]) {
    for (const path of paths) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), '');
    }
  }

  test('not on a machine with the drivers of every maker and no device', () => {
    has('icd.d/intel_icd.json', 'icd.d/radeon_icd.json', 'icd.d/lvp_icd.json', 'dev/null');
    expect(hasGpuDriver(drivers(), devices())).toBe(false);
  });

  test('not with a screen alone, on which no program may compute', () => {
    has('icd.d/intel_icd.json', 'dri/card0');
    expect(hasGpuDriver(drivers(), devices())).toBe(false);
  });

  test('not with a device and only a driver in software', () => {
    has('icd.d/lvp_icd.json', 'dri/renderD128');
    expect(hasGpuDriver(drivers(), devices())).toBe(false);
  });

  test.each([
    ['icd.d/radeon_icd.x86_64.json', 'dri/renderD128'],
    ['icd.d/nvidia_icd.json', 'dev/nvidia0'],
    ['icd.d/dzn_icd.json', 'dev/dxg'],
  ])('with %s and %s', (driver, device) => {
    has(driver, device);
    expect(hasGpuDriver(drivers(), devices())).toBe(true);
  });
});
