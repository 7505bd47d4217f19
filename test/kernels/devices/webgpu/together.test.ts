import { describe, expect, it, vi } from 'vitest';
import { hasQuads } from '../../../../src/kernels/devices/webgpu/adapter';
import type { Kernel } from '../../../../src/kernels/devices/webgpu/kernel';
import { parseModule, renameAll } from '../../../../src/kernels/devices/webgpu/module';
import { type KernelTensor, runKernels } from '../../../../src/kernels/devices/webgpu/runKernel';
import { canRunTogether, runTogether } from '../../../../src/kernels/devices/webgpu/together';
import type { HostTensor } from '../../../../src/kernels/ops/op';
import { normalAt } from '../../../../src/kernels/random/threefry';
import { describeOnGpu } from './gpu';
import { type LoweredOp, lower } from './lowered';

// A software adapter compiles a shader of many barriers for seconds when the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const same = (binding: unknown) => binding;

/** A kernel with a few names that a careless renaming would hurt. */
const CAREFUL = `
const THREADS = 8u; // x is not a name here
struct Place { x: u32, at: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32, THREADS>;
@group(0) @binding(1) var<storage, read_write> y: array<f32, THREADS>;
@group(0) @binding(2) var<uniform> numbers: array<vec4f, 1>;
fn at(i: u32) -> f32 {
  var place: Place;
  place.x = i;
  place.at = numbers[0].x;
  return x[place.x] * place.at;
}
@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) i: u32) {
  y[i] = at(i);
}`;

function careful(read: number, write: number, scale: number): Kernel {
  const common = { label: 'careful', numbers: [scale], workgroups: [1, 1, 1] as const };
  return { ...common, wgsl: CAREFUL, reads: [read], writes: [write] };
}

describe('a module taken apart', () => {
  it('has names, bindings, a size and built-in values', () => {
    const module = parseModule(CAREFUL)!;
    expect([...module.names].sort()).toEqual(
      ['Place', 'THREADS', 'at', 'main', 'numbers', 'x', 'y'].sort(),
    );
    expect(module.bindings.map(({ name, space }) => `${name}: ${space}`)).toEqual([
      'x: storage, read',
      'y: storage, read_write',
      'numbers: uniform',
    ]);
    expect(module.size).toEqual([8, 1, 1]);
    expect(module.builtins).toEqual(['local_invocation_index']);
    expect(module.hasBarriers).toBe(false);
  });

  it('renames names, and neither members nor components', () => {
    const renamed = renameAll(
      'struct P { x: T, y: u32 }\nlet a = x.x + y[T(x)].y * 0x1.fp3;',
      (name) => (['P', 'T', 'x', 'y'].includes(name) ? `p_${name}` : name),
    );
    expect(renamed).toBe(
      'struct p_P { x: p_T, y: u32 }\nlet a = p_x.x + p_y[p_T(p_x)].y * 0x1.fp3;',
    );
  });

  it.each([
    ['an extension', `enable f16;\n${CAREFUL}`],
    ['a constant of the pipeline', `override A: u32 = 1;\n${CAREFUL}`],
    ['two entry points', `${CAREFUL}\n@compute @workgroup_size(1) fn main() {}`],
    ['another built-in value', CAREFUL.replace('local_invocation_index', 'subgroup_size')],
    [
      'a size that is computed',
      CAREFUL.replace('workgroup_size(THREADS)', 'workgroup_size(THREADS * 2u)'),
    ],
  ])('is left alone with %s', (_, wgsl) => {
    expect(parseModule(wgsl)).toBeNull();
  });
});

describe('kernels of one launch', () => {
  it('bind a tensor that both read once, and have their numbers one after the other', () => {
    const both = [careful(0, 1, 2), careful(0, 2, 3)];
    expect(canRunTogether(both, 3, same)).toBe(true);
    expect(canRunTogether(both, 2, same)).toBe(false);
    const kernel = runTogether(both, same);
    expect(kernel.reads).toEqual([0]);
    expect(kernel.writes).toEqual([1, 2]);
    expect(kernel.numbers).toEqual([2, 0, 0, 0, 3, 0, 0, 0]);
    expect(kernel.workgroups).toEqual([2, 1, 1]);
    expect(kernel.label).toBe('2 x careful');
  });

  it('bind a tensor once for each type that they have for it', () => {
    const fours = (write: number): Kernel => ({
      ...careful(0, write, 2),
      wgsl: CAREFUL.replace('x: array<f32, THREADS>', 'x: array<vec4f, THREADS / 4u>').replace(
        'x[place.x]',
        'x[place.x / 4u][place.x % 4u]',
      ),
    });
    const all = [careful(0, 1, 1), fours(2), fours(3)];
    expect(canRunTogether(all, 4, same)).toBe(false);
    expect(canRunTogether(all, 5, same)).toBe(true);
    const { reads, wgsl } = runTogether(all, same);
    expect(reads).toEqual([0, 0]);
    expect(wgsl.match(/var<storage, read> [^;]+;/g)).toEqual([
      'var<storage, read> p0_x: array<f32, p0_THREADS>;',
      'var<storage, read> p1_x: array<vec4f, p1_THREADS / 4u>;',
    ]);
  });

  it('do not wait for each other in workgroups of different sizes', () => {
    const waiting = (threads: number): Kernel => ({
      ...careful(0, threads, 1),
      workgroupBytes: 0,
      wgsl: CAREFUL.replace('8u', `${threads}u`).replace(
        'y[i] = at(i);',
        '$&\n  workgroupBarrier();',
      ),
    });
    expect(canRunTogether([waiting(8), waiting(8)], 8, same)).toBe(true);
    expect(canRunTogether([waiting(8), waiting(16)], 8, same)).toBe(false);
    expect(canRunTogether([waiting(8), careful(0, 1, 1)], 8, same)).toBe(true);
  });

  it('share workgroup memory, and do not need more than there is', () => {
    const greedy = (write: number, workgroupBytes?: number, name = 'own'): Kernel => ({
      ...careful(0, write, 1),
      wgsl: `var<workgroup> ${name}: array<f32, THREADS>;\n${CAREFUL}`.replace(
        'y[i] = at(i);',
        '$&\n  workgroupBarrier();',
      ),
      ...(workgroupBytes === undefined ? {} : { workgroupBytes }),
    });
    expect(canRunTogether([greedy(1, 8192), greedy(2, 8192, 'other')], 8, same)).toBe(true);
    expect(canRunTogether([greedy(1, 8192), greedy(2, 8193)], 8, same)).toBe(false);
    expect(canRunTogether([greedy(1, 8193), greedy(2, 8193, 'other')], 8, same)).toBe(false);
    // What has the same arrays can use the same memory.
    expect(canRunTogether([greedy(1, 8193), greedy(2, 8193)], 8, same)).toBe(true);
    const { wgsl } = runTogether([greedy(1, 32), greedy(2, 32), greedy(3, 32, 'other')], same);
    expect(wgsl.match(/var<workgroup>[^;]+;/g)).toEqual([
      'var<workgroup> p0_own: array<f32, max(p0_THREADS, p1_THREADS)>;',
      'var<workgroup> p2_other: array<f32, p2_THREADS>;',
    ]);
    expect(canRunTogether([greedy(1), greedy(2, 0)], 8, same)).toBe(false);
  });
});

await describeOnGpu('kernels of one launch', (gpu) => {
  const tensor = (seed: number, ...shape: number[]): HostTensor => {
    const size = shape.reduce((a, n) => a * n, 1);
    const data = Float32Array.from({ length: size }, (_, i) => normalAt(seed, 0, i));
    return { shape, dtype: 'f32', data };
  };
  const product = (transposeA: boolean, transposeB: boolean): LoweredOp => ({
    op: 'matmul',
    reads: 2,
    attrs: { transposeA, transposeB },
  });

  it.each([
    ['software', true],
    ['a GPU', false],
  ])('write what each would have written, planned as for %s', async (_, software) => {
    const inputs = [tensor(1, 48, 48), tensor(2, 48, 48)];
    // Those as for a GPU compile for long in software: there they are fewer.
    const products = [product(true, false), product(false, false), product(false, true)];
    const others: LoweredOp[] = [
      { op: 'rmsNorm', reads: 1, attrs: { eps: 1e-5 } },
      { op: 'sum', reads: 1, attrs: { axes: [0], keepDims: false } },
      { op: 'softmax', reads: 1 },
      { op: 'rmsNormGrad', reads: 2, attrs: { eps: 1e-3 } },
    ];
    const { kernels } = lower(
      software ? [...products, ...others] : [...products.slice(0, 2), ...others.slice(0, 2)],
      inputs,
      software,
      software && hasQuads(gpu().device),
    );
    // Products are cut into parts that a second kernel brings together: only what comes first is tried.
    const firsts = kernels.filter(({ reads }) => reads.every((b) => b === 0 || b === 1));
    const asTensors: Kernel[] = firsts.map((kernel, n) => ({ ...kernel, writes: [100 + n] }));
    const room = 48 * 48 * 64;
    const tensors: Record<number, KernelTensor> = {};
    inputs.forEach(({ data }, n) => {
      tensors[n] = { data: data as Float32Array };
    });
    asTensors.forEach((_, n) => {
      tensors[100 + n] = { length: room, dtype: 'f32' };
    });
    const apart = await runKernels(gpu().device, asTensors, tensors);
    let launches = 0;
    for (let begin = 0; begin < asTensors.length; launches++) {
      let end = begin + 1;
      while (end < asTensors.length && canRunTogether(asTensors.slice(begin, end + 1), 8, same)) {
        end++;
      }
      const together = runTogether(asTensors.slice(begin, end), same);
      const written = await runKernels(gpu().device, [together], tensors);
      for (const [id, data] of Object.entries(written)) expect(data).toEqual(apart[Number(id)]);
      begin = end;
    }
    expect(launches).toBeLessThan(asTensors.length / 2 + 1);
  });

  it('may have workgroups of any sizes', async () => {
    const of = (threads: number, id: number): Kernel => ({
      ...careful(0, id, id),
      wgsl: CAREFUL.replace('8u', '96u')
        .replace('workgroup_size(THREADS)', `workgroup_size(${threads}u)`)
        .replace('main(', 'main(@builtin(workgroup_id) group: vec3u, ')
        .replace(
          'y[i] = at(i);',
          `let n = group.x * ${threads}u + i;\n  if (n < 96u) { y[n] = at(n); }`,
        ),
      workgroups: [Math.ceil(96 / threads), 1, 1],
    });
    const kernels = [of(64, 1), of(16, 2), of(24, 3)];
    const data = Float32Array.from({ length: 96 }, (_, i) => i);
    const room: KernelTensor = { length: 96, dtype: 'f32' };
    const tensors = { 0: { data }, 1: room, 2: room, 3: room };
    const written = await runKernels(gpu().device, [runTogether(kernels, same)], tensors);
    for (const id of [1, 2, 3]) expect(written[id]).toEqual(data.map((x) => x * id));
  });
});
