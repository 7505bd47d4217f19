import type { Feeds, Workload } from '../../src/kernels/devices/device';
import { GraphBuilder } from '../../src/kernels/graph/builder';
import { type NodeId, sizeOf, type TensorType } from '../../src/kernels/graph/types';
import { normalAt, uniformAt } from '../../src/kernels/random/threefry';

/** A workload with one graph `step`, and feeds for a few runs of it. */
export interface RandomGraph {
  readonly workload: Workload;
  readonly initial: Readonly<Record<string, Float64Array>>;
  readonly runs: readonly Feeds[];
}

const SHAPES: readonly (readonly number[])[] = [[], [1], [6], [4, 6], [2, 3, 4], [3, 1, 4], [24]];
const TENSORS = 4;
const RUNS = 3;

/**
 * A graph of elementwise ops, movement and sums in a random order, which also updates what it reads: for finding what nobody thought of. Values stay near 1, and what is compared is exact on
 * every device (integers, and inputs as they were fed), so that rounding decides nothing.
 */
export function randomGraph(seed: number, nodes = 40): RandomGraph {
  let draws = 0;
  const random = () => uniformAt(seed, 1, draws++);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;

  const b = new GraphBuilder();
  const fed = SHAPES.map((shape, i) => b.input(`x${i}`, shape));
  const names = Array.from({ length: TENSORS }, (_, i) => `p${i}`);
  const tensors: Record<string, TensorType> = {};
  const kept = names.map((name) => {
    const shape = pick(SHAPES);
    tensors[name] = { shape, dtype: 'f32' };
    return b.input(name, shape);
  });
  const runSeed = b.input('seed', [], 'i32');
  const pool: NodeId[] = [...fed, ...kept];
  const shapeOf = (id: NodeId) => b.shape(id);
  const calm = (x: NodeId) => b.scale(b.emit('tanh', [b.scale(x, 0.5)]), 2);

  /** An operand that broadcasts with `x`: another value of its shape, or one axis of it, or one number. */
  const partner = (x: NodeId): NodeId => {
    const fitting = pool.filter((id) => {
      const [own, other] = [shapeOf(x), shapeOf(id)];
      return (
        other.length <= own.length &&
        other.every((n, i) => {
          const at = own[own.length - other.length + i];
          return n === at || n === 1;
        })
      );
    });
    return pick(fitting);
  };

  const steps: readonly ((x: NodeId) => NodeId)[] = [
    (x) => b.emit(pick(['neg', 'abs', 'tanh', 'sigmoid', 'sin', 'relu', 'silu', 'gelu']), [x]),
    (x) => b.emit(pick(['add', 'sub', 'minimum', 'maximum']), [x, partner(x)]),
    (x) => b.mul(x, partner(x)),
    (x) => b.add(x, b.constant(random())),
    (x) => b.div(x, b.add(b.emit('square', [partner(x)]), b.constant(1))),
    (x) => {
      const [y, z] = [pick(fed), pick(fed)];
      const same = sizeOf(shapeOf(y)) === sizeOf(shapeOf(x));
      const condition = same
        ? b.reshape(b.emit('less', [y, b.constant(0.1)]), shapeOf(x))
        : b.broadcastTo(b.emit('greater', [b.sum(z, []), b.constant(0)]), shapeOf(x));
      return b.select(same ? condition : b.emit('logicalNot', [condition]), x, b.neg(x));
    },
    (x) => {
      const perm = shapeOf(x)
        .map((_, i) => i)
        .sort(() => random() - 0.5);
      return perm.length > 1 ? b.transpose(x, perm) : b.neg(x);
    },
    (x) =>
      b.reshape(
        x,
        sizeOf(shapeOf(x)) === 24 ? pick([[24], [4, 6], [2, 3, 4], [12, 2]]) : [sizeOf(shapeOf(x))],
      ),
    (x) => {
      const shape = shapeOf(x);
      const starts = shape.map((n) => below(n));
      const sizes = shape.map((n, i) => 1 + below(n - starts[i]!));
      const part = b.emit('slice', [x], { starts, sizes });
      const after = shape.map((n, i) => n - starts[i]! - sizes[i]!);
      return random() < 0.3 ? part : b.emit('pad', [part], { before: starts, after, value: 0.5 });
    },
    (x) => {
      const axis = below(Math.max(1, shapeOf(x).length));
      const parts = Array.from({ length: 1 + below(6) }, (_, i) => (i % 2 ? b.neg(x) : x));
      if (shapeOf(x).length === 0 || sizeOf(shapeOf(x)) > 100) return b.neg(x);
      return b.emit('concat', parts, { axis });
    },
    (x) => {
      const shape = shapeOf(x);
      return shape.length === 0 ? b.broadcastTo(x, [2, 3, 4]) : b.broadcastTo(x, [2, ...shape]);
    },
    (x) => {
      const shape = shapeOf(x);
      const axis = below(Math.max(1, shape.length));
      return shape.length === 0 ? b.neg(x) : b.scale(b.sum(x, [axis], random() < 0.5), 0.3);
    },
    (x) => {
      const shape = shapeOf(x);
      const axis = below(Math.max(1, shape.length));
      const counted =
        shape.length === 0
          ? b.constant(3)
          : b.emit('cast', [b.emit('iota', [], { shape: [...shape], axis })], { dtype: 'f32' });
      return b.add(x, b.scale(counted, 0.1));
    },
    (x) =>
      b.mul(x, b.emit('randomUniform', [runSeed], { shape: [...shapeOf(x)], stream: below(1e6) })),
  ];

  for (let i = 0; i < nodes; i++) {
    const x = pick(pool.slice(-12));
    let y = pick(steps)(x);
    if (sizeOf(shapeOf(y)) > 400) y = b.scale(b.sum(y, []), 0.01);
    pool.push(random() < 0.5 ? calm(y) : y);
  }

  const updates: Record<string, NodeId> = {};
  names.forEach((name, i) => {
    const fitting = pool.filter((id) => String(shapeOf(id)) === String(tensors[name]!.shape));
    const chosen = pick(fitting);
    updates[name] = random() < 0.3 ? b.add(b.scale(kept[i]!, 0.5), chosen) : chosen;
  });
  const outputs = Object.fromEntries(
    Array.from({ length: 5 }, (_, i) => [`y${i}`, calm(pick(pool.slice(-20)))]),
  );
  const graph = b.finish({ ...outputs, last: pool.at(-1)!, x3: fed[3]! }, updates);
  const draw = (stream: number, size: number) =>
    Float64Array.from({ length: size }, (_, i) => Math.fround(normalAt(seed, stream, i)));
  return {
    workload: { tensors, graphs: { step: graph } },
    initial: Object.fromEntries(
      names.map((name, i) => [name, draw(100 + i, sizeOf(tensors[name]!.shape))]),
    ),
    runs: Array.from({ length: RUNS }, (_, run) => ({
      seed: Int32Array.of(seed * 10 + run),
      ...Object.fromEntries(SHAPES.map((shape, i) => [`x${i}`, draw(10 * run + i, sizeOf(shape))])),
    })),
  };
}
