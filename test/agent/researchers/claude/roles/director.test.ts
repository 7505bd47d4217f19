import { expect, it } from 'vitest';
import { readBrief } from '../../../../../src/agent/brief';
import { createClaudeDirector } from '../../../../../src/agent/researchers/claude/roles';
import { ruledOut } from '../../../../../src/agent/researchers/claude/roles/ruled-out';
import type { Script } from '../../../../standin/reply';
import { STAND_IN_KEY } from '../../../../standin/server';
import { studyOf } from '../../../studies';
import { standInOf, virtualClock } from '../lab';
import { directions } from './lab';

const BRIEF = 'Try what is quick.\nfreeze: config.layers, learningRate\navoid: size, dropout';
const study = studyOf([{ mean: -0.1 }], [{ type: 'brief-set', at: 9, text: BRIEF }]);
const signal = new AbortController().signal;

async function directorOf(script: Script) {
  const standIn = await standInOf({ script });
  const director = createClaudeDirector({
    key: STAND_IN_KEY,
    baseURL: standIn.url,
    model: 'claude-haiku-4-5',
    clock: virtualClock(),
  });
  return { standIn, director };
}

it('turns the brief and the history into directions', async () => {
  const { standIn, director } = await directorOf([
    [
      directions(
        ['schedule', 'A warmup, since the first steps explode.'],
        ['architecture', 'Gated layers in place of plain ones.'],
      ),
    ],
  ]);
  expect(await director.direct(study, signal)).toEqual([
    'A warmup, since the first steps explode.',
    'Gated layers in place of plain ones.',
  ]);
  expect(standIn.violations).toEqual([]);
  const { body, rawBody } = standIn.requests.findLast((request) => request.body)!;
  expect(body!.model).toBe('claude-haiku-4-5');
  expect(rawBody).toContain('Try what is quick.');
  expect(rawBody).toContain('idea 1');
});

it('takes no list that is too short, too long, the same twice, or against the brief', async () => {
  const good = [
    ['schedule', 'A warmup.'],
    ['architecture', 'Gated layers.'],
  ] as const;
  const { standIn, director } = await directorOf([
    [directions(['schedule', 'A warmup.'])],
    [directions(...Array.from({ length: 7 }, (_, i) => ['init', `Idea ${i}.`] as const))],
    [directions(['schedule', 'A warmup.'], ['schedule', 'a warmup. '])],
    [directions(...good, ['size', 'A wider model.'])],
    [directions(...good, ['architecture', 'Other values of config.layers.'])],
    [directions(...good)],
  ]);
  expect(await director.direct(study, signal)).toEqual(['A warmup.', 'Gated layers.']);
  expect(standIn.violations).toEqual([]);
  const { rawBody } = standIn.requests.findLast(({ body }) => body)!;
  for (const part of [
    'one direction is too few; give 2 to 6',
    'input.directions has 7 items; 6 are allowed',
    'two directions are the same',
    'direction 3 is of the family size, which the brief avoids',
    'direction 3 speaks of config.layers, which the brief leaves alone',
  ]) {
    expect(rawBody).toContain(part);
  }
});

it('is shown what it said before, and what a person pinned', async () => {
  const { standIn, director } = await directorOf([
    [directions(['schedule', 'A longer warmup.'], ['init', 'Small beginnings.'])],
  ]);
  const said = { id: 'direction-1', text: 'A warmup.', author: 'claude', pinned: false } as const;
  const pinned = { id: 'direction-2', text: 'Muon.', author: 'human', pinned: true } as const;
  await director.direct({ ...study, directions: [said, pinned] }, signal);
  const { rawBody } = standIn.requests.findLast(({ body }) => body)!;
  expect(rawBody).toContain('```data directions\\nA warmup.\\n```');
  expect(rawBody).toContain('```data pinned\\nMuon.\\n```');
});

it.each([
  ['avoid: dropout', 'architecture', 'Add dropout to the head.', 'speaks of dropout'],
  ['avoid: learning-rate', 'optimizer', 'Raise the learning rate.', 'speaks of learning-rate'],
  ['freeze: learningRate', 'schedule', 'Raise the learning rate.', 'speaks of learningRate'],
  ['freeze: config.layers', 'size', 'Two more layers.', 'speaks of config.layers'],
  ['freeze: config.layers', 'architecture', 'Gated layers.', null],
  ['freeze: optimizer.ts', 'batch', 'Larger batches.', 'the brief freezes optimizer.ts'],
  ['avoid: batch', 'batch', 'Phases.', 'of the family batch'],
  ['avoid: size', 'batch', 'A larger batch size.', null],
  ['freeze: model.ts', 'schedule', 'A cosine.', null],
] as const)('%s, of %s: %s', (brief, family, direction, why) => {
  const said = ruledOut({ direction, family }, readBrief(brief));
  if (why === null) expect(said).toBeNull();
  else expect(said).toContain(why);
});
