import { parse } from '@babel/parser';
import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import type { Study } from '../study';
import type { Comparison } from './policy';

/** Whether the candidate has fewer nodes in its graphs, and at least that many fewer tokens of source. */
export function isSimpler({ candidate, incumbent }: Comparison['size'], tokens: number): boolean {
  if (candidate.nodes === null || incumbent.nodes === null) return false;
  return candidate.nodes < incumbent.nodes && incumbent.tokens - candidate.tokens >= tokens;
}

/**
 * In bpb: what a simpler program may still lose. A study has one margin: the smaller of `most` and what one
 * change of seed moves a score (its seed noise), less what earlier keeps of simpler programs gave up.
 */
export function marginLeft({ noise, givenUp }: Comparison, most: number): number {
  const { deviation } = noise.seed ?? { deviation: most };
  return Math.max(0, Math.min(most, deviation) - givenUp);
}

/**
 * In bpb: what a study's keeps of simpler programs gave up, by their mean differences; one that seems
 * better gives nothing back, since its mean is luck as much as gain.
 */
export function givenUpIn(study: Study): number {
  return study.experiments.reduce((sum, { verdict }) => {
    if (verdict?.ground !== 'simpler' || verdict.evidence.first === null) return sum;
    return sum + Math.max(0, verdict.evidence.mean ?? 0);
  }, 0);
}

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
