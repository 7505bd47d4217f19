import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import { createWasmDevice } from '../../../../src/kernels/devices/wasm/device';
import { sumInHalves } from '../../../../src/kernels/devices/wasm/halves';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import type { Graph } from '../../../../src/kernels/graph/types';
import { normalAt } from '../../../../src/kernels/random/threefry';

/** Gradients as of a linear layer over 8 sequences of 64 tokens: of its weight and of its gain. */
function gradients(): Graph {
  const b = new GraphBuilder();
  const x = b.input('x', [512, 26]);
  const dy = b.input('dy', [512, 21]);
  const weight = b.matmul(dy, x, { transposeA: true });
  const gain = b.sum(b.reshape(dy, [8, 64, 21]), [0, 1]);
  return b.finish({ weight: b.scale(weight, 2), gain });
}

const ops = ({ nodes }: Graph) => nodes.map(({ op }) => op);

describe('sums in halves', () => {
  it('cut what is summed over many rows, and nothing else', () => {
    const halves = sumInHalves(gradients());
    const shapesOf = (op: string) =>
      halves.nodes.filter((node) => node.op === op).map(({ shape }) => shape);
    expect(shapesOf('matmul')).toEqual([[2, 21, 26]]);
    expect(shapesOf('sum')).toEqual([[2, 21]]);

    const b = new GraphBuilder();
    const x = b.input('x', [510, 26]);
    const few = b.matmul(x, x, { transposeA: true });
    const odd = b.input('odd', [1025, 26]);
    const rows = b.input('rows', [4, 1024]);
    const others = b.finish({
      few,
      odd: b.matmul(odd, odd, { transposeA: true }),
      plain: b.matmul(rows, b.input('w', [1024, 8])),
      across: b.sum(rows, [1]),
      all: b.sum(rows, []),
    });
    expect(ops(sumInHalves(others))).toEqual(ops(others));
  });

  it('agree with the whole sums, to the same bit on any number of threads', async () => {
    const normals = (stream: number, count: number) =>
      Float32Array.from({ length: count }, (_, i) => normalAt(3, stream, i));
    const feeds = { x: normals(1, 512 * 26), dy: normals(2, 512 * 21) };
    const run = async (device: ReturnType<typeof createWasmDevice>) => {
      const session = await device.open({ tensors: {}, graphs: { graph: gradients() } });
      const [outputs] = await session.run('graph', [feeds]);
      session.close();
      return outputs!;
    };
    const one = await run(createWasmDevice({ threads: 1 }));
    for (const threads of [2, 3, 5]) {
      expect(await run(createWasmDevice({ threads, splitFrom: 0 }))).toEqual(one);
    }
    const oracle = await createCpuDevice({ precision: 'f64' }).open({
      tensors: {},
      graphs: { graph: gradients() },
    });
    const [expected] = await oracle.run('graph', [feeds]);
    for (const name of ['weight', 'gain']) {
      const worst = expected![name]!.map((value, i) => Math.abs(value - one[name]![i]!));
      expect(Math.max(...worst)).toBeLessThan(2e-4);
    }
  });
});
