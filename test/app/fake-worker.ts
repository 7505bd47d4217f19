import type { Visibility } from '../../src/app/lab/visibility';
import type { WorkerLink } from '../../src/app/lab/worker-link';
import type { Order, Prepared } from '../../src/app/workers/protocol';
import type { Diagnosis } from '../../src/model/harness/diagnose';
import type { Inspection } from '../../src/model/harness/inspect';
import type { TrialEvent, TrialRequest, TrialResult } from '../../src/model/harness/trial';
import type { ProgramSource } from '../../src/model/programs/program';
import { FACTS, summary } from './fake-lab';

export const DEVICE = {
  kind: 'cpu',
  name: 'cpu (test)',
  software: false,
  precision: 'f32',
} as const;

/** What a fake worker does with a trial; it may never come back, as real ones may not. */
export type Behaviour = (
  request: TrialRequest,
  onEvent: (event: TrialEvent) => void,
  stopped: Promise<never>,
) => Promise<TrialResult>;

/** Each text is a graph of its own. */
const hashOf = ({ model, optimizer }: ProgramSource): string => `${model}\n${optimizer}`;

export const scores =
  (score: (request: TrialRequest) => number): Behaviour =>
  async (request, onEvent) => {
    onEvent({ type: 'stage', stage: 'training' });
    return {
      status: 'finished',
      summary: { ...summary(score(request)), graphHash: hashOf(request.program) },
    };
  };

export const endless: Behaviour = (_request, onEvent, stopped) => {
  onEvent({ type: 'stage', stage: 'training' });
  return stopped;
};

/** A worker that trains nothing, whose death and behaviour a test decides. */
export class FakeWorker implements WorkerLink {
  readonly died: Promise<never>;
  readonly orders: Order[] = [];
  ended = false;
  stops = 0;
  #kill!: (error: Error) => void;
  #stop: (error: Error) => void = () => {};
  readonly #behaviour: Behaviour;

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.died = new Promise((_, reject) => {
      this.#kill = reject;
    });
    this.died.catch(() => {});
  }

  async prepare(order: Order): Promise<Prepared> {
    this.orders.push(order);
    const wanted = order.device;
    if (wanted.kind === 'named' && wanted.name !== DEVICE.name) {
      throw Object.assign(new Error(`There is no ${wanted.name} here`), { name: 'NoDeviceError' });
    }
    return { facts: FACTS, device: DEVICE };
  }

  run(request: TrialRequest, _every: number, onEvent: (event: TrialEvent) => void) {
    const stopped = new Promise<never>((_, reject) => {
      this.#stop = reject;
    });
    stopped.catch(() => {});
    return this.#behaviour(request, onEvent, stopped);
  }

  inspect = async (program: ProgramSource): Promise<Inspection> => ({
    status: 'ok',
    graphHash: hashOf(program),
    parameters: 4192,
    flopsPerToken: 30_000,
    launchesPerStep: 40,
    graphNodes: 50,
    phases: [{ until: 1, batch: 8, context: 32 }],
  });

  diagnose = async (program: ProgramSource): Promise<Diagnosis> => {
    if (program.model.includes('never')) return new Promise(() => {});
    if (program.model.includes('oops')) throw new Error('oops is not defined');
    return { points: [], work: [] };
  };

  stop = () => {
    this.stops++;
    this.#stop(new Error('the trial was stopped'));
  };
  end = () => {
    this.ended = true;
  };
  die = (message: string) => this.#kill(new Error(message));
}

/** A tab that a test hides and shows. */
export class FakeTab implements Visibility {
  #hidden = false;
  readonly #watchers = new Set<() => void>();

  set(hidden: boolean): void {
    this.#hidden = hidden;
    for (const watcher of [...this.#watchers]) watcher();
  }

  hidden = () => this.#hidden;
  untilVisible = () => this.#once(false).happened;
  onceHidden = () => this.#once(true);

  #once(wanted: boolean) {
    let stop = () => {};
    const happened = new Promise<void>((resolve) => {
      const look = () => {
        if (this.#hidden === wanted) resolve();
      };
      stop = () => void this.#watchers.delete(look);
      this.#watchers.add(look);
      look();
    });
    return { happened, stop };
  }
}
