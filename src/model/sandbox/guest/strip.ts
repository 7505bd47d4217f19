import { transform } from 'sucrase';

// Runs inside the sandbox: even reading a hostile text can take for ever (a parser that backtracks needs
// twice the time for each `<a>(` more), and here a deadline ends it.

/** JavaScript from TypeScript, line by line the same, with a map of columns; or what is wrong with it. */
export function strip(source: string, file: string): string {
  try {
    const { code, sourceMap } = transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      filePath: file,
      sourceMapOptions: { compiledFilename: file },
    });
    return JSON.stringify({ code, mappings: sourceMap?.mappings ?? '' });
  } catch (error) {
    const { loc, message } = error as { loc?: { line: number; column: number }; message: string };
    if (!loc) throw error;
    const reason = message.replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
    return JSON.stringify({ error: reason, line: loc.line, column: loc.column });
  }
}
