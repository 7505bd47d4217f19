import type { ImportDeclaration } from '@babel/types';
import { Source } from './source';
import { unusedIn } from './unused';

/**
 * The text of a rewritten file: names that it needs are imported, and what only the rewrite left without
 * a use is taken out. Null when the rewrite cannot stand: a name it needs means something else here, or
 * the result does not parse.
 */
export function finish(original: Source): string | null {
  const { text, imports } = original.rewritten();
  try {
    const imported = withImports(new Source(text), imports);
    return imported === null ? null : joined(tidied(imported, original), original);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function withImports(source: Source, wanted: ReadonlyMap<string, 'value' | 'type'>): string | null {
  const statements = source.all('ImportDeclaration').filter((s) => s.source.value === 'loopy');
  const known = new Set(statements.flatMap((s) => s.specifiers.map(({ local }) => local.name)));
  const declared = new Set([
    ...source.topDeclarations().map(({ id }) => (id.type === 'Identifier' ? id.name : '')),
    ...source.program.body.map((s) => (s.type === 'FunctionDeclaration' ? s.id?.name : '')),
  ]);
  for (const kind of ['type', 'value'] as const) {
    const missing = [...wanted].flatMap(([name, k]) =>
      k === kind && !known.has(name) ? name : [],
    );
    if (missing.length === 0) continue;
    if (missing.some((name) => declared.has(name))) return null;
    const statement = statements.find((s) => (s.importKind ?? 'value') === kind);
    if (!statement) {
      const first = source.program.body[0];
      if (!first) return null;
      source.insertBefore(statements.at(-1) ?? first, importText(kind, missing));
    } else if (statement.specifiers.some((s) => s.type !== 'ImportSpecifier')) {
      return null;
    } else {
      source.replace(statement, importText(kind, [...namesOf(source, statement), ...missing]));
    }
  }
  return source.rewritten().text;
}

function namesOf(source: Source, statement: ImportDeclaration): string[] {
  return statement.specifiers.map((specifier) => source.textOf(specifier));
}

/** In alphabetical order; on a line of its own each when one line would be too long. */
function importText(kind: 'value' | 'type', names: readonly string[]): string {
  const sorted = [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const start = kind === 'type' ? 'import type {' : 'import {';
  const line = `${start} ${sorted.join(', ')} } from 'loopy';`;
  return line.length <= 100
    ? line
    : `${start}\n${sorted.map((name) => `  ${name},\n`).join('')}} from 'loopy';`;
}

/** Imports that the rewrite changed, on one line again where they fit. */
function joined(text: string, original: Source): string {
  const source = new Source(text);
  for (const statement of source.all('ImportDeclaration')) {
    const written = source.textOf(statement);
    if (statement.source.value !== 'loopy' || original.text.includes(written)) continue;
    const kind = statement.importKind === 'type' ? 'type' : 'value';
    source.replace(statement, importText(kind, namesOf(source, statement)));
  }
  return source.rewritten().text;
}

/** Takes out, one by one, what is without a use now and was not before. */
function tidied(text: string, original: Source): string {
  const before = new Set(unusedIn(original).map(({ key }) => key));
  let sofar = text;
  for (;;) {
    const source = new Source(sofar);
    const left = unusedIn(source).find(({ key }) => !before.has(key));
    if (!left) return sofar;
    left.remove(source);
    sofar = source.rewritten().text;
  }
}
