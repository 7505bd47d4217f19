import type { Lowering } from './kernel';

/** The lowerings of one room of ops, by the name of the op. */
export type Lowerings = Readonly<Record<string, Lowering>>;

const ROOMS: readonly Lowerings[] = [];

/** How each op with kernels of its own becomes launches. What is not here, the fuser writes. */
export const LOWERINGS: ReadonlyMap<string, Lowering> = new Map(
  ROOMS.flatMap((room) => Object.entries(room)),
);
