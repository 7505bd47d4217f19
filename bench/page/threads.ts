/** How many threads a library of WebAssembly may use in this page: one where it may share no memory. */
export function pageThreads(): number {
  return crossOriginIsolated ? navigator.hardwareConcurrency : 1;
}

export function inWords(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}
