/** The trial worker: everything that computes, off the page's own thread. Ending it is the hard stop. */

import { expose } from 'comlink';
import { diagnose } from '../../model/harness/diagnose';
import { inspectProgram } from '../../model/harness/inspect';
import { type Bench, runTrial } from '../../model/harness/run-trial';
import { loadSandbox } from '../../model/sandbox/sandbox';
import { loadTask } from '../../model/tasks/load';
import { indexedDbCorpora } from '../../model/tasks/stores/indexeddb';
import { factsOf } from '../lab/facts';
import { pickDevice } from './devices';
import type { TrialWorker } from './protocol';

let bench: Bench | null = null;
let running: AbortController | null = null;

const worker: TrialWorker = {
  async prepare({ task: spec, device: choice }, onProgress) {
    // The device first: it is soon here, and loading a task keeps this thread busy.
    const device = await pickDevice(choice);
    const [task, sandbox] = await Promise.all([
      loadTask(spec, { store: indexedDbCorpora(), onProgress }),
      loadSandbox(),
    ]);
    bench = { task, sandbox, device };
    return { facts: factsOf(task), device: device.info };
  },

  async run(request, sampleEvery, onEvent) {
    if (!bench) throw new Error('the trial worker has no task yet: prepare comes first');
    running = new AbortController();
    return runTrial(bench, request, { onEvent, signal: running.signal, sampleEvery });
  },

  async inspect(program) {
    if (!bench) throw new Error('the trial worker has no task yet: prepare comes first');
    return inspectProgram(bench, program);
  },

  async diagnose(program) {
    if (!bench) throw new Error('the trial worker has no task yet: prepare comes first');
    running = new AbortController();
    return diagnose(bench, program, { seed: 0, signal: running.signal });
  },

  stop() {
    running?.abort(new Error('the trial was stopped'));
  },
};

expose(worker);
