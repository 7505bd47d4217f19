import { GraphBuilder } from '../../src/kernels/graph/builder';
import { type NodeId, sizeOf, type TensorType } from '../../src/kernels/graph/types';
import { normalAt, uniformAt } from '../../src/kernels/random/threefry';
import type { RandomGraph } from './random-graph';

const RUNS = 2;

/**
 * A graph that does the same to several matrices of one shape, most of the time: products with themselves
 * and each other, norms, sums, and now and then something to one of them alone, or to all of them in
 * another order, or with a number to which all contribute. It updates what it reads.
 */
export function randomMatrices(seed: number, steps = 14): RandomGraph {
  let draws = 0;
  const random = () => uniformAt(seed, 2, draws++);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;

  const b = new GraphBuilder();
  const count = 2 + below(5);
  const shape = pick([
    [8, 8],
    [8, 12],
    [12, 8],
    [3, 5],
  ]);
  const tensors: Record<string, TensorType> = {};
  const first: NodeId[] = [];
  const fed: NodeId[] = [];
  for (let i = 0; i < count; i++) {
    tensors[`p${i}`] = { shape, dtype: 'f32' };
    first.push(b.input(`p${i}`, shape));
    fed.push(b.input(`x${i}`, shape));
  }
  /** Values of one shape, one for each matrix. */
  const teams: NodeId[][] = [first, fed, first.map((p, i) => b.add(p, b.scale(fed[i]!, 0.5)))];
  const shapeOf = (team: readonly NodeId[]) => b.shape(team[0]!);
  const like = (team: readonly NodeId[]) =>
    pick(teams.filter((other) => String(shapeOf(other)) === String(shapeOf(team))));
  const norm = (x: NodeId) =>
    b.add(b.emit('sqrt', [b.sum(b.emit('square', [x]), [])]), b.constant(0.5));
  const calm = (team: readonly NodeId[]) => team.map((x) => b.div(x, norm(x)));

  const ways: readonly ((team: NodeId[]) => NodeId[])[] = [
    (team) => team.map((x) => b.matmul(x, x, { transposeB: true })),
    (team) => team.map((x) => b.matmul(x, x, { transposeA: true })),
    (team) => {
      const others = teams.filter((other) => shapeOf(other)[0] === shapeOf(team)[1]);
      const other = others.length > 0 ? pick(others) : team;
      const transposeB = others.length === 0;
      return team.map((x, i) => b.matmul(x, other[i]!, { transposeB }));
    },
    (team) => {
      const other = like(team);
      return team.map((x, i) => b.add(b.scale(x, 1.5), b.scale(other[i]!, -0.5)));
    },
    (team) => {
      const other = like(team);
      return team.map((x, i) => b.mul(x, other[i]!));
    },
    (team) => calm(team),
    (team) => team.map((x) => b.transpose(x, [1, 0])),
    (team) => {
      const axis = below(2);
      return team.map((x) => b.sub(x, b.scale(b.sum(x, [axis], true), 0.2)));
    },
    (team) => {
      const all = team.map(norm).reduce((x, y) => b.add(x, y));
      return team.map((x) => b.div(x, all));
    },
    (team) => [...team].reverse(),
    (team) => team.map((x, i) => (i === 0 ? b.emit('tanh', [x]) : x)),
    (team) => team.map((x, i) => (i === 0 ? b.add(x, b.scale(team[1]!, 0.5)) : x)),
  ];
  for (let i = 0; i < steps; i++) {
    const team = pick(teams.slice(-4));
    // Half of the steps are products, for those make stacks.
    const next = (random() < 0.5 ? pick(ways.slice(0, 3)) : pick(ways))(team);
    teams.push(random() < 0.6 ? calm(next) : next);
  }

  const last = teams.findLast((team) => String(shapeOf(team)) === String(shape))!;
  const updates = Object.fromEntries(
    last.map((x, i) => [`p${i}`, b.add(b.scale(first[i]!, 0.9), b.div(b.scale(x, 0.3), norm(x)))]),
  );
  const outputs = Object.fromEntries(
    Array.from({ length: 4 }, (_, i) => [`y${i}`, pick(calm(pick(teams.slice(-6))))]),
  );
  const draw = (stream: number) =>
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(normalAt(seed, stream, i)));
  return {
    workload: { tensors, graphs: { step: b.finish(outputs, updates) } },
    initial: Object.fromEntries(first.map((_, i) => [`p${i}`, draw(100 + i)])),
    runs: Array.from({ length: RUNS }, (_, run) =>
      Object.fromEntries(fed.map((_, i) => [`x${i}`, draw(10 * run + i)])),
    ),
  };
}
