import { expect, it } from 'vitest';
import { call } from '../../../standin/reply';
import { STAND_IN_KEY } from '../../../standin/server';
import { fakeInspection, graphOf, scoring } from '../../loop/world';
import { Bench, editing, play, standInOf } from './lab';

it('reads, repairs what does not compile, checks, proposes, and is kept', async () => {
  const standIn = await standInOf({ script: editing });
  const { study, told } = await play(standIn);
  expect(standIn.violations).toEqual([]);
  expect(standIn.scriptErrors).toEqual([]);
  expect(study.experiments[1]).toMatchObject({
    title: 'bpb 2.9',
    researcher: 'claude',
    kind: 'number',
    parent: '0',
    verdict: { decision: 'keep' },
  });
  expect(study.status).toBe('finished');
  const answers = told.flatMap((event) => (event.type === 'tool-answered' ? [event] : []));
  expect(answers.map(({ tool, ok }) => [tool, ok])).toEqual([
    ['read_program', true],
    ['replace', true],
    ['check', false],
    ['replace', true],
    ['check', true],
    ['propose', true],
  ]);
  expect(answers[2]!.text).toContain('model.ts:1:20');
  expect(answers[2]!.text).toContain('oops is not defined');
  expect(told.some(({ type }) => type === 'thinking')).toBe(true);
  expect(told.some(({ type }) => type === 'tool-input')).toBe(true);
  expect(told.filter(({ type }) => type === 'edited')).toHaveLength(2);
});

it('goes on in the same conversation when the lab turns a proposal down', async () => {
  const standIn = await standInOf({
    script: ({ turn, results }) =>
      [
        [call('replace', { file: 'model.ts', old: 'bpb = 3;', new: 'bpb = 2.8;' })],
        // The researcher cannot see its graph here; the loop can, and it is the baseline's.
        [call('propose', { title: 'a', hypothesis: 'b', kind: 'c' })],
        [call('replace', { file: 'model.ts', old: '2.8', new: '2.7' })],
        [
          call('propose', {
            title: `after: ${results[0]?.text.slice(0, 9)}`,
            hypothesis: 'b',
            kind: 'c',
          }),
        ],
      ][turn]!,
  });
  const runner = new Bench();
  let looks = 0;
  runner.inspect = async (program) => {
    const seen = fakeInspection(program);
    const same = looks++ === 0 && seen.status === 'ok';
    return same ? { ...seen, graphHash: graphOf(scoring(3)) } : seen;
  };
  const { study, log } = await play(standIn, {
    runner,
    instruments: { inspect: async () => ({ status: 'void', reason: 'busy' }) },
  });
  expect(log.filter(({ type }) => type === 'proposal-refused')).toHaveLength(1);
  expect(study.experiments[1]!.program.model).toContain('2.7');
  expect(standIn.violations).toEqual([]);
  expect(new Set(standIn.requests.flatMap(({ conversation }) => conversation ?? []))).toEqual(
    new Set([1]),
  );
});

it('holds the key in a header and nowhere else', async () => {
  const standIn = await standInOf({ script: editing });
  const { log, told, study } = await play(standIn);
  for (const place of standIn.placesOf(STAND_IN_KEY))
    expect(place).toMatch(/header (authorization|x-api-key)$/);
  expect(standIn.placesOf(STAND_IN_KEY)).toHaveLength(standIn.requests.length);
  expect(JSON.stringify([log, told, study])).not.toContain(STAND_IN_KEY);
});
