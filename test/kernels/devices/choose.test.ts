import { expect, it } from 'vitest';
import { findDevices } from '../../../src/kernels/devices/choose';
import { GraphBuilder } from '../../../src/kernels/graph/builder';

/** A WebGPU without an adapter, as in a browser that blocks the machine's GPU. */
const blocked = { requestAdapter: async () => null } as unknown as GPU;

it('falls back to the CPU, and says why', async () => {
  const { devices, absent } = await findDevices(blocked);
  expect(devices.map(({ info }) => info.kind)).toEqual(['wasm', 'cpu']);
  expect(absent).toHaveLength(1);
  expect(absent[0]).toMatch(/^webgpu: .*no graphics adapter.* Training runs on the CPU\.$/);

  const b = new GraphBuilder();
  const graph = b.finish({ y: b.neg(b.input('x', [1])) });
  const session = await devices[0]!.open({ tensors: {}, graphs: { graph } });
  const [out] = await session.run('graph', [{ x: Float32Array.of(2) }]);
  expect(out!.y).toEqual(Float32Array.of(-2));
});

it('says so where there is no WebGPU at all', async () => {
  const { devices, absent } = await findDevices(undefined);
  expect(devices).toHaveLength(2);
  expect(absent[0]).toContain('has no WebGPU');
});
