import { describe, expect, it } from 'vitest';
import { MAX_WORKGROUPS, specialize, spread } from '../../../../src/kernels/devices/webgpu/kernel';

describe('specialize', () => {
  it('writes sizes, flags and lists before the text', () => {
    expect(specialize('fn main() {}', { K: 64, CAUSAL: true, AXES: [3, 5] })).toBe(
      'const K = 64u;\nconst CAUSAL = true;\nconst AXES = array<u32, 2>(3u, 5u);\n\nfn main() {}',
    );
  });

  it('joins the texts of one module in order', () => {
    expect(specialize(['fn a() {}', 'fn b() {}'], { N: 0 })).toBe(
      'const N = 0u;\n\nfn a() {}\n\nfn b() {}',
    );
  });

  it('refuses what no u32 can hold, by name', () => {
    for (const size of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => specialize('', { SPAN: size })).toThrow(/SPAN/);
      expect(() => specialize('', { AXES: [1, size] })).toThrow(/AXES/);
    }
  });
});

describe('spread', () => {
  it('covers every workgroup with axes that any adapter allows', () => {
    for (const count of [1, MAX_WORKGROUPS, MAX_WORKGROUPS + 1, 1_000_000]) {
      const [x, y, z] = spread(count);
      expect(Math.max(x, y, z)).toBeLessThanOrEqual(MAX_WORKGROUPS);
      expect(x * y * z).toBeGreaterThanOrEqual(count);
    }
  });
});
