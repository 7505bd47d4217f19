import { readFile } from 'node:fs/promises';
import { isolatedDeclarationSync } from 'rolldown/experimental';
import type { Plugin } from 'vite';

const SUFFIX = '?declaration';

/**
 * `import text from './file.ts?declaration'` gives the `.d.ts` of that file as a string.
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
      const file = id.slice(0, -SUFFIX.length);
      this.addWatchFile(file);
      const { code, errors } = isolatedDeclarationSync(file, await readFile(file, 'utf8'));
      if (errors.length > 0) this.error(errors.map((error) => error.message).join('\n'));
      return `export default ${JSON.stringify(code)};`;
    },
  };
}
