import type { WasmLowerings } from '../../devices/wasm/kernel';
import { alongRows } from '../../devices/wasm/rows';

export const crossEntropyOnWasm: WasmLowerings = {
  crossEntropy: alongRows('crossEntropy'),
  crossEntropyGrad: alongRows('crossEntropyGrad'),
};
