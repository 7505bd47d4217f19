import { NoDeviceError } from '../errors';
import plain from './assembly/index.ts?wasm';
import relaxed from './assembly/index.ts?wasm-relaxed';

/** Which instructions an engine has: vectors, and besides them those whose rounding it may choose. */
export type Simd = 'simd' | 'relaxed';

// The smallest modules that use one instruction of each kind, i32x4.splat and f32x4.relaxed_madd.
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const PROBES: Readonly<Record<Simd, readonly number[]>> = {
  simd: [1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x11, 0x0b],
  relaxed: [
    ...[1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b, 3, 2, 1, 0],
    ...[10, 13, 1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 2, 0x0b],
  ],
};

export function engineHas(simd: Simd): boolean {
  return WebAssembly.validate(Uint8Array.from([...HEADER, ...PROBES[simd]]));
}

/** The better of the builds that this engine runs. Throws NoDeviceError where it runs none. */
export function bestSimd(): Simd {
  if (!engineHas('simd')) {
    throw new NoDeviceError('WebAssembly here has no SIMD, which the wasm device is made of.');
  }
  return engineHas('relaxed') ? 'relaxed' : 'simd';
}

const compiled = new Map<Simd, Promise<WebAssembly.Module>>();

/** The kernels of assembly/, compiled once. */
export function compileKernels(simd: Simd): Promise<WebAssembly.Module> {
  let module = compiled.get(simd);
  if (!module) {
    const bytes = Uint8Array.from(atob(simd === 'relaxed' ? relaxed : plain), (c) =>
      c.charCodeAt(0),
    );
    module = WebAssembly.compile(bytes);
    compiled.set(simd, module);
  }
  return module;
}
