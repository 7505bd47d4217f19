/**
 * WebGPU in a terminal: Dawn, through npm's `webgpu`. Only the terminal and tests import this file; a page
 * has its browser's own.
 */

let loading: Promise<GPU | undefined> | undefined;

/**
 * Dawn's `GPU`, or undefined where its library does not load. One instance serves the whole process and is
 * kept for good: Dawn crashes when the instance is collected while anything made from it is still in use.
 */
export function nodeGpu(): Promise<GPU | undefined> {
  loading ??= loadDawn();
  return loading;
}

async function loadDawn(): Promise<GPU | undefined> {
  try {
    // Named apart from the import, so that no bundler follows it into the page.
    const packageName = 'webgpu';
    const dawn = (await import(/* @vite-ignore */ packageName)) as typeof import('webgpu');
    Object.assign(globalThis, dawn.globals);
    // Matrix units are still an experiment of Dawn's, and hidden without this.
    return dawn.create(['enable-dawn-features=allow_unsafe_apis']);
  } catch {
    return undefined;
  }
}
