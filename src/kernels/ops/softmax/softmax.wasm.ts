import type { WasmLowerings } from '../../devices/wasm/kernel';
import { alongRows } from '../../devices/wasm/rows';

export const softmaxOnWasm: WasmLowerings = {
  softmax: alongRows('softmax'),
  softmaxGrad: alongRows('softmaxGrad'),
  logSumExp: alongRows('logSumExp'),
};
