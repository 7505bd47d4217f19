import { expect } from 'vitest';
import { type Gpu, hasQuads } from '../../../../src/kernels/devices/webgpu/adapter';
import type { Kernel } from '../../../../src/kernels/devices/webgpu/kernel';
import { LOWERINGS } from '../../../../src/kernels/devices/webgpu/lowerings';
import { type KernelTensor, runKernels } from '../../../../src/kernels/devices/webgpu/runKernel';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import { type Attrs, type NodeId, sizeOf } from '../../../../src/kernels/graph/types';
import type { HostTensor } from '../../../../src/kernels/ops/op';
import { relativeError, runOp } from '../../ops/run-op';

/** One op of a graph: its name, how many of the inputs it reads, from the first, and its attributes. */
export interface LoweredOp {
  readonly op: string;
  readonly reads?: number;
  readonly attrs?: Attrs;
}

/**
 * Lowers ops that share their inputs, each sibling to the others, as the planner would: an op that an
 * earlier kernel has written gets no launch of its own.
 */
export function lower(
  ops: readonly LoweredOp[],
  inputs: readonly HostTensor[],
  software: boolean,
  quads = false,
): { kernels: Kernel[]; ids: NodeId[] } {
  const b = new GraphBuilder();
  const inputIds = inputs.map(({ shape, dtype }, i) => b.input(`x${i}`, shape, dtype));
  const ids = ops.map(({ op, reads, attrs }) =>
    b.emit(op, inputIds.slice(0, reads ?? inputs.length), attrs ?? {}),
  );
  const done = new Set<NodeId>();
  const kernels = ids.flatMap((id) => {
    if (done.has(id)) return [];
    const lowered = LOWERINGS.get(b.node(id).op)!({
      graph: b.finish({}),
      node: b.node(id),
      id,
      software,
      quads,
      subgroup: quads ? 4 : 1,
      nodeOf: (other) => b.node(other),
      sibling: (op) => ids.find((other) => b.node(other).op === op && !done.has(other)),
    });
    for (const written of lowered.flatMap((kernel) => kernel.writes)) {
      if (typeof written === 'number') done.add(written);
    }
    return lowered;
  });
  return { kernels, ids };
}

export interface LoweredOptions {
  readonly tolerance?: number;
  /**
   * As on a software adapter (true), as on a real GPU (false). Default: as on what this adapter is not;
   * the way that it goes itself is tested with all the other ops.
   */
  readonly ways?: readonly boolean[];
  /** With kernels for threads in step, where the adapter has them. */
  readonly quads?: boolean;
}

/**
 * Runs ops by their kernels and expects each result within `tolerance` of the float64 reference, relative
 * to its norm.
 */
export async function expectLowered(
  gpu: Gpu,
  ops: readonly LoweredOp[],
  inputs: readonly HostTensor[],
  { tolerance = 1e-5, ways = [!gpu.info.software], quads = false }: LoweredOptions = {},
): Promise<void> {
  // What the GPU is given is rounded to f32, so that is what the reference gets too.
  const rounded = inputs.map((x) => ({
    ...x,
    data: x.dtype === 'f32' ? Float64Array.from(Float32Array.from(x.data)) : x.data,
  }));
  for (const software of ways) {
    const { kernels, ids } = lower(ops, inputs, software, quads && hasQuads(gpu.device));
    const tensors: Record<number, KernelTensor> = {};
    rounded.forEach((x, i) => {
      tensors[i] = {
        data: x.dtype === 'f32' ? Float32Array.from(x.data) : Int32Array.from(x.data),
      };
    });
    const expected = ops.map(({ op, reads, attrs }) => runOp(op, rounded.slice(0, reads), attrs));
    ids.forEach((id, i) => {
      tensors[id] = { length: sizeOf(expected[i]!.shape), dtype: 'f32' };
    });
    const written = await runKernels(gpu.device, kernels, tensors);
    ids.forEach((id, i) => {
      const actual = { ...expected[i]!, data: written[id]! };
      const what = `${ops[i]!.op}, ${software ? 'as on software' : 'as on a GPU'}`;
      // A result that is zero but for rounding (what one weight alone gets) has no digits to compare.
      if (rootMeanSquare(expected[i]!) < 1e-6) {
        expect(rootMeanSquare(actual), what).toBeLessThan(1e-6);
      } else {
        expect(relativeError(actual, expected[i]!), what).toBeLessThan(tolerance);
      }
    });
  }
}

function rootMeanSquare({ data }: HostTensor): number {
  let squares = 0;
  for (const value of data) squares += value * value;
  return Math.sqrt(squares / data.length);
}
