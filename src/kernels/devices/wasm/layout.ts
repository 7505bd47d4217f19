import { bytesOf, type TensorType } from '../../graph/types';
import type { Region } from '../../plan/regions';

/** Below this lie the kernels' own constants. */
const START = 65_536;
/** Tensors begin on a cache line, and the vector that holds a tensor's last element is its own. */
const ALIGNMENT = 64;

/** Hands out the addresses of one memory, from the bottom up. */
export class Layout {
  #end = START;
  /** Where memory is filled before the first run, by address. */
  readonly contents = new Map<number, Uint8Array>();
  readonly #tables = new Map<string, number>();

  /** Bytes that are needed in all; kernels may read, but not use, a little beyond the last tensor. */
  get bytes(): number {
    return this.#end + ALIGNMENT;
  }

  /** The address of so many bytes. */
  allocate(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return at;
  }

  tensors(types: Readonly<Record<string, TensorType>>): Map<string, number> {
    return new Map(
      Object.entries(types).map(([name, type]) => [name, this.allocate(bytesOf(type))]),
    );
  }

  /** The address of a table, which is there once for each key. */
  table(key: string, bytes: () => Uint8Array): number {
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const contents = bytes();
    const at = this.allocate(contents.length);
    this.#tables.set(key, at);
    this.contents.set(at, contents);
    return at;
  }
}

/** Where the regions of one graph's plan lie. */
export interface Places {
  readonly tensors: ReadonlyMap<string, number>;
  readonly feeds: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
  readonly slots: readonly number[];
}

export function addressOfRegion(places: Places, region: Region): number {
  switch (region.place) {
    case 'tensor':
      return places.tensors.get(region.name)!;
    case 'feed':
      return places.feeds.get(region.name)!;
    case 'output':
      return places.outputs.get(region.name)!;
    case 'slot':
      return places.slots[region.slot]! + region.offset;
  }
}

/** Bytes of memory from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function spanOf(places: Places, region: Region): Span {
  const start = addressOfRegion(places, region);
  return { start, end: start + region.bytes };
}
