import type { Node } from '@babel/types';
import MagicString from 'magic-string';
import { isName, keyOf } from '../../../src/agent/researchers/local/syntax/nodes';
import { SyntaxTree } from '../../../src/agent/researchers/local/syntax/tree';
import type { ProgramSource } from '../../../src/model/programs/program';

/** What a program exports to the lab keeps its name; everything else is the author's to name. */
const API = new Set([
  'config',
  'init',
  'forward',
  'loss',
  'batch',
  'phases',
  'state',
  'update',
  'averaged',
]);

const each = (program: ProgramSource, change: (text: string) => string): ProgramSource => ({
  model: change(program.model),
  optimizer: change(program.optimizer),
});

/** Every variable, constant, helper, argument and setting by another name. */
export const renamed = (program: ProgramSource) => each(program, renamedText);

function renamedText(text: string): string {
  const tree = new SyntaxTree(text);
  const out = new MagicString(text);
  const names = new Map(
    [...new Set(declaredNames(tree))]
      .filter((name) => !API.has(name))
      .map((name, i) => [name, `other${i}`]),
  );
  const settings = new Map(
    (tree.config()?.properties ?? []).map((property, i) => [keyOf(property)!, `setting${i}`]),
  );
  const configs = new Set<Node>([tree.config()!]);
  for (const { id, init } of tree.all('VariableDeclarator')) {
    if (isName(init, 'config')) configs.add(id);
  }
  const done = new Set<Node>();
  for (const property of tree.all('ObjectProperty')) {
    const key = keyOf(property);
    const ours = configs.has(tree.parent(property)!);
    if (key === null || (!ours && !property.shorthand)) continue;
    const newKey = ours ? (settings.get(key) ?? key) : key;
    if (property.shorthand) {
      out.overwrite(property.start!, property.end!, `${newKey}: ${names.get(key) ?? key}`);
      done.add(property.key).add(property.value);
    } else {
      out.overwrite(property.key.start!, property.key.end!, newKey);
      done.add(property.key);
    }
  }
  for (const identifier of tree.all('Identifier')) {
    const parent = tree.parent(identifier)!;
    const name = names.get(identifier.name);
    if (done.has(identifier) || name === undefined) continue;
    if (parent.type === 'MemberExpression' && parent.property === identifier && !parent.computed)
      continue;
    if (parent.type === 'ObjectProperty' && parent.key === identifier && !parent.computed) continue;
    const end = identifier.start! + identifier.name.length; // a type may follow
    out.overwrite(identifier.start!, end, name);
  }
  return out.toString();
}

function declaredNames(tree: SyntaxTree): string[] {
  const functions = [...tree.all('FunctionDeclaration'), ...tree.all('ArrowFunctionExpression')];
  const patterns: Node[] = [
    ...tree.all('VariableDeclarator').map(({ id }) => id),
    ...functions.flatMap(({ params }) => params),
    ...tree.all('FunctionDeclaration').flatMap(({ id }) => id ?? []),
  ];
  return patterns.flatMap((pattern) => {
    if (pattern.type === 'Identifier') return pattern.name;
    if (pattern.type === 'ArrayPattern') {
      return pattern.elements.flatMap((item) => (isName(item) ? item.name : []));
    }
    if (pattern.type !== 'ObjectPattern') return [];
    return pattern.properties.flatMap((item) =>
      item.type === 'ObjectProperty' && isName(item.value) ? item.value.name : [],
    );
  });
}

/** Functions in the opposite order. */
export const reordered = (program: ProgramSource) => each(program, reorderedText);

function reorderedText(text: string): string {
  const tree = new SyntaxTree(text);
  const out = new MagicString(text);
  const functions = tree.program.body.filter(
    (statement) =>
      statement.type === 'FunctionDeclaration' ||
      (statement.type === 'ExportNamedDeclaration' &&
        statement.declaration?.type === 'FunctionDeclaration'),
  );
  const spans = functions.map((statement) => ({
    start: statement.leadingComments?.at(-1)?.start ?? statement.start!,
    end: statement.end!,
  }));
  spans.forEach(({ start, end }, i) => {
    const other = spans[spans.length - 1 - i]!;
    out.overwrite(start, end, text.slice(other.start, other.end));
  });
  return out.toString();
}

/** The MLP, and the learning rate, in functions of their own. */
export function extracted({ model, optimizer }: ProgramSource): ProgramSource {
  const mlp =
    /\n( {4}\/\/ MLP[^\n]*\n)?( {4}const wide = [^\n]+\n) {4}x = x\.add\((linear\(wide, .+\))\);\n/;
  const [whole, , wide, closing] = mlp.exec(model)!;
  const lr = / {2}const lr = (.+);\n/.exec(optimizer)!;
  return {
    model: `${model.replace(whole!, '\n    x = x.add(mlp(x, params, i));\n')}
/** Each token thinks for itself. */
function mlp(x: Tensor, params: Params, i: number): Tensor {
${wide!.replace(/^ {4}/, '  ')}  return ${closing};
}
`,
    optimizer: `${optimizer.replace(lr[0], '  const lr = rateAt(t);\n')}
function rateAt(t: Time) {
  return ${lr[1]};
}
`,
  };
}
