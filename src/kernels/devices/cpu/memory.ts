import { type Shape, sizeOf, type TensorType } from '../../graph/types';
import type { NumericArray } from '../../ops/op';
import type { HostData } from '../device';
import { OutOfMemoryError } from '../errors';

export type Precision = 'f32' | 'f64';

/** Two gibibytes: more than any model that a CPU trains in good time, and less than a tab may have. */
const DEFAULT_MAX_BYTES = 2 ** 31;

/** All memory of one session. f32 tensors are held in the session's precision, i32 and bool in 32 bits. */
export class Memory {
  /** Bytes allocated so far. */
  bytes = 0;

  /** `maxBytes` is a promise to the rest of the machine: past it, nothing more is allocated. */
  constructor(
    readonly precision: Precision,
    readonly maxBytes = DEFAULT_MAX_BYTES,
  ) {}

  bytesOf({ shape, dtype }: TensorType): number {
    return sizeOf(shape) * (dtype === 'f32' && this.precision === 'f64' ? 8 : 4);
  }

  /** A tensor of zeros in memory of its own. */
  allocate(type: TensorType): NumericArray {
    return this.view(this.#buffer(this.bytesOf(type)), type);
  }

  /** Memory for tensors that come and go: NaN at first, so that reading before writing shows. */
  allocateScratch(bytes: number): ArrayBuffer {
    const buffer = this.#buffer(Math.ceil(bytes / 8) * 8);
    new Float64Array(buffer).fill(Number.NaN);
    return buffer;
  }

  /** The start of a buffer, seen as a tensor. */
  view(buffer: ArrayBuffer, { shape, dtype }: TensorType): NumericArray {
    const size = sizeOf(shape);
    if (dtype !== 'f32') return new Int32Array(buffer, 0, size);
    return this.precision === 'f64'
      ? new Float64Array(buffer, 0, size)
      : new Float32Array(buffer, 0, size);
  }

  #buffer(bytes: number): ArrayBuffer {
    const mebibytes = (n: number) => `${Math.ceil(n / 2 ** 20)} MiB`;
    if (this.bytes + bytes > this.maxBytes) {
      throw new OutOfMemoryError(
        `this workload needs more than the ${mebibytes(this.maxBytes)} that the cpu device may use: a smaller batch, context or model would fit`,
      );
    }
    try {
      const buffer = new ArrayBuffer(bytes);
      this.bytes += bytes;
      return buffer;
    } catch {
      throw new OutOfMemoryError(
        `there is no memory for another ${mebibytes(bytes)} beside the ${mebibytes(this.bytes)} that this workload holds`,
      );
    }
  }
}

/** Copies a host's numbers into a tensor. Throws RangeError when there are too few or too many. */
export function copyInto(to: NumericArray, name: string, shape: Shape, from: HostData): void {
  if (from.length !== to.length) {
    throw new RangeError(
      `${name} has shape [${shape.join(', ')}], ${to.length} numbers, and was given ${from.length}`,
    );
  }
  to.set(from);
}
