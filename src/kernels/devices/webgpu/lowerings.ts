import { attentionLowerings } from '../../ops/attention/attention.webgpu';
import { crossEntropyLowerings } from '../../ops/cross-entropy/cross-entropy.webgpu';
import { embeddingLowerings } from '../../ops/embedding/embedding.webgpu';
import { matmulLowerings, matmulTunables } from '../../ops/matmul/matmul.webgpu';
import { normLowerings } from '../../ops/norm/norm.webgpu';
import { reductionLowerings } from '../../ops/reductions/reductions.webgpu';
import { ropeAbsorbs, ropeLowerings } from '../../ops/rope/rope.webgpu';
import { softmaxLowerings } from '../../ops/softmax/softmax.webgpu';
import type { Absorbs } from '../../plan/lower';
import type { Lowering, Tunable } from './kernel';

/** The lowerings of one room of ops, by the name of the op. */
export type Lowerings = Readonly<Record<string, Lowering>>;

/** Those of one room that a tuner may choose a way for. */
export type Tunables = Readonly<Record<string, Tunable>>;

const ROOMS: readonly Lowerings[] = [
  matmulLowerings,
  reductionLowerings,
  softmaxLowerings,
  normLowerings,
  ropeLowerings,
  attentionLowerings,
  embeddingLowerings,
  crossEntropyLowerings,
];

/** Which ops also compute an operand that nobody else wants. */
export const ABSORBS: Absorbs = ropeAbsorbs;

/** How each op with kernels of its own becomes launches. What is not here, the fuser writes. */
export const LOWERINGS: ReadonlyMap<string, Lowering> = new Map(
  ROOMS.flatMap((room) => Object.entries(room)),
);

export const TUNABLES: ReadonlyMap<string, Tunable> = new Map(Object.entries(matmulTunables));
