import type { Device, DeviceInfo, Workload } from '../device';
import { bestSimd, compileKernels, type Simd } from './engine';
import { WasmSession } from './session';
import { canShareMemory, usualThreads } from './threads';

export interface WasmOptions {
  /** Which instructions to use. Default: the best that the engine has. */
  readonly simd?: Simd;
  /** Threads of each session. Default: as many as suit the machine where memory can be shared, else 1. */
  readonly threads?: number;
  /**
   * How many microseconds a launch of a graph takes on average, as estimated, for the graph to be shared
   * among threads: waiting for each other costs them about two. Default: 8.
   */
  readonly splitFrom?: number;
}

/** A device whose sessions are WasmSessions. */
export interface WasmDevice extends Device {
  open(workload: Workload): Promise<WasmSession>;
}

/**
 * The CPU through WebAssembly, four numbers at a time: for everyone without a real GPU. A workload becomes
 * one module over one memory; a run is one call, on every thread. Results do not depend on the number of
 * threads. Throws NoDeviceError where WebAssembly has no SIMD.
 */
export function createWasmDevice({
  simd = bestSimd(),
  threads = usualThreads(),
  splitFrom = 8,
}: WasmOptions = {}): WasmDevice {
  const count = canShareMemory() ? threads : 1;
  const info: DeviceInfo = {
    kind: 'wasm',
    name: `wasm (${simd === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}, ${count} thread${count === 1 ? '' : 's'})`,
    software: false,
    precision: 'f32',
  };
  return {
    info,
    async open(workload) {
      const kernels = await compileKernels(simd, count > 1);
      return WasmSession.open({ info, kernels, threads: count, splitFrom }, workload);
    },
    close() {},
  };
}
