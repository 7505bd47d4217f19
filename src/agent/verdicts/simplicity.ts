import { parse } from '@babel/parser';
import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';

/** Tokens of a program's source, comments and layout left out: the lab's measure of its simplicity. */
export function countTokens(program: ProgramSource): number {
  const known = counted.get(program);
  if (known !== undefined) return known;
  const count = PROGRAM_FILES.reduce((sum, { key }) => sum + tokensOf(program[key]), 0);
  counted.set(program, count);
  return count;
}

/** Programs never change, and every step of a comparison asks for the same two. */
const counted = new WeakMap<ProgramSource, number>();

/** A file that does not parse counts its words: it crashes before its size matters. */
function tokensOf(source: string): number {
  try {
    const { tokens } = parse(source, {
      sourceType: 'module',
      plugins: ['typescript'],
      tokens: true,
    });
    return (tokens ?? []).filter(isToken).length;
  } catch {
    return source.split(/\s+/).filter((word) => word !== '').length;
  }
}

function isToken(token: { type: unknown }): boolean {
  return token.type !== 'CommentLine' && token.type !== 'CommentBlock' && !isEnd(token.type);
}

function isEnd(type: unknown): boolean {
  return typeof type === 'object' && type !== null && 'label' in type && type.label === 'eof';
}
