import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isolatedDeclarationSync } from 'rolldown/experimental';
import type { Plugin } from 'vite';

const SUFFIX = '?declaration';

/**
 * `import text from './file.ts?declaration'` gives the `.d.ts` of that file as a string, with those of the
 * files that it exports whole (`export * from './other'`) in their places: one module, for readers who can
 * follow no import. What such files import from each other stands in the same text.
 *
 * The tracing API is written once, as TypeScript; its declarations, which Monaco shows and which a
 * researcher is given as the reference, are derived from that source here, never kept beside it.
 */
export function declarations(): Plugin {
  return {
    name: 'loopy:declarations',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const text = await declarationOf(id.slice(0, -SUFFIX.length), (file) => {
        this.addWatchFile(file);
      });
      return `export default ${JSON.stringify(text)};`;
    },
  };
}

/** Throws where a file needs types that are inferred, or imports what the text does not declare. */
export async function declarationOf(
  entry: string,
  onFile: (file: string) => void = () => {},
): Promise<string> {
  const within = new Set<string>();
  const imported: { readonly file: string; readonly by: string }[] = [];

  async function textOf(file: string): Promise<string> {
    within.add(file);
    onFile(file);
    const { code, errors } = isolatedDeclarationSync(file, await readFile(file, 'utf8'));
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    const parts: string[] = [];
    for (const line of code.split('\n')) {
      const [, exported] = line.match(/^export \* from ["'](\..+)["'];$/) ?? [];
      const [, needed] = line.match(/^import .* from ["'](\..+)["'];$/) ?? [];
      if (exported) parts.push(await textOf(fileOf(exported, file)));
      else if (needed) imported.push({ file: fileOf(needed, file), by: file });
      else parts.push(line);
    }
    return parts.join('\n');
  }

  const text = await textOf(entry);
  for (const { file, by } of imported) {
    if (!within.has(file)) {
      throw new Error(`the declaration of ${by} needs ${file}, which ${entry} does not export`);
    }
  }
  return `${text.replace(/\n{2,}/g, '\n').trim()}\n`;
}

function fileOf(specifier: string, from: string): string {
  return join(dirname(from), `${specifier}.ts`);
}
