import { describe, expect, it } from 'vitest';
import { Bench } from '../../../src/app/lab/bench';
import type { TrialRequest } from '../../../src/model/harness/trial';
import { PRESETS } from '../../../src/model/programs';
import { TASK } from '../fake-lab';
import { type Behaviour, DEVICE, endless, FakeTab, FakeWorker, scores } from '../fake-worker';

const program = PRESETS[0].source;
const request: TrialRequest = { id: 't', program, seed: 1 };
const order = { task: TASK, device: { kind: 'auto' } } as const;
const nobody = new AbortController().signal;
const quiet = () => {};

async function benchOf(...behaviours: Behaviour[]) {
  const workers: FakeWorker[] = [];
  const tab = new FakeTab();
  const waits: boolean[] = [];
  const bench = new Bench({
    connect: () => {
      const worker = new FakeWorker(behaviours[workers.length] ?? behaviours.at(-1)!);
      workers.push(worker);
      return worker;
    },
    visibility: tab,
    onWaiting: (waiting) => waits.push(waiting),
    longestSilence: 60,
  });
  await bench.prepare(order, quiet, nobody);
  return { bench, workers, tab, waits };
}

const silent: Behaviour = () => new Promise(() => {});

describe('a bench', () => {
  it('hands on what the worker says', async () => {
    const { bench } = await benchOf(scores(() => 1.5));
    const events: unknown[] = [];
    const result = await bench.run(request, (event) => events.push(event), nobody);
    expect(result).toMatchObject({ status: 'finished', summary: { valBpb: 1.5 } });
    expect(events).toEqual([{ type: 'stage', stage: 'training' }]);
  });

  it('makes a trial void when its worker dies, and starts a fresh one on the same device', async () => {
    const { bench, workers } = await benchOf(
      silent,
      scores(() => 2),
    );
    const trial = bench.run(request, quiet, nobody);
    workers[0]!.die('the worker ran out of memory');
    expect(await trial).toEqual({ status: 'void', reason: 'the worker ran out of memory' });
    expect(await bench.run(request, quiet, nobody)).toMatchObject({ status: 'finished' });
    expect(workers).toHaveLength(2);
    expect(workers[0]!.ended).toBe(true);
    expect(workers[1]!.orders[0]!.device).toEqual({ kind: 'named', name: DEVICE.name });
  });

  it('starts afresh after a void result: its device may be lost for good', async () => {
    const { bench, workers } = await benchOf(async () => ({ status: 'void', reason: 'lost' }));
    await bench.run(request, quiet, nobody);
    expect(workers[0]!.ended).toBe(true);
  });

  it('ends a worker that falls silent, and calls the program too slow', async () => {
    const { bench, workers } = await benchOf(silent);
    const result = await bench.run(request, quiet, nobody);
    expect(result).toMatchObject({ status: 'crashed', crash: { kind: 'limit' } });
    expect(workers[0]!.ended).toBe(true);
  });

  it('stops gently on an abort, and keeps the worker', async () => {
    const { bench, workers } = await benchOf(endless);
    const abort = new AbortController();
    const trial = bench.run(request, quiet, abort.signal);
    abort.abort(new Error('enough'));
    await expect(trial).rejects.toThrow('enough');
    expect(workers[0]).toMatchObject({ stops: 1, ended: false });
  });

  it('ends a worker that does not heed an abort', async () => {
    const { bench, workers } = await benchOf(silent);
    const abort = new AbortController();
    const trial = bench.run(request, quiet, abort.signal);
    abort.abort(new Error('enough'));
    await expect(trial).rejects.toThrow('enough');
    expect(workers[0]).toMatchObject({ stops: 1, ended: true });
  });

  it('inspects a program in the worker, and starts afresh where it died', async () => {
    const { bench, workers } = await benchOf(scores(() => 1.5));
    expect(await bench.inspect(program, nobody)).toMatchObject({ status: 'ok', parameters: 4192 });
    workers[0]!.inspect = () => new Promise(() => {});
    const inspection = bench.inspect(program, nobody);
    workers[0]!.die('the worker ran out of memory');
    expect(await inspection).toEqual({ status: 'void', reason: 'the worker ran out of memory' });
    expect(workers[0]!.ended).toBe(true);
    expect(await bench.inspect(program, nobody)).toMatchObject({ status: 'ok' });
    expect(workers).toHaveLength(2);
  });

  it('gives up an inspection on an abort or after a long silence', async () => {
    const { bench, workers } = await benchOf(scores(() => 1.5));
    workers[0]!.inspect = () => new Promise(() => {});
    expect(await bench.inspect(program, nobody)).toMatchObject({ status: 'void' });
    const abort = new AbortController();
    await bench.run(request, quiet, nobody);
    workers[1]!.inspect = () => new Promise(() => {});
    const inspection = bench.inspect(program, abort.signal);
    abort.abort(new Error('enough'));
    await expect(inspection).rejects.toThrow('enough');
    expect(workers.every(({ ended }) => ended)).toBe(true);
  });

  it('inspects in a worker of its own while a trial is under way, and its trouble leaves the trial alone', async () => {
    const { bench, workers } = await benchOf(endless);
    const abort = new AbortController();
    const trial = bench.run(request, quiet, abort.signal);
    expect(await bench.inspect(program, nobody)).toMatchObject({ status: 'ok' });
    expect(workers).toHaveLength(2);
    // On the very device of the trials, whatever a fresh worker would pick.
    expect(workers[1]!.orders[0]!.device).toEqual({ kind: 'named', name: DEVICE.name });
    workers[1]!.inspect = () => new Promise(() => {});
    const inspection = bench.inspect(program, nobody);
    workers[1]!.die('out of memory');
    expect(await inspection).toMatchObject({ status: 'void' });
    expect(workers.map(({ ended }) => ended)).toEqual([false, true]);
    expect(await bench.inspect(program, nobody)).toMatchObject({ status: 'ok' });
    expect(workers).toHaveLength(3);
    abort.abort(new Error('enough'));
    await expect(trial).rejects.toThrow('enough');
    expect(workers.map(({ ended }) => ended)).toEqual([false, true, false]);
  });

  it('diagnoses a program in the worker of the trials, and says what was wrong with it', async () => {
    const { bench, workers } = await benchOf(silent);
    expect(await bench.diagnose(program, nobody)).toEqual({ points: [], work: [] });
    const broken = { ...program, model: 'oops' };
    await expect(bench.diagnose(broken, nobody)).rejects.toThrow('oops is not defined');
    expect(workers).toHaveLength(1);
    expect(workers[0]!.ended).toBe(false);
  });

  it('gives up a diagnosis on an abort, and ends the worker that does not heed it', async () => {
    const { bench, workers } = await benchOf(silent);
    const abort = new AbortController();
    const diagnosis = bench.diagnose({ ...program, model: 'never' }, abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await expect(diagnosis).rejects.toThrow('enough');
    expect(workers[0]!.stops).toBe(1);
    expect(workers[0]!.ended).toBe(true);
    expect(await bench.diagnose(program, nobody)).toEqual({ points: [], work: [] });
  });

  it('begins a trial once the inspection before it has ended', async () => {
    const { bench, workers } = await benchOf(scores(() => 2));
    const done: string[] = [];
    const { inspect } = workers[0]!;
    workers[0]!.inspect = async (program) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return inspect(program);
    };
    const inspection = bench.inspect(program, nobody).then(() => done.push('inspection'));
    const trial = bench.run(request, quiet, nobody).then(() => done.push('trial'));
    await Promise.all([inspection, trial]);
    expect(done).toEqual(['inspection', 'trial']);
    expect(workers).toHaveLength(1);
  });

  it('makes a timed trial void when the tab is hidden, and waits with the next until it is seen', async () => {
    const { bench, tab, waits } = await benchOf(
      endless,
      scores(() => 2),
    );
    const trial = bench.run(request, quiet, nobody);
    tab.set(true);
    expect(await trial).toMatchObject({
      status: 'void',
      reason: expect.stringContaining('hidden'),
    });
    expect(bench.lastWasHidden).toBe(true);

    const next = bench.run(request, quiet, new AbortController().signal);
    await Promise.resolve();
    expect(waits).toEqual([true]);
    tab.set(false);
    await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 5))]);
    expect(waits).toEqual([true, false]);
  });

  it('lets a trial that is counted in steps go on while nobody looks', async () => {
    const { bench, tab } = await benchOf(scores(() => 2));
    tab.set(true);
    const counted = { ...request, budget: { unit: 'steps', amount: 10 } } as const;
    expect(await bench.run(counted, quiet, nobody)).toMatchObject({ status: 'finished' });
    expect(bench.lastWasHidden).toBe(false);
  });
});
