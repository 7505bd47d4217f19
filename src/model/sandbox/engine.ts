import type { QuickJSWASMModule } from 'quickjs-emscripten-core';

/** Makes a new QuickJS in a WebAssembly memory of its own. */
export type Engine = () => Promise<QuickJSWASMModule>;

/**
 * Loads QuickJS, some 700 kB, on first use. The same code serves the page, a worker and Node: the wasm
 * travels as text inside a chunk of its own, so there is no path for any of them to find it by.
 */
export async function loadEngine(): Promise<Engine> {
  const [core, variant, wasm] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-wasmfile-release-sync'),
    import('@jitl/quickjs-wasmfile-release-sync/wasm?url&inline'),
  ]);
  const wasmModule = await WebAssembly.compile(bytesOfDataUrl(wasm.default));
  const compiled = core.newVariant(variant.default, { wasmModule });
  return () => core.newQuickJSWASMModuleFromVariant(compiled);
}

function bytesOfDataUrl(url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(url.slice(url.indexOf(',') + 1));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
