/** What a page has asked of WebGPU and WebAssembly so far, whichever library asked. */
export interface Counts {
  launches: number;
  submits: number;
  bindGroups: number;
  buffers: number;
  pipelines: number;
}

export const counts: Counts = { launches: 0, submits: 0, bindGroups: 0, buffers: 0, pipelines: 0 };

const liveBuffers = new Map<GPUBuffer, number>();
let liveBytes = 0;
let peakLiveBytes = 0;
const memories = new Set<WebAssembly.Memory>();

/**
 * Memory in which a backend computes, at most. On WebGPU, bytes of buffers that were made and not destroyed;
 * a buffer that a library leaves to the garbage collector counts for good, for nobody can see it go. In
 * WebAssembly, bytes of all memories of the page, which only grow: there, that of the lab's sandbox too.
 */
export function peakBytes(backend: 'webgpu' | 'wasm'): number {
  if (backend === 'webgpu') return peakLiveBytes;
  let bytes = 0;
  for (const { buffer } of memories) bytes += buffer.byteLength;
  return bytes;
}

/** Puts counters in front of the browser's own functions. To be called before any library loads. */
export function installCounters(): void {
  if (typeof GPUDevice !== 'undefined') {
    count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'launches');
    count(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', 'launches');
    count(GPUQueue.prototype, 'submit', 'submits');
    count(GPUDevice.prototype, 'createBindGroup', 'bindGroups');
    count(GPUDevice.prototype, 'createBuffer', 'buffers');
    count(GPUDevice.prototype, 'createComputePipeline', 'pipelines');
    count(GPUDevice.prototype, 'createComputePipelineAsync', 'pipelines');
    followBuffers();
  }
  followMemories();
}

function count<T extends object>(prototype: T, name: keyof T & string, counter: keyof Counts) {
  const original = prototype[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(prototype, name, {
    configurable: true,
    writable: true,
    value(this: T, ...args: unknown[]) {
      counts[counter]++;
      return original.apply(this, args);
    },
  });
}

function followBuffers(): void {
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    liveBuffers.set(buffer, descriptor.size);
    liveBytes += descriptor.size;
    peakLiveBytes = Math.max(peakLiveBytes, liveBytes);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    liveBytes -= liveBuffers.get(this) ?? 0;
    liveBuffers.delete(this);
    return destroy.call(this);
  };
}

/** Memories are made here or by a module, which then exports them. */
function followMemories(): void {
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, args) {
      const memory = Reflect.construct(target, args) as WebAssembly.Memory;
      memories.add(memory);
      return memory;
    },
  });
  const note = ({ exports }: WebAssembly.Instance) => {
    for (const value of Object.values(exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
    }
  };
  for (const name of ['instantiate', 'instantiateStreaming'] as const) {
    const original = WebAssembly[name] as (...args: unknown[]) => Promise<unknown>;
    Object.defineProperty(WebAssembly, name, {
      configurable: true,
      writable: true,
      async value(...args: unknown[]) {
        const made = (await original.apply(WebAssembly, args)) as
          | WebAssembly.Instance
          | WebAssembly.WebAssemblyInstantiatedSource;
        note('instance' in made ? made.instance : made);
        return made;
      },
    });
  }
}
