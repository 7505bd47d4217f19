import { Control } from './control';
import type { ThreadWork } from './thread';
import entry from './thread.entry.ts?bundle';

/** Workers beside the thread that runs a session. */
export interface Threads {
  readonly control: Control;
  /** All of them, the one that runs the session included. */
  readonly count: number;
  /** Ends the workers, at once. */
  close(): void;
}

/** Whether memory can be shared with workers here: in Node, and in a page that is cross-origin isolated. */
export function canShareMemory(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  return (
    typeof SharedArrayBuffer === 'function' &&
    (nodeModule('worker_threads') !== null || isolated === true)
  );
}

/**
 * How many threads a session has when nobody says: one for each core. Of many processors half, since then
 * two of them usually share one core's arithmetic.
 */
export function usualThreads(): number {
  if (!canShareMemory()) return 1;
  const processors = nodeModule('os')?.availableParallelism() ?? navigator.hardwareConcurrency;
  return Math.min(16, processors > 4 ? Math.ceil(processors / 2) : Math.max(1, processors));
}

/** Starts the workers for parts 1 and up; resolves once all of them wait for the first run. */
export async function startThreads(given: Omit<ThreadWork, 'part'>): Promise<Threads> {
  const control = new Control(given.memory);
  control.allowSleep(mayBlock());
  const workers: Spawned[] = [];
  const close = () => {
    control.end();
    for (const worker of workers) worker.terminate();
  };
  try {
    const starting: Promise<void>[] = [];
    for (let part = 1; part < given.parts; part++) {
      const worker = spawn();
      workers.push(worker);
      starting.push(worker.start({ ...given, part }));
    }
    await Promise.all(starting);
  } catch (error) {
    close();
    throw error;
  }
  return { control, count: given.parts, close };
}

interface Spawned {
  start(work: ThreadWork): Promise<void>;
  terminate(): void;
}

function spawn(): Spawned {
  const node = nodeModule('worker_threads');
  return node ? spawnInNode(node) : spawnInBrowser();
}

function spawnInBrowser(): Spawned {
  const url = URL.createObjectURL(new Blob([entry], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  return {
    start: (work) =>
      new Promise<void>((resolve, reject) => {
        worker.addEventListener('message', () => resolve(), { once: true });
        worker.addEventListener('error', ({ message }) => reject(new Error(message)));
        worker.postMessage(work);
      }).finally(() => URL.revokeObjectURL(url)),
    terminate: () => worker.terminate(),
  };
}

/** Node's workers have the browser's messages under other names. */
const IN_NODE = `
const { parentPort } = require('node:worker_threads');
globalThis.postMessage = (message) => parentPort.postMessage(message);
globalThis.addEventListener = (_, listen) => parentPort.on('message', (data) => listen({ data }));
`;

function spawnInNode({ Worker: NodeWorker }: typeof import('node:worker_threads')): Spawned {
  const worker = new NodeWorker(IN_NODE + entry, { eval: true });
  worker.unref();
  return {
    start: (work) =>
      new Promise((resolve, reject) => {
        worker.once('message', () => resolve());
        worker.once('error', reject);
        worker.postMessage(work);
      }),
    terminate: () => void worker.terminate(),
  };
}

/** Whether this thread may sleep: all but the main thread of a page. */
function mayBlock(): boolean {
  return nodeModule('worker_threads') !== null || typeof window === 'undefined';
}

interface NodeModules {
  readonly worker_threads: typeof import('node:worker_threads');
  readonly os: typeof import('node:os');
}

/** One of Node's own modules, or null elsewhere. Not an import, which a page's bundle would have to resolve. */
function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | null {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  return (process?.getBuiltinModule?.(`node:${name}`) as NodeModules[Name] | undefined) ?? null;
}
