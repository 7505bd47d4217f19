import { createWasmDevice } from '../src/kernels/devices/wasm/device';
import { createProductMeasure } from './ceiling-product';

/** The best rate of the wasm device's own matrix product, in FLOP/s. */
export const measure = createProductMeasure(createWasmDevice(), { f32: 512, f16: 512 });
