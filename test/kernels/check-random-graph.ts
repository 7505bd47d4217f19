import { createCpuDevice } from '../../src/kernels/devices/cpu/device';
import type { Device, Session } from '../../src/kernels/devices/device';
import { relativeError } from './check-device';
import { type RandomGraph, randomGraph } from './random-graph';

/** What a device gets wrong of a random graph, whose memory begins as NaN: one line for each tensor. */
export async function wrongOf(
  device: Device,
  seed: number,
  make: (seed: number) => RandomGraph = randomGraph,
): Promise<string[]> {
  const graph = make(seed);
  const [theirs, ours] = await Promise.all([
    createCpuDevice({ precision: 'f64' }).open(graph.workload),
    device.open(graph.workload),
  ]);
  if ('poison' in ours && typeof ours.poison === 'function') ours.poison();
  const [expected, actual] = await Promise.all([results(theirs, graph), results(ours, graph)]);
  ours.close();
  return [...expected].flatMap(([name, right]) => {
    const error = relativeError(actual.get(name)!, right);
    return error < 1e-4 ? [] : [`${name} is off by ${error.toExponential(1)}`];
  });
}

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
