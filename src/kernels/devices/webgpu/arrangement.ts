import type { NodeId } from '../../graph/types';
import type { Region } from '../../plan/regions';

/**
 * Which persistent tensors of a session lie side by side in one buffer, and what must not. It is built up
 * graph by graph, for all graphs of a session share the tensors.
 */
export interface Arrangement {
  /** Names of the tensors of each block, in order. No name is in two. */
  readonly blocks: (readonly string[])[];
  /** Tensors that stay apart, as `tensorKey` and `nodeKey` name them. */
  readonly refused: Set<string>;
}

export const tensorKey = (name: string): string => `tensor ${name}`;
export const nodeKey = (id: NodeId): string => `node ${id}`;

/** The buffer that a region lies in: tensors of one block have one. */
export function bufferOf(region: Region, blocks: readonly (readonly string[])[]): string {
  if (region.place === 'slot') return `slot ${region.slot}`;
  if (region.place !== 'tensor') return `${region.place} ${region.name}`;
  const block = blocks.findIndex((names) => names.includes(region.name));
  return block < 0 ? `tensor ${region.name}` : `block ${block}`;
}

/** What a launch reads and writes of one buffer, which WebGPU forbids: for each launch, numbers of its bindings. */
export function clashesOf(
  { reads, writes }: { readonly reads: readonly Region[]; readonly writes: readonly Region[] },
  blocks: readonly (readonly string[])[],
): { readonly reads: number[]; readonly writes: number[] } {
  const read = reads.map((region) => bufferOf(region, blocks));
  const written = writes.map((region) => bufferOf(region, blocks));
  return {
    reads: read.flatMap((buffer, n) => (written.includes(buffer) ? [n] : [])),
    writes: written.flatMap((buffer, n) => (read.includes(buffer) ? [n] : [])),
  };
}
