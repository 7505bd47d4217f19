import type { Identifier, Node, ObjectExpression } from '@babel/types';
import MagicString from 'magic-string';
import { type NumberSpot, SyntaxTree } from './tree';

/**
 * One file of a program, and the rewrites made so far. What is not rewritten keeps its layout and its
 * comments. Looking always sees the text as it was. Throws SyntaxError when the text does not parse.
 */
export class Source extends SyntaxTree {
  readonly #magic: MagicString;
  readonly #imports = new Map<string, 'value' | 'type'>();

  constructor(text: string) {
    super(text);
    this.#magic = new MagicString(text);
  }

  /** Writes something else wherever a variable is used; its own declaration stays. */
  replaceUses(variable: Identifier, text: string, within: Node): void {
    for (const use of this.all('Identifier', within)) {
      if (use.name === variable.name && use !== variable) this.replace(use, text);
    }
  }

  replace(node: Node, text: string): void {
    this.#magic.overwrite(node.start!, node.end!, text);
  }

  /** Writes `before` and `after` around an expression that stays. */
  wrap(node: Node, before: string, after: string): void {
    this.#magic.appendRight(node.start!, before);
    this.#magic.prependLeft(node.end!, after);
  }

  /** Puts a part of an expression in the place of the whole: `f(x)` becomes `x`. */
  unwrap(whole: Node, part: Node): void {
    this.#magic.remove(whole.start!, part.start!);
    this.#magic.remove(part.end!, whole.end!);
  }

  /** Removes the `// comment` at the end of a node's line, which a rewrite has made untrue. */
  dropComment(node: Node): void {
    const end = this.#lineEnd(node.end!);
    const comment = /\s*\/\/[^`'"]*$/.exec(this.text.slice(node.end!, end));
    if (comment) this.#magic.remove(node.end! + comment.index, end);
  }

  setNumber(spot: NumberSpot, value: number): void {
    this.replace(spot.node, write(value));
  }

  append(node: Node, text: string): void {
    this.#magic.appendLeft(node.end!, text);
  }

  /** New lines after a statement, indented as it is. */
  insertAfter(statement: Node, lines: string): void {
    this.#magic.appendLeft(this.#lineEnd(statement.end!), `\n${this.#indented(statement, lines)}`);
  }

  /** New lines before a statement; at the top of a file, before the comment on it too. */
  insertBefore(statement: Node, lines: string): void {
    const comment = this.parent(statement) === this.program && statement.leadingComments?.[0];
    const start = this.#lineStart((comment || statement).start!);
    this.#magic.appendLeft(start, `${this.#indented(statement, lines)}\n`);
  }

  /** Removes a statement with its line, if it has the line to itself. */
  remove(statement: Node): void {
    const [start, end] = [this.#lineStart(statement.start!), this.#lineEnd(statement.end!)];
    const alone = this.text.slice(start, statement.start!).trim() === '';
    if (alone) this.#magic.remove(start, Math.min(end + 1, this.text.length));
    else this.#magic.remove(statement.start!, statement.end!);
  }

  /** Removes a declaration with the comment above it and the empty line before. */
  removeDeclaration(statement: Node): void {
    const start = this.#lineStart(statement.leadingComments?.[0]?.start ?? statement.start!);
    const emptyBefore = this.text.slice(0, start).endsWith('\n\n');
    const end = Math.min(this.#lineEnd(statement.end!) + 1, this.text.length);
    this.#magic.remove(emptyBefore ? start - 1 : start, end);
  }

  /** Removes one of several items between commas: a property, an argument, an import. */
  removeItem(item: Node, list: readonly (Node | null)[]): void {
    const index = list.indexOf(item);
    const [before, after] = [list[index - 1], list[index + 1]];
    if (before) this.#magic.remove(before.end!, item.end!);
    else if (after) this.#magic.remove(item.start!, after.start!);
    else this.#magic.remove(item.start!, this.#pastComma(item.end!));
  }

  /** Adds a property at the end of an object: `{ a: 1 }` becomes `{ a: 1, b: 2 }`. */
  addProperty(object: ObjectExpression, text: string): void {
    const last = object.properties.at(-1);
    if (last) this.#magic.appendLeft(last.end!, `, ${text}`);
    else this.replace(object, `{ ${text} }`);
  }

  /** Adds lines at the end of the file, after an empty one. */
  addAtEnd(lines: string): void {
    this.#magic.append(`${this.text.endsWith('\n') ? '' : '\n'}\n${lines}\n`);
  }

  /** Sees to it that names of the tracing API are imported. */
  need(...names: string[]): void {
    for (const name of names) this.#imports.set(name, 'value');
  }

  needType(...names: string[]): void {
    for (const name of names) this.#imports.set(name, 'type');
  }

  /** The rewritten text, before its imports are put in order. */
  rewritten(): { text: string; imports: ReadonlyMap<string, 'value' | 'type'> } {
    return { text: this.#magic.toString(), imports: this.#imports };
  }

  #indented(statement: Node, lines: string): string {
    const start = this.#lineStart(statement.start!);
    const indent = /^\s*/.exec(this.text.slice(start, statement.start!))![0];
    return lines
      .split('\n')
      .map((line) => (line === '' ? line : indent + line))
      .join('\n');
  }

  #lineStart(position: number): number {
    return this.text.lastIndexOf('\n', position - 1) + 1;
  }

  #lineEnd(position: number): number {
    const end = this.text.indexOf('\n', position);
    return end < 0 ? this.text.length : end;
  }

  #pastComma(position: number): number {
    return position + (/^\s*,/.exec(this.text.slice(position))?.[0].length ?? 0);
  }
}

/** A number as a person writes it: at most four figures that matter. */
export function write(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
}
