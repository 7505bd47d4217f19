import { attentionOnWasm } from '../../ops/attention/attention.wasm';
import { crossEntropyOnWasm } from '../../ops/cross-entropy/cross-entropy.wasm';
import { embeddingOnWasm } from '../../ops/embedding/embedding.wasm';
import { matmulOnWasm } from '../../ops/matmul/matmul.wasm';
import { normsOnWasm } from '../../ops/norm/norm.wasm';
import { reductionsOnWasm } from '../../ops/reductions/reductions.wasm';
import { ropeOnWasm } from '../../ops/rope/rope.wasm';
import { softmaxOnWasm } from '../../ops/softmax/softmax.wasm';
import type { WasmLowering, WasmLowerings } from './kernel';

const ROOMS: readonly WasmLowerings[] = [
  matmulOnWasm,
  reductionsOnWasm,
  softmaxOnWasm,
  normsOnWasm,
  ropeOnWasm,
  attentionOnWasm,
  embeddingOnWasm,
  crossEntropyOnWasm,
];

/** How each op with kernels of its own becomes launches. What is not here is fused. */
export const WASM_LOWERINGS: ReadonlyMap<string, WasmLowering> = new Map(
  ROOMS.flatMap((room) => Object.entries(room)),
);
