import { describe, expect, it } from 'vitest';
import { finish } from '../../../src/agent/researchers/local/syntax/finish';
import { Source, write } from '../../../src/agent/researchers/local/syntax/source';
import { unusedIn } from '../../../src/agent/researchers/local/syntax/unused';

/** What a rewrite makes of a text. */
function rewritten(text: string, rewrite: (source: Source) => void): string | null {
  const source = new Source(text);
  rewrite(source);
  return finish(source);
}

describe('a source', () => {
  it('finds numbers by their names', () => {
    const source = new Source(`
      export const config = { width: 16, deep: { width: 2 }, 'heads': 4 } as const;
      export const batch = 8;
      const low = -1e-3, text = 'no';
      function f() { const inner = 3; }
    `);
    expect(source.setting('width')?.value).toBe(16);
    expect(source.setting('heads')?.value).toBe(4);
    expect(source.setting('layers')).toBeNull();
    expect(source.constant('batch')?.value).toBe(8);
    expect(source.constant('low')?.value).toBe(-0.001);
    expect(source.constant('text')).toBeNull();
    expect(source.constant('inner')).toBeNull();
  });

  it('compares what code says, whatever its layout', () => {
    const source = new Source('f(\n  a,\n  b,\n);');
    const [call] = source.calls('f');
    expect(source.says(call!, 'f(a, b)')).toBe(true);
    expect(source.says(call!, 'f(b, a)')).toBe(false);
  });

  it('removes items of lists wherever they stand', () => {
    const without = (name: string) =>
      rewritten('f({ a: 1, b: 2, c: 3 });', (source) => {
        const [object] = source.all('ObjectExpression');
        const item = object!.properties.find((p) => source.textOf(p).startsWith(name))!;
        source.removeItem(item, object!.properties);
      });
    expect(['a', 'b', 'c'].map(without)).toEqual([
      'f({ b: 2, c: 3 });',
      'f({ a: 1, c: 3 });',
      'f({ a: 1, b: 2 });',
    ]);
  });

  it('keeps comments and layout of everything else', () => {
    const text = 'const a = 1; // one\n\n\nconst   b = 2; /* two */\n';
    const changed = rewritten(text, (s) => s.setNumber(s.constant('b')!, 3));
    expect(changed).toBe('const a = 1; // one\n\n\nconst   b = 3; /* two */\n');
  });

  it('writes numbers as a person does', () => {
    expect([0.1 + 0.2, 1e-8, 3e-5, 0.00012, 16, 0.0070710678, 0].map(write)).toEqual([
      '0.3',
      '1e-8',
      '3e-5',
      '0.00012',
      '16',
      '0.007071',
      '0',
    ]);
  });
});

describe('finish', () => {
  it('imports what a rewrite needs, in order, and drops what it left unused', () => {
    const text = "import { add, relu } from 'loopy';\nexport const f = () => relu(add(1));\n";
    const changed = rewritten(text, (source) => {
      source.replace(source.calls('relu')[0]!.callee, 'gelu');
      source.need('gelu');
    });
    expect(changed).toBe(
      "import { add, gelu } from 'loopy';\nexport const f = () => gelu(add(1));\n",
    );
  });

  it('writes a long import on many lines, and a short one on one', () => {
    const names = Array.from({ length: 14 }, (_, i) => `name${String.fromCharCode(97 + i)}`);
    const use = `export const all = [${names.join(', ')}];\n`;
    const long = rewritten(`import { namea } from 'loopy';\n${use}`, (s) => s.need(...names));
    expect(long).toContain('import {\n  namea,\n  nameb,\n');
    const short = rewritten(long!, (source) => {
      source.replace(source.topDeclarations()[0]!.init!, '[namea]');
    });
    expect(short).toBe("import { namea } from 'loopy';\nexport const all = [namea];\n");
  });

  it('adds an import where there is none, and of types apart', () => {
    const changed = rewritten('export const f = (x: Tensor) => relu(x);\n', (source) => {
      source.need('relu');
      source.needType('Tensor');
    });
    expect(changed).toContain("import { relu } from 'loopy';\n");
  });

  it('gives up when a name it needs is taken, or the result does not parse', () => {
    const taken = 'function relu(x) { return x; }\nexport const y = relu(1);\n';
    expect(rewritten(taken, (source) => source.need('relu'))).toBeNull();
    const broken = rewritten('export const a = 1;\n', (s) => s.replace(s.constant('a')!.node, '('));
    expect(broken).toBeNull();
  });

  it('leaves alone what was unused before', () => {
    const text = "import { gone } from 'loopy';\nconst spare = 1;\nexport const a = 2;\n";
    const changed = rewritten(text, (s) => s.setNumber(s.constant('a')!, 3));
    expect(changed).toBe(text.replace('a = 2', 'a = 3'));
  });

  it('takes out settings, names and functions that nothing reads any more', () => {
    const text = [
      'export const config = { width: 16, cap: 15 };',
      '',
      '/** Bends. */',
      'function bend(x: number) {',
      '  return x;',
      '}',
      '',
      'export function forward() {',
      '  const { width, cap } = config;',
      '  const bent = bend(cap);',
      '  return width + bent;',
      '}',
      '',
    ].join('\n');
    const changed = rewritten(text, (source) => {
      const [sum] = source.all('BinaryExpression');
      source.unwrap(sum!, sum!.left);
    });
    expect(changed).toBe(
      [
        'export const config = { width: 16 };',
        '',
        'export function forward() {',
        '  const { width } = config;',
        '  return width;',
        '}',
        '',
      ].join('\n'),
    );
  });
});

describe('unusedIn', () => {
  const keys = (text: string) => unusedIn(new Source(text)).map(({ key }) => key);

  it('counts settings as used when config is used as a whole', () => {
    expect(keys('export const config = { a: 1 };')).toEqual(['setting a']);
    expect(keys('export const config = { a: 1 };\nexport const b = config.a;')).toEqual([]);
    expect(keys('export const config = { a: 1 };\nexport const b = f(config);')).toEqual([]);
  });

  it('tells reading a name from declaring it', () => {
    expect(keys("import { a, b } from 'loopy';\nexport const c = { a: x.b };")).toEqual([
      'import a',
      'import b',
    ]);
    expect(keys("import { a, b } from 'loopy';\nexport const c = { a, d: [b] };")).toEqual([]);
  });
});
