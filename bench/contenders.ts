import type { BenchModel } from './models';

/** Something that trains a model, once it is set up. */
export interface Contender {
  /** What it runs on, in words: the adapter, the number of threads. */
  readonly device: string;
  /** Trains for so many steps, as fast as it can, and resolves to the loss of each once all are known. */
  run(steps: number): Promise<number[]>;
  dispose(): void;
  /** What the lab knows of its own plan. */
  readonly plan?: PlanFigures;
}

export interface PlanFigures {
  /** Floating-point operations of one step as its program has them. */
  readonly flops: number;
  /** Those that the plan computes: fewer where it spares some. */
  readonly plannedFlops: number;
  /** Bytes moved by one step as planned, and the bounds of src/kernels/plan/bounds.ts. */
  readonly bytesMoved: number;
  readonly leastTraffic: number;
  readonly productTraffic: number;
  readonly leastMemory: number;
  /** Bytes that the session holds. */
  readonly heldBytes: number;
}

/** Builds and compiles what it takes to train a model. Throws what a person should read where it cannot. */
export type Prepare = (model: BenchModel) => Promise<Contender>;

export type Backend = 'webgpu' | 'wasm' | 'native';

/** In what products take their two sides. Weights are float32 in each. */
export type Precision = 'f32' | 'f16' | 'bf16';

export interface ContenderInfo {
  readonly id: string;
  readonly title: string;
  readonly backend: Backend;
  readonly lab: boolean;
  /** Where it runs. */
  readonly place: 'page' | 'node' | 'python';
  /** Page only: the page may share memory between threads. */
  readonly threads?: boolean;
  /** Mixed precision, only with --mixed: products of such numbers, sums of float32. Absent: float32 throughout. */
  readonly precision?: Exclude<Precision, 'f32'>;
}

export const precisionOf = ({ precision }: Pick<ContenderInfo, 'precision'>): Precision =>
  precision ?? 'f32';

export const PAGE_CONTENDERS: readonly ContenderInfo[] = [
  { id: 'lab-webgpu', title: 'Loopy Lab, webgpu', backend: 'webgpu', lab: true, place: 'page' },
  {
    id: 'lab-webgpu-f16',
    title: 'Loopy Lab, webgpu, mixed f16',
    backend: 'webgpu',
    lab: true,
    place: 'page',
    precision: 'f16',
  },
  {
    id: 'jax-webgpu',
    title: 'jax-js, webgpu, as autoresearch-webgpu uses it',
    backend: 'webgpu',
    lab: false,
    place: 'page',
  },
  {
    id: 'jax-webgpu-jit',
    title: 'jax-js, webgpu, the whole step jitted',
    backend: 'webgpu',
    lab: false,
    place: 'page',
  },
  {
    id: 'tfjs-webgpu',
    title: 'TensorFlow.js, webgpu',
    backend: 'webgpu',
    lab: false,
    place: 'page',
  },
  {
    id: 'lab-wasm',
    title: 'Loopy Lab, wasm',
    backend: 'wasm',
    lab: true,
    place: 'page',
    threads: true,
  },
  {
    id: 'lab-wasm-1',
    title: 'Loopy Lab, wasm, 1 thread',
    backend: 'wasm',
    lab: true,
    place: 'page',
  },
  {
    id: 'jax-wasm-jit',
    title: 'jax-js, wasm, the whole step jitted',
    backend: 'wasm',
    lab: false,
    place: 'page',
    threads: true,
  },
  {
    id: 'tfjs-wasm',
    title: 'TensorFlow.js, wasm',
    backend: 'wasm',
    lab: false,
    place: 'page',
    threads: true,
  },
  {
    id: 'jax-wasm-jit-1',
    title: 'jax-js, wasm, the whole step jitted, 1 thread',
    backend: 'wasm',
    lab: false,
    place: 'page',
  },
  {
    id: 'tfjs-wasm-1',
    title: 'TensorFlow.js, wasm, 1 thread',
    backend: 'wasm',
    lab: false,
    place: 'page',
  },
];

export const NODE_CONTENDERS: readonly ContenderInfo[] = [
  {
    id: 'node-webgpu',
    title: 'Loopy Lab, Dawn in Node',
    backend: 'webgpu',
    lab: true,
    place: 'node',
  },
  {
    id: 'node-webgpu-f16',
    title: 'Loopy Lab, Dawn in Node, mixed f16',
    backend: 'webgpu',
    lab: true,
    place: 'node',
    precision: 'f16',
  },
  { id: 'node-wasm', title: 'Loopy Lab, wasm in Node', backend: 'wasm', lab: true, place: 'node' },
];

export const TORCH_CONTENDERS: readonly ContenderInfo[] = [
  {
    id: 'torch-eager',
    title: 'PyTorch, eager',
    backend: 'native',
    lab: false,
    place: 'python',
  },
  {
    id: 'torch-compiled',
    title: 'PyTorch, compiled',
    backend: 'native',
    lab: false,
    place: 'python',
  },
  {
    id: 'torch-eager-bf16',
    title: 'PyTorch, eager, mixed bf16',
    backend: 'native',
    lab: false,
    place: 'python',
    precision: 'bf16',
  },
  {
    id: 'torch-compiled-bf16',
    title: 'PyTorch, compiled, mixed bf16',
    backend: 'native',
    lab: false,
    place: 'python',
    precision: 'bf16',
  },
];
