import { NoDeviceError } from '../errors';

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

const BUILDS = {
  simd: () => import('./assembly/index.ts?wasm'),
  relaxed: () => import('./assembly/index.ts?wasm-relaxed'),
  'simd shared': () => import('./assembly/index.ts?wasm-shared'),
  'relaxed shared': () => import('./assembly/index.ts?wasm-relaxed-shared'),
} as const;

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** The kernels of assembly/, compiled once; `shared`: for a memory that threads share. */
export function compileKernels(simd: Simd, shared: boolean): Promise<WebAssembly.Module> {
  const build = shared ? (`${simd} shared` as const) : simd;
  let module = compiled.get(build);
  if (!module) {
    module = BUILDS[build]().then(({ default: base64 }) =>
      WebAssembly.compile(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))),
    );
    compiled.set(build, module);
  }
  return module;
}
