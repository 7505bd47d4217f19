import { requestGpu } from '../src/kernels/devices/webgpu/adapter';
import { createWebGpuDevice } from '../src/kernels/devices/webgpu/device';
import { createProductMeasure } from './ceiling-product';
import type { BenchModel } from './models';
import { ceilingShapes, flopsOfProduct, type ProductShape } from './shapes';

/** Sides of the square product: on a GPU in software, and on a real one. */
const SIDE = { software: 512, hardware: 2048 };
/** Products of one shape go on for about this long. */
const SECONDS = 0.3;

/** Each thread computes an 8 x 8 tile in registers, a workgroup of 8 x 8 threads 64 x 64 of the result. */
const TILE = 64;

interface Product {
  readonly shape: ProductShape;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/**
 * Makes a way to measure the best rate of an f32 matrix product in WGSL, in FLOP/s: of a plain kernel and of
 * the device's own, so that a better kernel raises its own ceiling.
 */
export function createMeasure(gpu?: GPU): (model: BenchModel) => Promise<number> {
  const found = requestGpu(gpu);
  const own = requestGpu(gpu).then((own) =>
    createProductMeasure(
      createWebGpuDevice(own),
      own.info.software ? SIDE.software : SIDE.hardware,
    ),
  );
  const products = new Map<string, Product>();
  return async (model) => {
    const { device, info } = await found;
    let best = 0;
    for (const shape of ceilingShapes(model, info.software ? SIDE.software : SIDE.hardware)) {
      if (shape.m % TILE || shape.n % TILE || shape.k % 4) continue;
      const key = JSON.stringify(shape);
      const product = products.get(key) ?? createProduct(device, shape);
      products.set(key, product);
      best = Math.max(best, await rateOf(device, product));
    }
    return Math.max(best, await (await own)(model));
  };
}

async function rateOf(device: GPUDevice, { shape, pipeline, group }: Product): Promise<number> {
  const seconds = async (launches: number) => {
    const startedAt = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let i = 0; i < launches; i++) pass.dispatchWorkgroups(shape.n / TILE, shape.m / TILE);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - startedAt) / 1000;
  };
  await seconds(1);
  const rough = await seconds(1);
  const launches = Math.max(1, Math.min(200, Math.round(SECONDS / rough)));
  return (launches * flopsOfProduct(shape)) / (await seconds(launches));
}

function createProduct(device: GPUDevice, shape: ProductShape): Product {
  const { m, k, n } = shape;
  const matrix = (size: number, value: number) => {
    const buffer = device.createBuffer({
      size: 4 * size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(buffer, 0, new Float32Array(size).fill(value));
    return buffer;
  };
  const module = device.createShaderModule({ code: productWgsl(shape) });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
  const buffers = [matrix(m * k, 0.5), matrix(k * n, 0.25), matrix(m * n, 0)];
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return { shape, pipeline, group };
}

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * C = A B with everything in registers and all loops over the tile unrolled. No shared memory: a GPU in
 * software is faster without, and the caches of a real one do most of what it would.
 */
export function productWgsl({ k, n }: ProductShape): string {
  const rows = EIGHT.flatMap((i) => [`var c${i}l = vec4f();`, `var c${i}r = vec4f();`]);
  const steps = ['x', 'y', 'z', 'w'].flatMap((lane, step) => [
    `{ let at = (p * 4 + ${step}) * ${n / 4} + column;`,
    'let l = b[at]; let r = b[at + 1];',
    ...EIGHT.map(
      (i) =>
        `c${i}l = fma(vec4f(a${i}.${lane}), l, c${i}l); c${i}r = fma(vec4f(a${i}.${lane}), r, c${i}r);`,
    ),
    '}',
  ]);
  return `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * 8;
  let column = id.x * 2;
  ${rows.join('\n  ')}
  for (var p = 0u; p < ${k / 4}; p++) {
    ${EIGHT.map((i) => `let a${i} = a[(row + ${i}) * ${k / 4} + p];`).join('\n    ')}
    ${steps.join('\n    ')}
  }
  ${EIGHT.map((i) => `c[(row + ${i}) * ${n / 4} + column] = c${i}l; c[(row + ${i}) * ${n / 4} + column + 1] = c${i}r;`).join('\n  ')}
}`;
}
