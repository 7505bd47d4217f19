import { sized, text, unsigned, vector } from './bytes';
import type { Code } from './code';

/** A type of values, as its byte. */
export const TYPES = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
export type ValueType = keyof typeof TYPES;

export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** The memory that a module imports, in pages of 64 KiB. */
export interface MemoryImport {
  readonly module: string;
  readonly name: string;
  readonly shared: boolean;
}

/**
 * Writes a WebAssembly module: functions over one imported memory. Functions are numbered as they come;
 * all imports come before the first function of the module's own.
 */
export class ModuleWriter {
  readonly #types: string[] = [];
  readonly #typeBytes: number[][] = [];
  readonly #imports: number[][] = [];
  readonly #imported = new Map<string, number>();
  readonly #functions: number[][] = [];
  readonly #bodies: number[][] = [];
  readonly #exports: number[][] = [];

  constructor(readonly memory: MemoryImport) {
    // A shared memory's import must name a largest size: the most that 32 bits reach.
    const limits = memory.shared ? [3, 1, ...unsigned(65_536)] : [0, 1];
    this.#imports.push([...text(memory.module), ...text(memory.name), 2, ...limits]);
  }

  /** The number of an imported function: the same for every import of the name. */
  import(module: string, name: string, signature: Signature): number {
    const key = `${module} ${name}`;
    const known = this.#imported.get(key);
    if (known !== undefined) return known;
    if (this.#bodies.length > 0)
      throw new Error(`${name} is imported after a function was written`);
    this.#imports.push([...text(module), ...text(name), 0, ...unsigned(this.#type(signature))]);
    this.#imported.set(key, this.#imported.size);
    return this.#imported.size - 1;
  }

  /** Adds a function; `locals` are numbered after its parameters. */
  function(signature: Signature, locals: readonly ValueType[], body: Code): number {
    const groups = locals.map((type) => [1, TYPES[type]]);
    this.#functions.push(unsigned(this.#type(signature)));
    this.#bodies.push(sized([...vector(groups), ...body, 0x0b]));
    return this.#imported.size + this.#bodies.length - 1;
  }

  export(name: string, index: number): void {
    this.#exports.push([...text(name), 0, ...unsigned(index)]);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const sections: readonly (readonly [number, readonly number[][]])[] = [
      [1, this.#typeBytes],
      [2, this.#imports],
      [3, this.#functions],
      [7, this.#exports],
      [10, this.#bodies],
    ];
    const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    return Uint8Array.from([
      ...magic,
      ...sections.flatMap(([id, items]) => [id, ...sized(vector(items))]),
    ]);
  }

  #type({ params, results }: Signature): number {
    const bytes = [
      0x60,
      ...vector(params.map((type) => [TYPES[type]])),
      ...vector(results.map((type) => [TYPES[type]])),
    ];
    const key = bytes.join();
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#typeBytes.push(bytes);
    return this.#types.push(key) - 1;
  }
}
