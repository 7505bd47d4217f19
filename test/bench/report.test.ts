import { describe, expect, it } from 'vitest';
import { chartOf } from '../../bench/chart';
import { ratioOf, ratioToNative, shareOfNative } from '../../bench/ratios';
import { digits, reportOf } from '../../bench/report';
import { measured, resultOf } from './results';

const lab = measured('lab-webgpu', 100);
const slow = measured('tfjs-webgpu', 900);
const best = measured('jax-webgpu-jit', 250);
const wasm = measured('jax-wasm-jit', 20);

describe('ratioOf', () => {
  it('compares with the fastest peer of the same backend, by the clock and by processor time', () => {
    const result = resultOf(lab, slow, best, wasm);
    expect(ratioOf(lab, result)).toEqual({ time: 2.5, cpu: 2.5, peer: 'jax-webgpu-jit' });
    expect(ratioOf(slow, result)?.time).toBeCloseTo(250 / 900);
  });

  it('compares with peers that have as many threads', () => {
    const result = resultOf(measured('lab-wasm-1', 10), wasm, measured('jax-wasm-jit-1', 35));
    expect(ratioOf(result.measured[0]!, result)).toMatchObject({
      time: 3.5,
      peer: 'jax-wasm-jit-1',
    });
    expect(ratioOf(measured('lab-wasm', 5), result)).toMatchObject({
      time: 4,
      peer: 'jax-wasm-jit',
    });
  });

  it('gives none where the contender computes something else', () => {
    const wrong = measured('lab-webgpu', 1, [4, 3.5, 3]);
    const result = resultOf(wrong, slow, best);
    expect(ratioOf(wrong, result)).toBeNull();
    expect(ratioOf(best, result)).not.toBeNull();
  });

  it('does not compare with a peer that computes something else', () => {
    const wrong = measured('jax-webgpu-jit', 250, [4, 3.5, 3]);
    expect(ratioOf(lab, resultOf(lab, slow, wrong))).toMatchObject({
      time: 9,
      peer: 'tfjs-webgpu',
    });
    expect(ratioOf(lab, resultOf(lab, wasm))).toBeNull();
  });
});

describe('ratioToNative', () => {
  it('compares with PyTorch, which is no peer of theirs', () => {
    const torch = measured('torch-eager', 50);
    const result = resultOf(lab, best, torch);
    expect(ratioToNative(lab, result)).toEqual({ time: 0.5, cpu: 0.5, peer: 'torch-eager' });
    expect(ratioOf(lab, result)?.peer).toBe('jax-webgpu-jit');
    expect(ratioOf(torch, result)).toBeNull();
    expect(reportOf(result)).toMatch(/Loopy Lab, webgpu .*2\.50x +2\.50x +0\.50x/);
  });
});

describe('mixed precision', () => {
  const f16 = measured('node-webgpu-f16', 40, [4, 3.001, 2]);
  const torch = measured('torch-eager', 50);
  const bf16 = measured('torch-eager-bf16', 10, [4, 3.002, 2]);
  const exact = measured('node-webgpu', 100);

  it('is compared with mixed precision, and float32 with float32', () => {
    const result = resultOf(exact, f16, torch, bf16);
    expect(ratioToNative(exact, result)).toMatchObject({ time: 0.5, peer: 'torch-eager' });
    expect(ratioToNative(f16, result)).toMatchObject({ time: 0.25, peer: 'torch-eager-bf16' });
    expect(ratioToNative(f16, resultOf(exact, f16, torch))).toBeNull();
    expect(ratioToNative(exact, resultOf(exact, f16, bf16))).toBeNull();
    expect(ratioOf(f16, resultOf(f16, best, slow))).toBeNull();
  });

  it('is held against a product of its own', () => {
    const rate = (of: typeof torch, flops: number) => ({
      ...of,
      ceiling: { median: flops, min: flops, max: flops },
    });
    // Steps of 5 GFLOP: 50 GFLOP/s in float32, 125 in mixed precision.
    const result = resultOf(exact, f16, rate(torch, 200e9), rate(bf16, 1000e9));
    expect(shareOfNative(exact, result)).toBeCloseTo(0.25);
    expect(shareOfNative(f16, result)).toBeCloseTo(0.125);
    expect(shareOfNative(f16, resultOf(exact, f16, rate(torch, 200e9)))).toBeUndefined();
    const text = reportOf(result);
    expect(text).toContain('product of float32 beside Loopy Lab, Dawn in Node: 100 GFLOP/s');
    expect(text).toContain('product of float16 beside Loopy Lab, Dawn in Node, mixed f16: 100 ');
    expect(text).toContain('product of bfloat16 beside PyTorch, eager, mixed bf16: 1,000 GFLOP/s');
    expect(text).toMatch(/Dawn in Node, mixed f16 .* 50% +13% +0\.25x/);
  });

  it('has bounds of its own, which the report states', () => {
    const text = reportOf(resultOf(exact, f16, torch, bf16));
    expect(text).toMatch(/float32 0\.0e\+0 of the loss, under the bound of 1e-3/);
    expect(text).toMatch(/float16 3\.3e-4 of the loss, under the bound of /);
    expect(text).toMatch(/bfloat16 6\.7e-4 of the loss, under the bound of /);
    const wrong = reportOf(resultOf(exact, torch, measured('node-webgpu-f16', 40, [4, 3.5, 2])));
    expect(wrong).toMatch(/float32 .* under the bound of 1e-3; float16 .* OVER the bound/);
    expect(wrong).toContain('no ratio for or against: node-webgpu-f16');
  });
});

describe('reportOf', () => {
  it('says what was measured, what was not and why', () => {
    const text = reportOf(resultOf(lab, slow, best, wasm));
    expect(text).toMatch(/Loopy Lab, webgpu \[a device\] +100 +90\.0 - 120 .*50% +2\.50x +2\.50x/);
    expect(text).toContain('TensorFlow.js, wasm: not measured. no wasm <here> & now');
    expect(text).toMatch(/losses of the first 3 steps, .*: float32 .* under the bound of 1e-3$/m);
    expect(text).toContain(
      'a matrix product of float32 beside Loopy Lab, webgpu: 100 GFLOP/s (90.0 - 120)',
    );
  });

  it('prints no ratio where losses differ, and says so', () => {
    const text = reportOf(resultOf(measured('lab-webgpu', 1, [4, 3.5, 3]), slow, best));
    const row = text.split('\n').find((line) => line.startsWith('Loopy Lab, webgpu'))!;
    expect(row).toContain('DIFFERS');
    expect(row).not.toContain('x ');
    expect(text).toContain('OVER the bound');
    expect(text).toContain('no ratio for or against: lab-webgpu');
  });
});

describe('digits', () => {
  it.each([
    [0, '0'],
    [12345.6, '12,346'],
    [123.456, '123'],
    [1.23456, '1.23'],
    [0.0123456, '0.0123'],
  ])('writes %d as %s', (value, text) => expect(digits(value)).toBe(text));
});

describe('chartOf', () => {
  it('draws a bar for each contender, longer where a step takes longer', () => {
    const svg = chartOf([resultOf(lab, slow, best)], 'on <this> machine');
    const widths = [...svg.matchAll(/width="([\d.]+)" height="18" class="(lab|peer)"/g)];
    expect(widths.map(([, , kind]) => kind)).toEqual(['lab', 'peer', 'peer']);
    const [first, second, third] = widths.map(([, width]) => Number(width));
    expect(first).toBeLessThan(third!);
    expect(third).toBeLessThan(second!);
    expect(svg).toContain('100 ms, 2.5x');
    expect(svg).toContain('on &lt;this&gt; machine');
    expect(svg).toContain('>a device</text>');
    expect(svg).not.toContain('mixed precision');
  });

  it('draws mixed precision in a paler colour, and says so', () => {
    const svg = chartOf([resultOf(lab, measured('lab-webgpu-f16', 50), best)], 'here');
    const kinds = [...svg.matchAll(/height="18" class="([a-z ]+)"/g)].map(([, kind]) => kind);
    expect(kinds).toEqual(['lab', 'lab mixed', 'peer']);
    expect(svg).toContain('pale: mixed precision');
  });
});
