import { expect, it } from 'vitest';
import { createClaudeCritic } from '../../../../../src/agent/researchers/claude/roles';
import { GROUNDS } from '../../../../../src/agent/researchers/claude/roles/critic';
import { call, say, think } from '../../../../standin/reply';
import { STAND_IN_KEY } from '../../../../standin/server';
import { scoring } from '../../../loop/world';
import { studyOf } from '../../../studies';
import { standInOf, virtualClock } from '../lab';
import { go, insight, object, playRoles, questionOf, willing } from './lab';

it.each(GROUNDS)(
  'objects to a %s: no trial is spent, and the researcher is told why',
  async (ground) => {
    const reason = 'Experiment #0 has shown it; try the schedule in its place.';
    const standIn = await standInOf({
      script: (request) =>
        request.lastText.includes('+export const bpb = 2.8')
          ? [think('Is it?'), object(ground, reason)]
          : willing(request),
    });
    const played = await playRoles(standIn, { programs: [scoring(2.8), scoring(2.9)] });
    expect(standIn.scriptErrors).toEqual([]);
    expect(standIn.violations).toEqual([]);
    expect(played.objections).toEqual([`${ground}: ${reason}`]);
    expect(played.study.experiments.map(({ title }) => title)).toEqual(['baseline', 'idea 2']);
  },
);

it('reads what was changed and hoped for, what the lab measured, and what was tried', async () => {
  const asked: string[] = [];
  const standIn = await standInOf({
    script: (request) => {
      if (questionOf(request) === 'judge') asked.push(request.lastText);
      return willing(request);
    },
  });
  await playRoles(standIn, {
    programs: [scoring(2.9), scoring(2.8), scoring(2.7)],
    hypothesis: 'Half a bit is hidden there.',
    brief: 'freeze: nothing at all',
  });
  for (const part of [
    'freeze: nothing at all',
    '+export const bpb = 2.8',
    '-export const bpb = 2.9',
    'Half a bit is hidden there.',
    'parameters: 4,192 (the incumbent: 4,192)',
    'FLOPs for a token: 30,000',
    'launches of a step: 40',
    'steps in the budget: about',
    '#1 of #0, by local | learning-rate | idea 1 | Half a bit is hidden there. | kept, better by',
  ]) {
    expect(asked[1]).toContain(part);
  }
  expect(asked[2]).toContain('claude: Lower numbers are lower. #1 #0');
});

it('writes what an experiment taught, linked to it and to what else it rests on', async () => {
  const asked: string[] = [];
  const standIn = await standInOf({
    script: (request) => {
      if (questionOf(request) !== 'write_insight') return willing(request);
      asked.push(request.lastText);
      return [insight('The number is the score.', '#0')];
    },
  });
  const { study, log } = await playRoles(standIn, { programs: [scoring(2.9), scoring(4)] });
  expect(study.insights).toEqual([
    { text: 'The number is the score.', experiments: ['1', '0'], author: 'claude' },
    { text: 'The number is the score.', experiments: ['2', '0'], author: 'claude' },
  ]);
  expect(log.map(({ type }) => type).slice(-3)).toEqual(['verdict', 'insight', 'study-finished']);
  expect(asked[0]).toContain('**keep** (better)');
  expect(asked[0]).toMatch(/- seed \d+: difference -0\.\d{4}/);
  expect(asked[0]).toMatch(/95% interval: -0\.\d{4} to -0\.\d{4}/);
  expect(asked[1]).toContain('**discard** (worse)');
});

it('learns of an experiment once, and nothing of the baseline', async () => {
  const standIn = await standInOf({ script: willing });
  const critic = createClaudeCritic({
    key: STAND_IN_KEY,
    baseURL: standIn.url,
    note: async () => {},
  });
  const study = studyOf(
    [{ mean: -0.1 }],
    [{ type: 'insight', at: 9, text: 'Known.', experiments: ['1'], author: 'claude' }],
  );
  for (const experiment of study.experiments) {
    await critic.learn!(experiment, study, new AbortController().signal);
  }
  expect(standIn.requests).toEqual([]);
});

it('is told what is missing, until its answer can be taken', async () => {
  const standIn = await standInOf({
    script: (request) =>
      questionOf(request) === 'write_insight' || request.body.messages.length > 9
        ? willing(request)
        : [
            [say('It looks fine to me.')],
            [call('write_insight', { insight: 'x', experiments: [] })],
            [object('none', 'I do not like it.')],
            [object('leak', ' ')],
            [call('judge', { decision: 'maybe' }), object('duplicate', 'As #0.')],
          ][request.turn]!,
  });
  const critic = createClaudeCritic({
    key: STAND_IN_KEY,
    baseURL: standIn.url,
    clock: virtualClock(),
  });
  const study = studyOf([{ mean: -0.1 }]);
  const signal = new AbortController().signal;
  expect(await critic.read(study.experiments[1]!, study, signal)).toEqual({
    objection: 'duplicate: As #0.',
    remark: null,
  });
  expect(standIn.violations).toEqual([]);
  const last = standIn.requests.findLast(({ body }) => body)!.rawBody;
  for (const part of [
    'text alone does nothing',
    'answered by judge alone',
    'an objection needs one of these grounds: duplicate, leak, reward hack, not worth it',
    'a reason that the researcher can act on',
  ]) {
    expect(last).toContain(part);
  }
});

it('links no experiment that there is not', async () => {
  const standIn = await standInOf({
    script: (request) => {
      if (questionOf(request) === 'judge') return [go('Worth it.')];
      return (
        [[insight('It rests on dreams.', '77')], [insight('It rests on nothing else.')]][
          request.turn
        ] ?? willing(request)
      );
    },
  });
  const { study, remarks } = await playRoles(standIn);
  expect(study.insights).toMatchObject([{ text: 'It rests on nothing else.', experiments: ['1'] }]);
  expect(remarks).toEqual(['Worth it.']);
});
