const blobs = new Map<string, string>();

/**
 * A worker that keeps to the page's Content-Security-Policy. A worker from a file keeps to the headers of that
 * file alone, which a static host may not send; one from a blob keeps to those of the page that made it.
 */
export function guardedWorker(file: string, name: string): Worker {
  const url = new URL(file, location.href).href;
  let blob = blobs.get(url);
  if (blob === undefined) {
    const text = `import ${JSON.stringify(url)};`;
    blob = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    blobs.set(url, blob);
  }
  return new Worker(blob, { type: 'module', name });
}
