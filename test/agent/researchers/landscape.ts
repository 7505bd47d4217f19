import { EDITS } from '../../../src/agent/researchers/local';
import { textOf } from '../../../src/agent/researchers/local/lineage';
import { numberIn } from '../../../src/agent/researchers/local/numbers';
import type { TrialRunner } from '../../../src/agent/study';
import { hashName, normalAt } from '../../../src/kernels/random/threefry';
import type { ProgramSource } from '../../../src/model/programs/program';
import { finished } from '../fixtures';
import { FakeRunner } from '../loop/world';

/**
 * A made-up world in which the score of a program depends on its numbers and its parts: what a wider, deeper
 * model gains and what it costs, a best learning rate that falls with the width, and small effects of some
 * parts. The researchers are not told of any of it.
 */
export function landscapeScore(program: ProgramSource): number {
  const at = (kind: string, otherwise: number) =>
    numberIn(EDITS.find((edit) => edit.kind === kind)!, program) ?? otherwise;
  const [width, layers, rate] = [at('width', 1), at('layers', 1), at('learning-rate', 0.01)];
  const [batch, beta1] = [at('batch-size', 8), at('beta1', 0.9)];
  const size = Math.log2(width / 60) ** 2 * 0.16 + Math.log2(layers / 2.5) ** 2 * 0.05;
  const bestRate = 0.012 * (32 / width) ** 0.5;
  const steps = Math.log2(rate / bestRate) ** 2 * 0.02 + Math.log2(batch / 4) ** 2 * 0.015;
  const momentum = Math.log2((1 - beta1) / 0.08) ** 2 * 0.01;
  return 0.9 + size + steps + momentum + PARTS.reduce((sum, part) => sum + part.of(program), 0);
}

const has = (pattern: RegExp, effect: number) => ({
  of: ({ model, optimizer }: ProgramSource) => (pattern.test(model + optimizer) ? effect : 0),
});

const PARTS = [
  has(/\.square\(\); \/\/ \[B, T, mlp|\.square\(\);\n {4}x = x/, -0.02),
  has(/rope\(/, -0.03),
  has(/orthogonalised\(/, -0.04),
  has(/shift_mix/, -0.05),
  has(/softcap/, 0.01),
  has(/dropout\(/, 0.05),
  has(/layerNorm/, 0.004),
  has(/mlp_gate/, -0.012),
  has(/zeros\(/, -0.006),
  has(/\.sign\(\)/, 0.08),
  has(/weightDecay/, -0.004),
];

/** Trials in that world, with luck that seeds share between programs and luck of each program's own. */
export class LandscapeRunner extends FakeRunner {
  override inspect: TrialRunner['inspect'] = async (program) => ({
    status: 'ok',
    graphHash: textOf(program),
    parameters: 10 * (numberIn(EDITS.find(({ kind }) => kind === 'width')!, program) ?? 0) ** 2,
    flopsPerToken: 30_000,
    launchesPerStep: 40,
    graphNodes: 50,
    phases: [{ until: 1, batch: 8, context: 32 }],
  });

  constructor(noise = 0.004) {
    super(({ program, seed }) => {
      const own = noise * normalAt(seed, hashName(textOf(program)), 0);
      const shared = 0.03 * normalAt(seed, 0, 0);
      return finished(landscapeScore(program) + shared + own, textOf(program));
    });
  }
}
