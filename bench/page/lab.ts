import { createWasmDevice } from '../../src/kernels/devices/wasm/device';
import { requestGpu } from '../../src/kernels/devices/webgpu/adapter';
import { createWebGpuDevice } from '../../src/kernels/devices/webgpu/device';
import type { Prepare } from '../contenders';
import { prepareLab, prepareOnGpu } from '../lab';

const webgpu: Prepare = async (model) => {
  const gpu = await requestGpu();
  return prepareOnGpu(gpu, createWebGpuDevice(gpu), model);
};
const wasm: Prepare = (model) => prepareLab(createWasmDevice(), model);

export const contenders: Readonly<Record<string, Prepare>> = {
  'lab-webgpu': webgpu,
  // The model that it is given asks for float16.
  'lab-webgpu-f16': webgpu,
  // Where the page may not share memory, the device has one thread.
  'lab-wasm': wasm,
  'lab-wasm-1': wasm,
};
