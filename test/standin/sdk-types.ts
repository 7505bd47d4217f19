import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Holds request bodies to the SDK's own types: writes each as a literal of `MessageCreateParams` and
 * lets the compiler judge, which also refuses fields that the types do not know.
 *
 * @returns the compiler's complaints, each beginning with the number of its body (`body 3: …`); none if all fit
 */
export async function typeErrors(bodies: readonly unknown[]): Promise<string[]> {
  const root = process.cwd();
  await mkdir('.cache', { recursive: true });
  const folder = await mkdtemp(join(root, '.cache', 'sdk-types-'));
  try {
    const lines = bodies.map(
      (body) => `export const _: Anthropic.MessageCreateParams = ${JSON.stringify(body)};`,
    );
    for (const [index, line] of lines.entries())
      await writeFile(
        join(folder, `body-${index}.ts`),
        `import type Anthropic from '@anthropic-ai/sdk';\n${line}\n`,
      );
    const config = { extends: join(root, 'tsconfig.json'), include: ['*.ts'], exclude: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const output = await compile(root, folder);
    return output
      .split('\n')
      .filter((line) => /error TS\d+/.test(line))
      .map((line) => line.replace(/^.*body-(\d+)\.ts\(.*?\): error /, 'body $1: '));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function compile(root: string, folder: string): Promise<string> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [tsc, '--noEmit', '-p', folder],
      { maxBuffer: 1e8 },
      (error, out) => {
        // The compiler exits with 1 or 2 when it has complaints, and says them on its standard output.
        if (error && !/error TS\d+/.test(out)) reject(error);
        else resolve(out);
      },
    );
  });
}
