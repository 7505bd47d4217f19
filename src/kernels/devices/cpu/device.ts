import type { Device, DeviceInfo, Workload } from '../device';
import { Memory, type Precision } from './memory';
import { CpuSession } from './session';

export interface CpuOptions {
  readonly precision: Precision;
  /** The most that one session may allocate; past it, `open` throws OutOfMemoryError. */
  readonly maxBytes?: number | undefined;
}

/**
 * The CPU, one op at a time by its plain reference. In float64 it is the oracle that every other device is
 * checked against; in float32 (sums still in double precision) it trains where there is no GPU.
 */
export function createCpuDevice({ precision, maxBytes }: CpuOptions): Device {
  const info: DeviceInfo = {
    kind: 'cpu',
    name: `cpu (${precision === 'f64' ? 'float64' : 'float32'})`,
    software: false,
    precision,
  };
  return {
    info,
    open: async (workload: Workload) =>
      new CpuSession(info, new Memory(precision, maxBytes), workload),
    close() {},
  };
}
