import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import type { Device, DeviceInfo } from '../../../src/kernels/devices/device';
import { createWasmDevice } from '../../../src/kernels/devices/wasm/device';
import { fastestDevice } from '../../../src/model/harness/fastest-device';

/** A device that computes as the CPU does, but takes so many milliseconds for each run besides. */
function slow(info: Partial<DeviceInfo>, milliseconds: number): Device & { opened: number } {
  const cpu = createCpuDevice({ precision: 'f32' });
  return {
    opened: 0,
    info: { ...cpu.info, name: `${info.kind}`, ...info },
    close: () => cpu.close(),
    async open(workload) {
      this.opened++;
      if (Number.isNaN(milliseconds)) throw new Error('it cannot');
      const session = await cpu.open(workload);
      return {
        info: session.info,
        plans: session.plans,
        peakBytes: session.peakBytes,
        planningSeconds: 0,
        write: (name, data) => session.write(name, data),
        read: (name) => session.read(name),
        close: () => session.close(),
        async run(graph, feeds) {
          await new Promise((resolve) => setTimeout(resolve, milliseconds * feeds.length));
          return session.run(graph, feeds);
        },
      };
    },
  };
}

const software = (milliseconds: number) => slow({ kind: 'webgpu', software: true }, milliseconds);
const wasm = (milliseconds: number) => slow({ kind: 'wasm' }, milliseconds);
const cpu = createCpuDevice({ precision: 'f32' });

describe('the fastest device', () => {
  it('is a GPU in hardware, which nothing is measured against', async () => {
    const gpu = slow({ kind: 'webgpu', software: false }, 9);
    const other = wasm(0);
    expect(await fastestDevice([gpu, other, cpu])).toBe(gpu);
    expect([gpu.opened, other.opened]).toEqual([0, 0]);
  });

  it('is the one that a short measurement finds, where the GPU is in software', async () => {
    const [quick, lame] = [software(1), wasm(8)];
    expect(await fastestDevice([lame, quick, cpu])).toBe(quick);
    const [quicker, lamer] = [wasm(1), software(8)];
    expect(await fastestDevice([lamer, quicker, cpu])).toBe(quicker);
  });

  it('is none that cannot run at all', async () => {
    const other = software(5);
    expect(await fastestDevice([wasm(Number.NaN), other, cpu])).toBe(other);
  });

  it('is the only one there is', async () => {
    const only = createWasmDevice({ threads: 1 });
    expect(await fastestDevice([only, cpu])).toBe(only);
    expect(await fastestDevice([cpu])).toBe(cpu);
  });
});
