import { rolldown } from 'rolldown';
import type { Plugin } from 'vite';

const SUFFIX = '?bundle';

/**
 * `import text from './entry.ts?bundle'` gives that file and all it imports as one ES module, as text.
 *
 * The sandbox needs code as text: what runs inside QuickJS (the tracing API, the type stripper) is written
 * as ordinary modules, and reaches the other side of the wall as a string.
 */
export function bundles(): Plugin {
  return {
    name: 'loopy:bundles',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const bundle = await rolldown({
        input: id.slice(0, -SUFFIX.length),
        platform: 'neutral',
        // A thread of the terminal's has Node around it; QuickJS has nothing, and imports nothing of it.
        external: /^node:/,
        resolve: { mainFields: ['module', 'main'] },
        treeshake: { moduleSideEffects: true },
        transform: { target: 'es2023' },
      });
      for (const file of await bundle.watchFiles) this.addWatchFile(file);
      const { output } = await bundle.generate({ format: 'es', minify: true });
      await bundle.close();
      return `export default ${JSON.stringify(output[0].code)};`;
    },
  };
}
