import type { WasmLowerings } from '../../devices/wasm/kernel';
import { alongRows } from '../../devices/wasm/rows';

export const normsOnWasm: WasmLowerings = {
  rmsNorm: alongRows('rmsNorm', ['eps']),
  rmsNormGrad: alongRows('rmsNormGrad', ['eps']),
  layerNorm: alongRows('layerNorm', ['eps']),
  layerNormGrad: alongRows('layerNormGrad', ['eps']),
};
