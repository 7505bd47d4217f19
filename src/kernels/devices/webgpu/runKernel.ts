import type { Binding } from '../../plan/binding';
import type { HostData } from '../device';
import { OutOfMemoryError } from '../errors';
import type { Kernel } from './kernel';
import { Pipelines } from './pipelines';

/** A tensor in a trial of kernels: what it holds, or, for a result, how long it is and of which type. */
export type KernelTensor =
  | { readonly data: HostData }
  | { readonly length: number; readonly dtype: 'f32' | 'i32' | 'bool' };

/**
 * Runs kernels one after another on tensors given by node id, and resolves to every tensor that was
 * written. What is written begins as NaN, so that an element that a kernel forgets shows. For trying a
 * kernel on its own: a session does this with no buffer or bind group made inside the loop.
 */
export async function runKernels(
  device: GPUDevice,
  kernels: readonly Kernel[],
  tensors: Readonly<Record<number, KernelTensor>>,
): Promise<Record<number, HostData>> {
  const pipelines = new Pipelines(device);
  const built = await Promise.all(
    kernels.map((kernel) => pipelines.get(kernel.wgsl, countBindings(kernel), kernel.label)),
  );
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const buffers = new Map<Binding | string, GPUBuffer>();
  const bufferOf = (binding: Binding): GPUBuffer => {
    if (typeof binding === 'object' && 'block' in binding) {
      throw new RangeError('a kernel binds several tensors as one, which only a plan can arrange');
    }
    const key = typeof binding === 'number' ? binding : binding.temporary;
    let buffer = buffers.get(key);
    if (!buffer) {
      buffer =
        typeof binding === 'number'
          ? tensorBuffer(device, tensors[binding], binding)
          : poisoned(device, binding.bytes);
      buffers.set(key, buffer);
    }
    return buffer;
  };
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  kernels.forEach((kernel, i) => {
    const { pipeline, layout } = built[i]!;
    const resources = [...kernel.reads, ...kernel.writes].map(bufferOf);
    if (kernel.numbers.length > 0) resources.push(uniformBuffer(device, kernel.numbers));
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout,
        entries: resources.map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
    );
    pass.dispatchWorkgroups(...kernel.workgroups);
  });
  pass.end();

  const written = [...new Set(kernels.flatMap((k) => k.writes))].filter(
    (b) => typeof b === 'number',
  );
  const staged = written.map((id) => {
    const from = bufferOf(id);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const to = device.createBuffer({ size: from.size, usage });
    encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
    return to;
  });
  device.queue.submit([encoder.finish()]);
  const [invalid, full] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  if (full) throw new OutOfMemoryError(full.message);
  if (invalid) throw new Error(invalid.message);

  const results: Record<number, HostData> = {};
  for (const [i, id] of written.entries()) {
    const staging = staged[i]!;
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = staging.getMappedRange().slice(0);
    const tensor = tensors[id]!;
    const isFloat =
      'data' in tensor ? !(tensor.data instanceof Int32Array) : tensor.dtype === 'f32';
    results[id] = isFloat ? new Float32Array(bytes) : new Int32Array(bytes);
    staging.destroy();
  }
  for (const buffer of buffers.values()) buffer.destroy();
  return results;
}

function countBindings(kernel: Kernel) {
  const { reads, writes, numbers } = kernel;
  return { reads: reads.length, writes: writes.length, numbers: numbers.length > 0 };
}

function tensorBuffer(device: GPUDevice, tensor: KernelTensor | undefined, id: number): GPUBuffer {
  if (!tensor) throw new RangeError(`a kernel binds tensor ${id}, which was not given`);
  if (!('data' in tensor)) return poisoned(device, tensor.length * 4);
  const data = tensor.data instanceof Float64Array ? Float32Array.from(tensor.data) : tensor.data;
  const buffer = poisoned(device, data.byteLength);
  device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
  return buffer;
}

/** Storage filled with NaN. */
function poisoned(device: GPUDevice, bytes: number): GPUBuffer {
  const buffer = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    mappedAtCreation: true,
  });
  new Float32Array(buffer.getMappedRange()).fill(Number.NaN);
  buffer.unmap();
  return buffer;
}

function uniformBuffer(device: GPUDevice, numbers: readonly number[]): GPUBuffer {
  const padded = new Float32Array(Math.ceil(numbers.length / 4) * 4);
  padded.set(numbers);
  const buffer = device.createBuffer({
    size: padded.byteLength,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, padded);
  return buffer;
}
