import type { OverheadOrder, OverheadResult } from '../overhead/trials';
import type { OverheadAnswer } from './overhead.worker';

/** Runs trials in a worker of their own. Rejects with what went wrong there. */
export function measureOverhead(order: OverheadOrder): Promise<OverheadResult> {
  const worker = new Worker(new URL('./overhead.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<OverheadResult>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<OverheadAnswer>) => {
      if ('result' in data) resolve(data.result);
      else reject(new Error(data.error));
    });
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}
