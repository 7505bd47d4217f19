import { expect, it } from 'vitest';
import { createCpuDevice } from '../../src/kernels/devices/cpu/device';
import type { Device, Feeds, HostData, Outputs } from '../../src/kernels/devices/device';
import { GraphBuilder } from '../../src/kernels/graph/builder';
import { differentiate } from '../../src/kernels/graph/differentiate';
import { type Graph, sizeOf } from '../../src/kernels/graph/types';
import { opNamed } from '../../src/kernels/ops/table';
import { hashName, uniformAt } from '../../src/kernels/random/threefry';
import { drawInputs, type OpCase } from './cases/case';
import { casesByOp } from './op-cases';

/** The differentiated inputs of a case, by position. */
export function differentiableInputs({ op, inputs, differentiable }: OpCase): readonly number[] {
  const { gradient } = opNamed(op);
  if (gradient === undefined) return [];
  return differentiable ?? inputs.flatMap(({ dtype }, i) => (dtype === 'f32' ? [i] : []));
}

/**
 * The graph of a case. Its inputs are `in0`, `in1` and so on; its outputs are the op's own `value` and,
 * where it can be differentiated, a `loss` (the value projected on random numbers) and the gradients
 * `grad0`, `grad1` ... of the loss.
 */
export function caseGraph(one: OpCase): Graph {
  const b = new GraphBuilder();
  const inputs = one.inputs.map(({ shape, dtype }, i) => b.input(`in${i}`, shape, dtype));
  const value = b.emit(one.op, inputs, one.attrs);
  const { shape, dtype } = b.node(value);
  const wrt = differentiableInputs(one);
  if (dtype !== 'f32' || wrt.length === 0) return b.finish({ value });
  const product = b.mul(value, b.input('projection', shape));
  const loss = b.sum(product, []);
  const gradients = differentiate(
    b,
    loss,
    wrt.map((i) => inputs[i]!),
  );
  return b.finish({
    value,
    loss,
    ...Object.fromEntries(gradients.map((id, i) => [`grad${wrt[i]}`, id])),
  });
}

/** The feeds of a case's graph: the same on every device. */
export function caseFeeds(one: OpCase, graph: Graph): Feeds {
  const feeds: Record<string, HostData> = {};
  drawInputs(one).forEach((data, i) => {
    feeds[`in${i}`] = data;
  });
  const { shape } = graph.nodes[graph.outputs.value!]!;
  const seed = hashName(one.name);
  feeds.projection = Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
    Math.fround(2 * uniformAt(seed, 1000, i) - 1),
  );
  return feeds;
}

/**
 * The norm of two tensors' difference as a share of the second's norm. A NaN on one side alone gives NaN.
 * Where the true tensor is nearly 0 (a gradient whose parts cancel), a share of it says nothing: there,
 * elements count as if they were 0.01, against inputs near 1.
 */
export function relativeError(actual: HostData, expected: HostData): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i])) continue;
    difference += (actual[i]! - expected[i]!) ** 2;
  }
  for (const value of expected) norm += value ** 2;
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 0.01 * Math.sqrt(expected.length));
}

/** Runs cases on a device, all in one session. */
export async function runCases(device: Device, cases: readonly OpCase[]): Promise<Outputs[]> {
  const graphs = Object.fromEntries(cases.map((one) => [one.name, caseGraph(one)]));
  const session = await device.open({ tensors: {}, graphs });
  try {
    const runs = cases.map(async (one) => {
      const [outputs] = await session.run(one.name, [caseFeeds(one, graphs[one.name]!)]);
      return outputs!;
    });
    return await Promise.all(runs);
  } finally {
    session.close();
  }
}

/**
 * One test for each op: every case's value and gradients against the float64 oracle, within a share of
 * each tensor's norm; integers and booleans exactly.
 */
export function checkOpsOn(connect: () => Promise<Device>, tolerance = 1e-4): void {
  const oracle = createCpuDevice({ precision: 'f64' });
  for (const [op, cases] of casesByOp()) {
    it(`computes ${op} and its gradient`, async () => {
      const device = await connect();
      const [expected, actual] = await Promise.all([
        runCases(oracle, cases),
        runCases(device, cases),
      ]);
      const wrong = cases.flatMap((one, i) =>
        Object.entries(expected[i]!).flatMap(([output, right]) => {
          const error = relativeError(actual[i]![output]!, right);
          const allowed = right instanceof Int32Array ? 0 : tolerance;
          return error <= allowed
            ? []
            : [`${one.name}: ${output} is off by ${error.toExponential(1)}`];
        }),
      );
      expect(wrong).toEqual([]);
    });
  }
}
