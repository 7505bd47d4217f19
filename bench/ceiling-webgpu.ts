import type { DeviceInfo } from '../src/kernels/devices/device';
import { requestGpu } from '../src/kernels/devices/webgpu/adapter';
import { createWebGpuDevice } from '../src/kernels/devices/webgpu/device';
import { createProductMeasure, type LabPrecision, type Measure } from './ceiling-product';
import { ceilingShapes, flopsOfProduct, type ProductShape } from './shapes';

/**
 * Sides of the square product: on a GPU in software, and on a real one. Float16 may be ten times as fast there,
 * and its sides are rounded first: of a larger product both are a small part.
 */
const SIDES = { software: { f32: 512, f16: 512 }, hardware: { f32: 2048, f16: 4096 } };
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
 * Makes a way to measure the best rate of a matrix product in WGSL, in FLOP/s: of a plain kernel and of the
 * device's own, so that a better kernel raises its own ceiling. In float16 the plain one reads numbers of that
 * type where the device has it; the device's own begins with float32 and rounds, as it does in a training step.
 */
export function createMeasure(gpu?: GPU): Measure {
  const found = requestGpu(gpu);
  const own = requestGpu(gpu).then((own) =>
    createProductMeasure(createWebGpuDevice(own), sidesOf(own.info)),
  );
  const products = new Map<string, Product>();
  return async (model, precision) => {
    const { device, info } = await found;
    let best = await (await own)(model, precision);
    if (precision === 'f16' && !device.features.has('shader-f16')) return best;
    for (const shape of ceilingShapes(model, sidesOf(info)[precision])) {
      if (shape.m % TILE || shape.n % TILE || shape.k % 4) continue;
      const key = JSON.stringify([shape, precision]);
      const product = products.get(key) ?? createProduct(device, shape, precision);
      products.set(key, product);
      best = Math.max(best, await rateOf(device, product));
    }
    return best;
  };
}

const sidesOf = ({ software }: DeviceInfo) => (software ? SIDES.software : SIDES.hardware);

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

function createProduct(device: GPUDevice, shape: ProductShape, precision: LabPrecision): Product {
  const { m, k, n } = shape;
  const matrix = (words: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) => {
    const buffer = device.createBuffer({
      size: words.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(buffer, 0, words);
    return buffer;
  };
  const side = (size: number, number: keyof typeof FLOAT16_BITS) =>
    matrix(
      precision === 'f16'
        ? new Uint16Array(size).fill(FLOAT16_BITS[number])
        : new Float32Array(size).fill(number),
    );
  const module = device.createShaderModule({ code: productWgsl(shape, precision) });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
  const buffers = [side(m * k, 0.5), side(k * n, 0.25), matrix(new Float32Array(m * n))];
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return { shape, pipeline, group };
}

/** Two numbers as float16 has them. */
const FLOAT16_BITS = { 0.5: 0x3800, 0.25: 0x3400 };

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * C = A B with everything in registers and all loops over the tile unrolled. No shared memory: a GPU in
 * software is faster without, and the caches of a real one do most of what it would. C is float32 in either
 * precision, and so are its sums.
 */
export function productWgsl({ k, n }: ProductShape, precision: LabPrecision): string {
  const vector = precision === 'f16' ? 'vec4h' : 'vec4f';
  const rows = EIGHT.flatMap((i) => [`var c${i}l = vec4f();`, `var c${i}r = vec4f();`]);
  const steps = ['x', 'y', 'z', 'w'].flatMap((lane, step) => [
    `{ let at = (p * 4 + ${step}) * ${n / 4} + column;`,
    'let l = vec4f(b[at]); let r = vec4f(b[at + 1]);',
    ...EIGHT.map(
      (i) =>
        `c${i}l = fma(vec4f(a${i}.${lane}), l, c${i}l); c${i}r = fma(vec4f(a${i}.${lane}), r, c${i}r);`,
    ),
    '}',
  ]);
  return `${precision === 'f16' ? 'enable f16;' : ''}
@group(0) @binding(0) var<storage, read> a: array<${vector}>;
@group(0) @binding(1) var<storage, read> b: array<${vector}>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * 8;
  let column = id.x * 2;
  ${rows.join('\n  ')}
  for (var p = 0u; p < ${k / 4}; p++) {
    ${EIGHT.map((i) => `let a${i} = vec4f(a[(row + ${i}) * ${k / 4} + p]);`).join('\n    ')}
    ${steps.join('\n    ')}
  }
  ${EIGHT.map((i) => `c[(row + ${i}) * ${n / 4} + column] = c${i}l; c[(row + ${i}) * ${n / 4} + column + 1] = c${i}r;`).join('\n  ')}
}`;
}
