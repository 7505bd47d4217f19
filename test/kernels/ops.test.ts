import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../src/kernels/devices/cpu/device';
import type { Feeds } from '../../src/kernels/devices/device';
import { GraphBuilder } from '../../src/kernels/graph/builder';
import { simplify } from '../../src/kernels/graph/simplify/simplify';
import { sizeOf } from '../../src/kernels/graph/types';
import { OP_NAMES, opNamed } from '../../src/kernels/ops/table';
import { hashName, uniformAt } from '../../src/kernels/random/threefry';
import { drawInputs, type OpCase } from './cases/case';
import {
  caseFeeds,
  caseGraph,
  checkOpsOn,
  differentiableInputs,
  relativeError,
} from './check-device';
import { casesByOp, OP_CASES } from './op-cases';

describe('the list of cases', () => {
  it('has every op of the table, and no name twice', () => {
    const covered = new Set(OP_CASES.map(({ op }) => op));
    expect(OP_NAMES.filter((op) => op !== 'input' && !covered.has(op))).toEqual([]);
    expect(new Set(OP_CASES.map(({ name }) => name)).size).toBe(OP_CASES.length);
  });
});

describe('references', () => {
  for (const [op, cases] of casesByOp()) {
    it(`${op} writes every element, whatever was there before`, () => {
      for (const one of cases) {
        const first = reference(one, Number.NaN);
        const second = reference(one, 12345);
        // A NaN equals nothing: an element left alone differs, whichever of the two it holds.
        expect(
          first.every((value, i) => value === second[i]),
          one.name,
        ).toBe(true);
      }
    });
  }
});

describe('gradients agree with central differences in float64', () => {
  const device = createCpuDevice({ precision: 'f64' });
  for (const [op, cases] of casesByOp()) {
    const smooth = cases.filter((one) => differentiableInputs(one).length > 0);
    if (smooth.length === 0 || opNamed(op).gradient === 'none') continue;
    it(op, async () => {
      for (const one of smooth) await checkGradient(one);
    });
  }

  async function checkGradient(one: OpCase) {
    const graph = caseGraph(one);
    if (!('loss' in graph.outputs)) return;
    const session = await device.open({ tensors: {}, graphs: { graph } });
    const feeds = caseFeeds(one, graph);
    const [at] = await session.run('graph', [feeds]);
    const loss = async (moved: Feeds) => (await session.run('graph', [moved]))[0]!.loss![0]!;
    for (const input of differentiableInputs(one)) {
      const name = `in${input}`;
      const x = feeds[name]!;
      const gradient = at![`grad${input}`]!;
      for (const direction of directionsFor(one, input, x.length)) {
        const h = 1e-5;
        const step = (by: number) => x.map((value, i) => value + by * direction[i]!);
        const above = await loss({ ...feeds, [name]: step(h) });
        const below = await loss({ ...feeds, [name]: step(-h) });
        const slope = (above - below) / (2 * h);
        const stated = dot(gradient, direction);
        // What a slope along a random direction is typically: the gradient's norm times the step's RMS.
        const scale = norm(gradient) * (norm(direction) / Math.sqrt(x.length));
        expect(Math.abs(slope - stated) / (scale + 1e-3), `${one.name}, ${name}`).toBeLessThan(
          1e-6,
        );
      }
    }
  }
});

describe('simplified', () => {
  const device = createCpuDevice({ precision: 'f64' });
  for (const [op, cases] of casesByOp()) {
    it(`${op} and its gradient stay what they were`, async () => {
      for (const one of cases.filter(({ inputs }) => isSmall(inputs))) {
        const plain = caseGraph(one);
        const graphs = { plain, simple: simplify(plain) };
        const session = await device.open({ tensors: {}, graphs });
        const feeds = [caseFeeds(one, plain)];
        const [[before], [after]] = await Promise.all([
          session.run('plain', feeds),
          session.run('simple', feeds),
        ]);
        for (const [name, value] of Object.entries(before!)) {
          const error = relativeError(after![name]!, value);
          expect(error, `${one.name}: ${name}`).toBeLessThan(1e-12);
        }
      }
    });
  }

  const isSmall = (inputs: OpCase['inputs']) => inputs.every(({ shape }) => sizeOf(shape) < 3000);
});

describe('the cpu in float32', () => {
  checkOpsOn(async () => createCpuDevice({ precision: 'f32' }));
});

/** The reference itself, into a result that holds something already. */
function reference(one: OpCase, before: number) {
  const b = new GraphBuilder();
  const ids = one.inputs.map(({ shape, dtype }, i) => b.input(`in${i}`, shape, dtype));
  const node = b.node(b.emit(one.op, ids, one.attrs));
  const inputs = drawInputs(one).map((data, i) => ({ ...b.node(ids[i]!), data }));
  const size = sizeOf(node.shape);
  const out = node.dtype === 'f32' ? new Float64Array(size) : new Int32Array(size);
  opNamed(one.op).reference(node, inputs, out.fill(before));
  return out;
}

/** Each axis of a small input, and a few random directions through a large one. */
function directionsFor(one: OpCase, input: number, size: number): Float64Array[] {
  if (size <= 12) {
    return Array.from({ length: size }, (_, i) => {
      const direction = new Float64Array(size);
      direction[i] = 1;
      return direction;
    });
  }
  const seed = hashName(one.name);
  return [0, 1].map((n) =>
    Float64Array.from(
      { length: size },
      (_, i) => 2 * uniformAt(seed, 2000 + 10 * input + n, i) - 1,
    ),
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function norm(data: ArrayLike<number>): number {
  return Math.sqrt(dot(data, data));
}
