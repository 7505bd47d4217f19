import { type DType, sizeOf, type TensorType } from '../../graph/types';
import type { HostData } from '../device';

/** Host data in the 32-bit form in which the GPU holds a type; booleans are 0 and 1. */
export function toGpu(name: string, { shape, dtype }: TensorType, data: HostData): GpuArray {
  const size = sizeOf(shape);
  if (data.length !== size) {
    throw new RangeError(
      `${name} has shape [${shape.join(', ')}], ${size} numbers, and was given ${data.length}`,
    );
  }
  if (dtype === 'f32') return data instanceof Float32Array ? data : Float32Array.from(data);
  return data instanceof Int32Array ? data : Int32Array.from(data);
}

export type GpuArray = Float32Array | Int32Array;

/** Bytes that came from the GPU, as numbers. */
export function fromGpu(dtype: DType, bytes: ArrayBuffer, offset: number, size: number): GpuArray {
  return dtype === 'f32'
    ? new Float32Array(bytes, offset, size)
    : new Int32Array(bytes, offset, size);
}
