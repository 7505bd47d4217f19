import type { Graph, TensorType } from '../graph/types';

/** `cpu` is the oracle and the last resort; `wasm` and `native` join here when they exist. */
export type DeviceKind = 'cpu' | 'webgpu' | 'wasm' | 'native';

/** What a person reads: `webgpu (swiftshader, software)`. */
export interface DeviceInfo {
  readonly kind: DeviceKind;
  readonly name: string;
  /** A GPU adapter that is really the CPU. */
  readonly software: boolean;
  readonly precision: 'f32' | 'f64';
}

/** A tensor on its way to or from a device. Integers are Int32Array; f64 exists on the cpu device only. */
export type HostData = Float32Array | Float64Array | Int32Array;

/** What a device keeps between runs (parameters, optimizer state), and the graphs that read and write it. */
export interface Workload {
  readonly tensors: Readonly<Record<string, TensorType>>;
  readonly graphs: Readonly<Record<string, Graph>>;
}

/** The fed inputs of one run of a graph, by input name. What the graph does not read is ignored. */
export type Feeds = Readonly<Record<string, HostData>>;
/** The named outputs of one run. */
export type Outputs = Readonly<Record<string, HostData>>;

/**
 * One way to execute graphs. The same graph gives the same numbers, to rounding, on every device.
 */
export interface Device {
  readonly info: DeviceInfo;
  /**
   * Plans every graph of a workload and allocates all it will ever need. Persistent tensors begin as
   * zeros. Throws GraphError, ShaderError, OutOfMemoryError or DeviceLostError.
   */
  open(workload: Workload): Promise<Session>;
  close(): void;
}

/** A planned workload. Between `open` and `close` no memory is allocated and no shader is built. */
export interface Session {
  readonly info: DeviceInfo;
  readonly plans: Readonly<Record<string, PlanSummary>>;
  /** Bytes held by this session on the device. */
  readonly peakBytes: number;
  /** What of `open` was planning, in seconds: the rest of it was compiling and allocating. */
  readonly planningSeconds: number;
  /** Replaces a persistent tensor. */
  write(name: string, data: HostData): void;
  /** Copies a persistent tensor out, after all runs so far. */
  read(name: string): Promise<HostData>;
  /**
   * Runs a graph once for each element of `feeds`, in order, its `updates` applied after each run, and
   * resolves to the outputs of each. Several calls may be under way at once: they execute in the order
   * of the calls, and none waits for the results of the one before. The feeds are read before the call
   * returns its promise, so the caller may fill the same arrays again at once.
   */
  run(graph: string, feeds: readonly Feeds[]): Promise<Outputs[]>;
  close(): void;
}

/** What executing a graph once costs, as planned. */
export interface PlanSummary {
  readonly launches: number;
  /** Floating-point operations of one run. */
  readonly flops: number;
  /** Bytes that one run reads and writes at its launches' boundaries. */
  readonly bytesMoved: number;
  /** Bytes of the buffers between launches, with lifetimes shared. */
  readonly scratchBytes: number;
  /** Bytes that are alive between launches at once, at most: in this order, no memory plan needs fewer. */
  readonly aliveBytes: number;
  /** The launches in order, for a person to read. */
  readonly steps: readonly PlanStep[];
}

export interface PlanStep {
  readonly kernel: string;
  readonly ops: readonly string[];
  readonly flops: number;
  readonly bytes: number;
}
