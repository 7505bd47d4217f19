import { type Lowering, MAX_WORKGROUPS, specialize, spread } from '../../devices/webgpu/kernel';
import type { Lowerings } from '../../devices/webgpu/lowerings';
import { sizeOf } from '../../graph/types';
import embeddingWgsl from './embedding.wgsl?raw';
import aloneWgsl from './embedding-grad.alone.wgsl?raw';
import gradWgsl from './embedding-grad.wgsl?raw';

/** Threads of a workgroup, and elements that each looks up: in software few workgroups, as for rope. */
const SHARES = { software: { THREADS: 16, EACH: 64 }, hardware: { THREADS: 64, EACH: 1 } };

const embedding: Lowering = ({ id, node, nodeOf, software }) => {
  const [V, C] = nodeOf(node.inputs[0]!).shape as [number, number];
  const N = sizeOf(nodeOf(node.inputs[1]!).shape);
  const share = software ? SHARES.software : SHARES.hardware;
  return [
    {
      label: `embedding ${V}x${C} of ${N}`,
      wgsl: specialize(embeddingWgsl, { V, C, N, ...share, MAX_WORKGROUPS }),
      numbers: [],
      reads: node.inputs,
      writes: [id],
      workgroups: spread(Math.ceil((N * C) / (share.THREADS * share.EACH))),
    },
  ];
};

const embeddingGrad: Lowering = ({ id, node, nodeOf, software }) => {
  const [V, C] = node.shape as [number, number];
  const N = sizeOf(nodeOf(node.inputs[0]!).shape);
  const THREADS = software ? 4 : 64;
  return [
    {
      label: `embeddingGrad ${V}x${C} of ${N}`,
      wgsl: specialize(software ? aloneWgsl : gradWgsl, { V, C, N, THREADS, MAX_WORKGROUPS }),
      numbers: [],
      reads: node.inputs,
      writes: [id],
      workgroups: spread(software ? Math.ceil(V / THREADS) : V * Math.ceil(C / THREADS)),
    },
  ];
};

export const embeddingLowerings: Lowerings = { embedding, embeddingGrad };
