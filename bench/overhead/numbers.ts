import type { ProgramSource } from '../../src/model/programs/program';
import { UsageError } from '../../src/terminal/options';

/** Assignments of a number, by what they are usually called in programs. */
const NUMBERS: Readonly<Record<keyof ProgramSource, RegExp>> = {
  model: /(\b(?:initStd|logitCap)\s*[:=]\s*)([\d.]+(?:e-?\d+)?)/,
  optimizer: /(\b(?:learningRate|lr)\s*=\s*)([\d.]+(?:e-?\d+)?)/,
};

/**
 * The program with another learning rate and, where it names one, another initial scale or soft cap: what
 * a researcher tries first. Throws UsageError where it names no learning rate.
 */
export function withOtherNumbers(source: ProgramSource): ProgramSource {
  const changed = (key: keyof ProgramSource) =>
    source[key].replace(NUMBERS[key], (_, name, value) => `${name}${0.75 * Number(value)}`);
  const other = { model: changed('model'), optimizer: changed('optimizer') };
  if (other.optimizer === source.optimizer) {
    throw new UsageError(
      'optimizer.ts has no line like `const learningRate = 0.01`, whose number a second trial could change',
    );
  }
  return other;
}
