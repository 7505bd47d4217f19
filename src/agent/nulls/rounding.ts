import type { NullEdit } from './text';

/** Equal expressions of the optimizer that round differently, each pair in either direction. */
const PAIRS: readonly (readonly [string, string])[] = [
  [
    'scalar(learningRate).mul(scalar(1).sub(t.progress))',
    'scalar(learningRate).sub(scalar(learningRate).mul(t.progress))',
  ],
  ['lr.mul(mHat).div(vHat.sqrt().add(epsilon))', 'lr.mul(mHat.div(vHat.sqrt().add(epsilon)))'],
  [
    'state.m[name].mul(beta1).add(g.mul(1 - beta1))',
    'state.m[name].add(g.sub(state.m[name]).mul(1 - beta1))',
  ],
  [
    'state.v[name].mul(beta2).add(g.square().mul(1 - beta2))',
    'state.v[name].add(g.square().sub(state.v[name]).mul(1 - beta2))',
  ],
  ['g.square().mul(1 - beta2)', 'g.mul(g.mul(1 - beta2))'],
];

/** An expression is written as an equal one that rounds differently. */
export const ROUND: NullEdit = {
  kind: 'other rounding',
  free: true,
  apply(program, random) {
    const { optimizer } = program;
    const ways = PAIRS.flatMap(([a, b]) => [
      { from: a, to: b },
      { from: b, to: a },
    ]).filter(({ from }) => optimizer.includes(from));
    const way = random.pick(ways);
    if (!way) return null;
    return {
      program: { ...program, optimizer: optimizer.replaceAll(way.from, way.to) },
      title: `${way.from} is written ${way.to}`,
      carry: (weights) => weights,
    };
  },
};
