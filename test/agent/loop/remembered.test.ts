import { expect, it } from 'vitest';
import { remembered } from '../../../src/agent/loop/remembered';
import type { Inspection } from '../../../src/model/harness/inspect';
import type { ProgramSource } from '../../../src/model/programs/program';
import { fakeInspection, scoring } from './world';

const nobody = new AbortController().signal;

it('looks at a program once, while it is among the latest', async () => {
  const looks: ProgramSource[] = [];
  const inspect = remembered(async (program) => {
    looks.push(program);
    return fakeInspection(program);
  }, 2);
  const [a, b, c] = [scoring(1), scoring(2), scoring(3)];
  for (const program of [a, a, b, a, c, a, b]) {
    expect(await inspect(program!, nobody)).toEqual(fakeInspection(program!));
  }
  expect(looks).toEqual([a, b, c, b]);
});

it('remembers no disturbance, and heeds an abort', async () => {
  let looks = 0;
  const results: Inspection[] = [{ status: 'void', reason: 'lost' }, fakeInspection(scoring(1))];
  const inspect = remembered(async () => results[looks++]!);
  expect(await inspect(scoring(1), nobody)).toMatchObject({ status: 'void' });
  expect(await inspect(scoring(1), nobody)).toMatchObject({ status: 'ok' });
  await expect(inspect(scoring(1), AbortSignal.abort(new Error('enough')))).rejects.toThrow(
    'enough',
  );
  expect(looks).toBe(2);
});
