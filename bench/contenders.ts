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
  /** Floating-point operations of one step. */
  readonly flops: number;
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

export interface ContenderInfo {
  readonly id: string;
  readonly title: string;
  readonly backend: Backend;
  readonly lab: boolean;
  /** Where it runs. */
  readonly place: 'page' | 'node' | 'python';
  /** Page only: the page may share memory between threads. */
  readonly threads?: boolean;
}

export const PAGE_CONTENDERS: readonly ContenderInfo[] = [
  { id: 'lab-webgpu', title: 'Loopy Lab, webgpu', backend: 'webgpu', lab: true, place: 'page' },
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
];
