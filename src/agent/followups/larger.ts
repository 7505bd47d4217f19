import type { ProgramSource } from '../../model/programs/program';
import { Source } from '../researchers/local/syntax/source';

/** Settings of `config` that the larger program has twice as large. */
const GROWN = ['width', 'layers'] as const;
export const GROWTH = 2;

/**
 * The program twice as wide and twice as deep, by the numbers of its `config`; null where it has no such
 * numbers. The number of heads stays, and each is twice as wide.
 */
export function largerProgram(program: ProgramSource): ProgramSource | null {
  let source: Source;
  try {
    source = new Source(program.model);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  for (const name of GROWN) {
    const spot = source.setting(name);
    if (!spot) return null;
    source.setNumber(spot, GROWTH * spot.value);
  }
  return { ...program, model: source.rewritten().text };
}
