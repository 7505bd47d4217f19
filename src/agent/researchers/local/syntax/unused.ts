import type { Node } from '@babel/types';
import { isName, keyOf } from './nodes';
import type { Source } from './source';

/** Something that a file declares and never uses, and how to take it out. */
export interface Unused {
  /** Tells it from others of the same file: `import relu`, `setting logitCap`. */
  readonly key: string;
  remove(source: Source): void;
}

/**
 * Imports, destructured names, constants, functions and settings that nothing in the file refers to.
 * Names are matched without regard to scope, so a name that is used anywhere counts as used.
 */
export function unusedIn(source: Source): Unused[] {
  const used = usedNames(source);
  return [
    ...unusedImports(source, used),
    ...unusedVariables(source, used),
    ...unusedFunctions(source, used),
    ...unusedSettings(source),
  ];
}

function unusedImports(source: Source, used: ReadonlySet<string>): Unused[] {
  return source.all('ImportDeclaration').flatMap((statement) =>
    statement.specifiers
      .filter(({ local }) => !used.has(local.name))
      .map((specifier) => ({
        key: `import ${specifier.local.name}`,
        remove: (from: Source) =>
          statement.specifiers.length === 1
            ? from.remove(statement)
            : from.removeItem(specifier, statement.specifiers),
      })),
  );
}

function unusedVariables(source: Source, used: ReadonlySet<string>): Unused[] {
  return source.all('VariableDeclarator').flatMap((declarator): Unused[] => {
    const statement = source.parent(declarator)!;
    const { id } = declarator;
    const only = statement.type === 'VariableDeclaration' && statement.declarations.length === 1;
    const exported = source.parent(statement)?.type === 'ExportNamedDeclaration';
    if (!only || exported) return [];
    if (id.type === 'Identifier' && !used.has(id.name)) {
      return [{ key: `variable ${id.name}`, remove: (from) => from.remove(statement) }];
    }
    if (id.type !== 'ObjectPattern') return [];
    return id.properties.flatMap((property) =>
      property.type === 'ObjectProperty' && isName(property.value) && !used.has(property.value.name)
        ? {
            key: `variable ${property.value.name}`,
            remove: (from: Source) =>
              id.properties.length === 1
                ? from.remove(statement)
                : from.removeItem(property, id.properties),
          }
        : [],
    );
  });
}

function unusedFunctions(source: Source, used: ReadonlySet<string>): Unused[] {
  return source.program.body.flatMap((statement) =>
    statement.type === 'FunctionDeclaration' && statement.id && !used.has(statement.id.name)
      ? {
          key: `function ${statement.id.name}`,
          remove: (from: Source) => from.removeDeclaration(statement),
        }
      : [],
  );
}

/** Properties of `config` that are neither destructured from it nor read as `config.name`. */
function unusedSettings(source: Source): Unused[] {
  const config = source.config();
  if (!config) return [];
  const read = new Set<string>();
  for (const name of source.all('Identifier').filter((node) => isName(node, 'config'))) {
    const parent = source.parent(name)!;
    if (parent.type === 'VariableDeclarator' && parent.id === name) continue;
    const keys = keysRead(name, parent);
    if (!keys) return []; // config is used as a whole: anything may be read
    for (const key of keys) read.add(key);
  }
  return config.properties.flatMap((property) => {
    const key = keyOf(property);
    return key === null || read.has(key)
      ? []
      : {
          key: `setting ${key}`,
          remove: (from: Source) => from.removeItem(property, config.properties),
        };
  });
}

function keysRead(name: Node, parent: Node): string[] | null {
  if (parent.type === 'MemberExpression' && parent.object === name) {
    const key = keyOf(parent);
    return key === null ? null : [key];
  }
  if (parent.type !== 'VariableDeclarator' || parent.id.type !== 'ObjectPattern') return null;
  const keys = parent.id.properties.map((property) => keyOf(property));
  return keys.every((key) => key !== null) ? keys : null;
}

/** Names that are read somewhere, as opposed to declared or used as the key of a property. */
function usedNames(source: Source): Set<string> {
  const used = new Set<string>();
  for (const identifier of source.all('Identifier')) {
    if (!declaresOnly(source, identifier, source.parent(identifier)!)) used.add(identifier.name);
  }
  return used;
}

function declaresOnly(source: Source, node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'ImportSpecifier':
      return true;
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
      return parent.id === node;
    case 'MemberExpression':
      return parent.property === node && !parent.computed;
    case 'ObjectProperty':
      if (source.parent(parent)?.type === 'ObjectPattern') return true;
      return parent.key === node && parent.value !== node && !parent.computed;
    default:
      return false;
  }
}
