import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import declaration from '../../../src/model/api/loopy.ts?declaration';
import { PRESETS } from '../../../src/model/programs';

/** What an editor that knows nothing but the declaration says of a program. */
const CONFIG = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    types: [],
    paths: { loopy: ['./loopy.d.ts'] },
  },
};

const WRONG = `import { relu, zeros, type Params } from 'loopy';
export const forward = (params: Params) => relu(params.wte).ad(zeros('3'));
`;

it('the declaration type-checks the presets, and finds what is wrong with a program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'loopy-'));
  try {
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
    await writeFile(join(folder, 'loopy.d.ts'), declaration);
    for (const { name, source } of PRESETS) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'model.ts'), source.model);
      await writeFile(join(folder, name, 'optimizer.ts'), source.optimizer);
      await writeFile(
        join(folder, name, 'fits.ts'),
        `import type { Model, Optimizer } from 'loopy';
import * as model from './model';
import * as optimizer from './optimizer';
export const fits: [Model, Optimizer] = [model, optimizer];
`,
      );
    }
    expect(await check(folder)).toBe('');
    await writeFile(join(folder, 'wrong.ts'), WRONG);
    const errors = await check(folder);
    expect(errors).toContain("Property 'ad' does not exist on type 'Tensor'");
    expect(errors).toContain("'string' is not assignable to parameter of type 'readonly number[]'");
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

async function check(folder: string): Promise<string> {
  const compiler = resolve('node_modules/typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', folder, '--pretty', 'false']);
    return '';
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}
