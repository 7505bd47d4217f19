/** Trials in a worker, as the page of the lab runs them. */
import { measureTrials, type OverheadOrder, type OverheadResult } from '../overhead/trials';

export type OverheadAnswer = { readonly result: OverheadResult } | { readonly error: string };

globalThis.addEventListener('message', async ({ data }: MessageEvent<OverheadOrder>) => {
  const answer: OverheadAnswer = await measureTrials(data).then(
    (result) => ({ result }),
    (error: Error) => ({ error: error.stack ?? error.message }),
  );
  globalThis.postMessage(answer);
});
