import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'vite';

const SUFFIX = /\.ts\?wasm(-relaxed)?(-shared)?$/;
const CACHE = join('node_modules', '.cache', 'loopy-assembly');

/**
 * `import bytes from './index.ts?wasm'` compiles an AssemblyScript file, and what it imports, to
 * WebAssembly and gives the module as base64 text: the same in the page, in a worker, in a test and in the
 * terminal, with no second file to serve. `?wasm-relaxed` may use relaxed SIMD, `?wasm-shared` a memory
 * that threads share, `?wasm-relaxed-shared` both.
 *
 * The compiler takes seconds to load, so that its results are kept under node_modules/.cache, by the hash of
 * every source, of the options and of the compiler's version.
 */
export function assembly(): Plugin {
  return {
    name: 'loopy:assembly',
    enforce: 'pre',
    async load(id) {
      const build = SUFFIX.exec(id);
      if (!build) return null;
      const entry = id.slice(0, id.lastIndexOf('?'));
      const sources = await readSources(entry);
      for (const file of sources.keys()) this.addWatchFile(file);
      const options = optionsOf({
        relaxed: build[1] !== undefined,
        shared: build[2] !== undefined,
      });
      const bytes = await cached(sources, options, entry);
      return `export default ${JSON.stringify(bytes.toString('base64'))};`;
    },
  };
}

function optionsOf({ relaxed, shared }: { relaxed: boolean; shared: boolean }): string[] {
  const features = [
    'simd',
    'bulk-memory',
    ...(relaxed ? ['relaxed-simd'] : []),
    ...(shared ? ['threads'] : []),
  ];
  return [
    ...['--runtime', 'stub', '-O3', '--noAssert', '--importMemory'],
    ...features.flatMap((feature) => ['--enable', feature]),
    ...(shared ? ['--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'] : []),
  ];
}

/**
 * The text of a file and of every file that it imports, by absolute path. A line `// @inline` before a
 * function is AssemblyScript's decorator, which TypeScript would not have there.
 */
async function readSources(entry: string): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (sources.has(file)) continue;
    const text = (await readFile(file, 'utf8')).replace(/^\/\/ @inline$/gm, '@inline');
    sources.set(file, text);
    for (const [, path] of text.matchAll(/from '(\.[^']+)'/g)) {
      waiting.push(`${join(dirname(file), path!)}.ts`);
    }
  }
  return sources;
}

async function cached(
  sources: ReadonlyMap<string, string>,
  options: readonly string[],
  entry: string,
): Promise<Buffer> {
  const { default: manifest } = await import('assemblyscript/package.json', {
    with: { type: 'json' },
  });
  const hash = createHash('sha256').update(JSON.stringify([manifest.version, options]));
  for (const file of [...sources.keys()].sort()) {
    hash.update(JSON.stringify([relative(dirname(entry), file), sources.get(file)]));
  }
  const file = join(CACHE, `${hash.digest('hex')}.wasm`);
  try {
    return await readFile(file);
  } catch {
    const bytes = await compile(sources, options, entry);
    await mkdir(CACHE, { recursive: true });
    // Another process, or the build of a worker in this one, may be doing the same: each writes a file of
    // its own, and the last name wins.
    const own = `${file}.${randomUUID()}`;
    await writeFile(own, bytes);
    await rename(own, file);
    return bytes;
  }
}

/** Throws an Error whose message is the compiler's own report. */
async function compile(
  sources: ReadonlyMap<string, string>,
  options: readonly string[],
  entry: string,
): Promise<Buffer> {
  const { default: asc } = await import('assemblyscript/asc');
  const folder = dirname(entry);
  const byName = new Map([...sources].map(([file, text]) => [relative(folder, file), text]));
  let output: Buffer | null = null;
  const { error, stderr } = await asc.main(
    [relative(folder, entry), '--outFile', 'out.wasm', ...options],
    {
      readFile: (name) => byName.get(name) ?? null,
      writeFile: (name, contents) => {
        if (name === 'out.wasm') output = Buffer.from(contents);
      },
      listFiles: () => [],
    },
  );
  if (error || !output) throw new Error(`${error?.message ?? 'no output'}\n${stderr.toString()}`);
  return output;
}
