import { parse } from '@babel/parser';
import type {
  CallExpression,
  Expression,
  FunctionDeclaration,
  Node,
  ObjectExpression,
  Program,
  Statement,
} from '@babel/types';
import { descend, isCall, isName, keyOf, numberOf, parentsOf } from './nodes';

/** A number in the text that an edit may change. */
export interface NumberSpot {
  readonly node: Node;
  readonly value: number;
}

/** One node, or several that have nothing in common. */
export type Within = Node | readonly Node[];

type NodeOf<T extends Node['type']> = Extract<Node, { type: T }>;

/** A file as its syntax tree with positions. Throws SyntaxError when the text does not parse. */
export class SyntaxTree {
  readonly program: Program;
  readonly #parents: Map<Node, Node>;
  readonly #byType: Map<string, Node[]>;

  constructor(readonly text: string) {
    const { program, parents, byType } = parsed(text);
    this.program = program;
    this.#parents = parents;
    this.#byType = byType;
  }

  #isWithin(node: Node, root: Node): boolean {
    if (node.start! < root.start! || node.end! > root.end!) return false;
    // Of two nodes on the same text, one is around the other.
    let at: Node | undefined = node;
    while (at && at !== root && at.start! >= root.start!) at = this.parent(at);
    return at === root;
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The nearest node around one that is of that type. */
  around<T extends Node['type']>(node: Node, type: T): NodeOf<T> | null {
    for (let at = this.parent(node); at; at = this.parent(at)) {
      if (at.type === type) return at as NodeOf<T>;
    }
    return null;
  }

  /** All nodes of a type, in the order of the text. */
  all<T extends Node['type']>(type: T, within: Within = this.program): NodeOf<T>[] {
    const known = (this.#byType.get(type) ?? []) as NodeOf<T>[];
    if (within === this.program) return [...known];
    const roots: readonly Node[] = Array.isArray(within) ? within : [within as Node];
    return roots.flatMap((root) => known.filter((node) => this.#isWithin(node, root)));
  }

  /** Calls of a function by its plain name. */
  calls(name: string, within: Within = this.program): CallExpression[] {
    return this.all('CallExpression', within).filter((call) => isCall(call, name));
  }

  /** The statement that a node is part of, in the block that holds it. */
  statementOf(node: Node): Node | null {
    for (let at: Node | undefined = node; at; at = this.parent(at)) {
      const block = this.parent(at)?.type;
      if (block === 'BlockStatement' || block === 'Program') return at;
    }
    return null;
  }

  textOf(node: Node): string {
    return this.text.slice(node.start!, node.end!);
  }

  /** Whether a node says the same as a text, layout aside. */
  says(node: Node, text: string): boolean {
    return squeezed(this.textOf(node)) === squeezed(text);
  }

  /** A function declared at the top of the file, exported or not. */
  functionNamed(name: string): FunctionDeclaration | null {
    const found = this.all('FunctionDeclaration').find(({ id }) => isName(id, name));
    return found ?? null;
  }

  /** A number given to a name at the top of the file: `const learningRate = 0.01;`. */
  constant(name: string): NumberSpot | null {
    const found = this.topDeclarations().find(({ id }) => isName(id, name));
    return spotOf(found?.init);
  }

  /** A number in `config`: `export const config = { width: 16 };`. */
  setting(name: string): NumberSpot | null {
    const property = this.config()?.properties.find((property) => keyOf(property) === name);
    return property?.type === 'ObjectProperty' ? spotOf(property.value) : null;
  }

  /** The object that `config` is. */
  config(): ObjectExpression | null {
    const found = this.topDeclarations().find(({ id }) => isName(id, 'config'));
    const init = found?.init?.type === 'TSAsExpression' ? found.init.expression : found?.init;
    return init?.type === 'ObjectExpression' ? init : null;
  }

  /** Whether any identifier of that name is in the file. */
  mentions(name: string): boolean {
    return this.all('Identifier').some((identifier) => identifier.name === name);
  }

  topDeclarations() {
    return this.program.body.flatMap((statement) => {
      const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      return inner?.type === 'VariableDeclaration' ? inner.declarations : [];
    });
  }
}

interface Parsed {
  readonly program: Program;
  readonly parents: Map<Node, Node>;
  readonly byType: Map<string, Node[]>;
}

/** Trees of the texts seen last: a researcher looks at the same few programs through many kinds of edit. */
const recent = new Map<string, Parsed>();
const REMEMBERED = 64;

function parsed(text: string): Parsed {
  const known = recent.get(text);
  if (known) return known;
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  const byType = new Map<string, Node[]>();
  for (const node of descend(program)) {
    const others = byType.get(node.type);
    if (others) others.push(node);
    else byType.set(node.type, [node]);
  }
  const fresh = { program, parents: parentsOf(program), byType };
  recent.set(text, fresh);
  const [oldest] = recent.keys();
  if (recent.size > REMEMBERED && oldest !== undefined) recent.delete(oldest);
  return fresh;
}

/** The statement of a function's body that returns, when it is the last one. */
export function lastReturn(
  declaration: FunctionDeclaration,
): { statement: Statement; value: Expression } | null {
  const last = declaration.body.body.at(-1);
  return last?.type === 'ReturnStatement' && last.argument
    ? { statement: last, value: last.argument }
    : null;
}

function spotOf(node: Node | null | undefined): NumberSpot | null {
  const value = numberOf(node);
  return node && value !== null ? { node, value } : null;
}

/** Without white space and trailing commas, which the layout of a long line brings. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '');
}
