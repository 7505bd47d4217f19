import type { Device, DeviceInfo, Workload } from '../device';
import { bestSimd, compileKernels, type Simd } from './engine';
import { WasmSession } from './session';

export interface WasmOptions {
  /** Which instructions to use. Default: the best that the engine has. */
  readonly simd?: Simd;
}

/** A device whose sessions are WasmSessions. */
export interface WasmDevice extends Device {
  open(workload: Workload): Promise<WasmSession>;
}

/**
 * The CPU through WebAssembly, four numbers at a time: for everyone without a real GPU. A workload becomes
 * one module over one memory; a run is one call. Throws NoDeviceError where WebAssembly has no SIMD.
 */
export function createWasmDevice({ simd = bestSimd() }: WasmOptions = {}): WasmDevice {
  const info: DeviceInfo = {
    kind: 'wasm',
    name: `wasm (${simd === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}, 1 thread)`,
    software: false,
    precision: 'f32',
  };
  return {
    info,
    open: async (workload) => WasmSession.open(info, await compileKernels(simd), workload),
    close() {},
  };
}
