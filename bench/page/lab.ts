import { createWasmDevice } from '../../src/kernels/devices/wasm/device';
import { requestGpu } from '../../src/kernels/devices/webgpu/adapter';
import { createWebGpuDevice } from '../../src/kernels/devices/webgpu/device';
import type { Prepare } from '../contenders';
import { prepareLab } from '../lab';

const wasm: Prepare = (model) => prepareLab(createWasmDevice(), model);

export const contenders: Readonly<Record<string, Prepare>> = {
  'lab-webgpu': async (model) => prepareLab(createWebGpuDevice(await requestGpu()), model),
  // Where the page may not share memory, the device has one thread.
  'lab-wasm': wasm,
  'lab-wasm-1': wasm,
};
