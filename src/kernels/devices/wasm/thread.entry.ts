import { type ThreadWork, work } from './thread';

// The whole program of a worker: one message brings the work, one goes back once it can begin.
addEventListener('message', ({ data }: MessageEvent<ThreadWork>) => {
  void work(data, () => postMessage('ready'));
});
