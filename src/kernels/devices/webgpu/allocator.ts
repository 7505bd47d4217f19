import { OutOfMemoryError } from '../errors';

/** Offsets at which a piece of a buffer may be bound, on every adapter. */
const ALIGNMENT = 256;

export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** All buffers of one session. Throws OutOfMemoryError, before asking the driver, for what cannot be had. */
export class Allocator {
  readonly #device: GPUDevice;
  readonly #limit: number;
  readonly #buffers: GPUBuffer[] = [];
  bytes = 0;

  /** `limit`: bytes that the session may hold in all. */
  constructor(device: GPUDevice, limit: number) {
    this.#device = device;
    this.#limit = limit;
  }

  get count(): number {
    return this.#buffers.length;
  }

  /** Memory for tensors. Begins as zeros. */
  storage(label: string, bytes: number): GPUBuffer {
    const { maxStorageBufferBindingSize } = this.#device.limits;
    if (bytes > maxStorageBufferBindingSize) {
      throw new OutOfMemoryError(
        `${label} needs ${mebibytes(bytes)} in one piece, and this GPU allows ${mebibytes(maxStorageBufferBindingSize)}`,
      );
    }
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    return this.#create(label, bytes, STORAGE | COPY_SRC | COPY_DST);
  }

  uniform(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  }

  /** Memory from which the host reads. */
  staging(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.length = 0;
  }

  #create(label: string, bytes: number, usage: number): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    this.bytes += size;
    if (this.bytes > this.#limit || size > this.#device.limits.maxBufferSize) {
      throw new OutOfMemoryError(
        `this program needs more than ${mebibytes(this.bytes)} on the GPU, and may have ${mebibytes(this.#limit)}`,
      );
    }
    const buffer = this.#device.createBuffer({ label, size, usage });
    this.#buffers.push(buffer);
    return buffer;
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 27 ? 1 : 0)} MiB`;
}
