import type { LabPrecision, Measure } from '../ceiling-product';
import type { Backend, Contender, PlanFigures, Prepare } from '../contenders';
import type { BenchModel } from '../models';
import type { OverheadOrder, OverheadResult } from '../overhead/trials';
import { type Counts, counts, installCounters, peakBytes } from './counters';

installCounters();

/** Modules that each export `contenders`: a way to prepare for each id. */
const MODULES = import.meta.glob<{ contenders: Readonly<Record<string, Prepare>> }>([
  './lab.ts',
  './peers/*.ts',
]);
const CEILINGS: Readonly<Record<string, () => Promise<{ measure: Measure }>>> = {
  webgpu: () => import('./ceiling-webgpu'),
  wasm: () => import('../ceiling-wasm'),
};

/** What a page measured in one call of `run`. */
export interface PageRun {
  readonly losses: number[];
  readonly milliseconds: number;
  readonly counts: Counts;
  readonly peakBytes: number;
}

export interface PagePrepared {
  readonly device: string;
  /** From the model's text to its first loss; the library's own code is there already. */
  readonly firstStepMilliseconds: number;
  readonly firstLoss: number;
  readonly pipelines: number;
  readonly plan?: PlanFigures;
}

let contender: Contender | undefined;

const bench = {
  async prepare(id: string, model: BenchModel): Promise<PagePrepared> {
    const file = id.startsWith('lab-') ? './lab.ts' : `./peers/${id.split('-')[0]}.ts`;
    const { contenders } = await MODULES[file]!();
    const startedAt = performance.now();
    contender = await contenders[id]!(model);
    const [firstLoss] = await contender.run(1);
    return {
      device: contender.device,
      firstStepMilliseconds: performance.now() - startedAt,
      firstLoss: firstLoss!,
      pipelines: counts.pipelines,
      ...(contender.plan ? { plan: contender.plan } : {}),
    };
  },
  async run(steps: number, backend: Exclude<Backend, 'native'>): Promise<PageRun> {
    const before = { ...counts };
    const startedAt = performance.now();
    const losses = await contender!.run(steps);
    const milliseconds = performance.now() - startedAt;
    const during = Object.fromEntries(
      Object.entries(counts).map(([name, n]) => [name, n - before[name as keyof Counts]]),
    );
    return {
      losses,
      milliseconds,
      counts: during as unknown as Counts,
      peakBytes: peakBytes(backend),
    };
  },
  /** Floating-point operations a second of the best matrix product that this backend is known to do. */
  async ceiling(
    backend: Exclude<Backend, 'native'>,
    model: BenchModel,
    precision: LabPrecision,
  ): Promise<number> {
    return (await CEILINGS[backend]!()).measure(model, precision);
  },
  /** Trials of the lab, one after the other, in a worker. */
  async overhead(order: OverheadOrder): Promise<OverheadResult> {
    const { measureOverhead } = await import('./overhead');
    return measureOverhead(order);
  },
};

export type Bench = typeof bench;
Object.assign(globalThis, { bench });
