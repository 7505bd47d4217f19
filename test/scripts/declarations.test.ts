import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { declarationOf } from '../../scripts/declarations';

async function declared(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'declarations-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const seen: string[] = [];
    const text = await declarationOf(join(folder, 'entry.ts'), (file) => seen.push(file));
    return { text, seen: seen.map((file) => file.slice(folder.length + 1)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('puts the declarations of the files that one exports whole into one text, in their order', async () => {
  const { text, seen } = await declared({
    'entry.ts': "export * from './shape';\n\nexport * from './area';\n",
    'shape.ts': 'export interface Shape { readonly sides: number }\n',
    'area.ts': `import { twice } from './help';
import type { Shape } from './shape';
/** In square metres. */
export const area = (shape: Shape): number => twice(shape.sides);
`,
    'help.ts': 'export const twice = (n: number): number => 2 * n;\n',
  });
  expect(text).toBe(`export interface Shape {
	readonly sides: number;
}
/** In square metres. */
export declare const area: (shape: Shape) => number;
`);
  expect(seen).toEqual(['entry.ts', 'shape.ts', 'area.ts']);
});

it('refuses a text with a type that it does not declare', async () => {
  const files = {
    'entry.ts': "export * from './area';\n",
    'area.ts':
      "import type { Shape } from './shape';\nexport const sides = (s: Shape): number => s;\n",
    'shape.ts': 'export type Shape = number;\n',
  };
  await expect(declared(files)).rejects.toThrow(/area\.ts needs .*shape\.ts, which .* does not/);
});

it('refuses a type that is only inferred', async () => {
  await expect(declared({ 'entry.ts': 'export const two = Math.sqrt(4);\n' })).rejects.toThrow();
});
