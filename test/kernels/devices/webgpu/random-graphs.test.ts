import { afterAll, expect, it } from 'vitest';
import { createCpuDevice } from '../../../../src/kernels/devices/cpu/device';
import type { Session } from '../../../../src/kernels/devices/device';
import {
  createWebGpuDevice,
  type WebGpuDevice,
} from '../../../../src/kernels/devices/webgpu/device';
import { relativeError } from '../../check-device';
import { type RandomGraph, randomGraph } from '../../random-graph';
import { describeOnGpu } from './gpu';

await describeOnGpu('random graphs', (gpu) => {
  const oracle = createCpuDevice({ precision: 'f64' });
  // Few buffers for each launch, so that expressions are also split; then as many as there are.
  for (const storageBuffers of [4, undefined]) {
    let device: WebGpuDevice | undefined;
    afterAll(() => device?.close());
    for (let seed = 1; seed <= 12; seed++) {
      it(`number ${seed}, ${storageBuffers ?? 'all'} buffers a launch`, async () => {
        device ??= createWebGpuDevice(gpu(), storageBuffers ? { storageBuffers } : {});
        const graph = randomGraph(seed);
        const [theirs, ours] = await Promise.all([
          oracle.open(graph.workload),
          device.open(graph.workload),
        ]);
        ours.poison();
        const [expected, actual] = await Promise.all([
          results(theirs, graph),
          results(ours, graph),
        ]);
        const wrong = [...expected].flatMap(([name, right]) => {
          const error = relativeError(actual.get(name)!, right);
          return error < 1e-4 ? [] : [`${name} is off by ${error.toExponential(1)}`];
        });
        expect(wrong).toEqual([]);
        ours.close();
      });
    }
  }
});

/** Every output of every run, and the tensors after the last. */
async function results(session: Session, { workload, initial, runs }: RandomGraph) {
  for (const [name, data] of Object.entries(initial)) session.write(name, data);
  const outputs = await session.run('step', runs);
  const named = outputs.flatMap((out, run) =>
    Object.entries(out).map(([name, data]) => [`${name} of run ${run}`, data] as const),
  );
  const kept = Object.keys(workload.tensors).map(
    async (name) => [`${name} at the end`, await session.read(name)] as const,
  );
  return new Map([...named, ...(await Promise.all(kept))]);
}
