import { expect, it } from 'vitest';
import { promptSizes } from '../../../../src/agent/researchers/claude/prompt-sizes';
import { promptOf } from '../../../../src/agent/researchers/claude/spent';
import { typeErrors } from '../../../standin/sdk-types';
import { longStudy } from './long-study';

it.each([1, 2])(
  'the requests of a study of 20 experiments by %i keep every rule',
  {
    timeout: 120_000,
  },
  async (members) => {
    const { study, standIn, meter } = await longStudy(members);
    expect(study.experiments).toHaveLength(21);
    expect(standIn.scriptErrors).toEqual([]);
    // The stand-in refuses with 400 whatever breaks a documented rule (test/standin/check).
    expect(standIn.violations).toEqual([]);
    const bodies = standIn.requests.flatMap(({ body }) => body ?? []);
    expect(bodies.length).toBeGreaterThanOrEqual(120);
    // By the SDK's own types: the first and last conversations whole, and one request of each of the others.
    const some = bodies.filter((_, i) => i < 6 || i >= bodies.length - 6 || i % 6 === 5);
    expect(await typeErrors(some)).toEqual([]);

    const { tokens } = meter.spent;
    expect(tokens.cacheRead / promptOf(tokens)).toBeGreaterThan(0.8);
    expect(standIn.usage().cachedShare).toBeGreaterThan(0.8);

    const { parts, requests, mean, largest } = promptSizes(bodies);
    const rows = parts.map(
      ({ part, mean, largest, share }) =>
        `${part.padEnd(50)}${mean.toFixed(0).padStart(8)}${largest.toFixed(0).padStart(8)}${(100 * share).toFixed(1).padStart(7)}%`,
    );
    console.log(
      `${members} member(s), ${requests} requests, ${mean.toFixed(0)} tokens on average, ${largest} at most, ${(100 * standIn.usage().cachedShare).toFixed(1)}% read from the cache\n${rows.join('\n')}`,
    );
    const total = (...names: readonly string[]) =>
      parts
        .filter(({ part }) => names.some((name) => part.startsWith(name)))
        .reduce((sum, part) => sum + part.mean, 0);
    expect(total('')).toBeCloseTo(mean);
    for (const [names, least, most] of [
      [['tools'], 1500, 4000],
      [['system: rules'], 500, 2500],
      [['system: API reference'], 3000, 9000],
      [["document: The incumbent's program"], 1500, 8000],
      [['document: History'], 200, 4000],
      [['document: '], 4000, 16_000],
      [['conversation: answers'], 1000, 12_000],
      [['conversation: replies'], 100, 3000],
      [['conversation: words'], 5, 500],
    ] as const) {
      expect(total(...names), names.join()).toBeGreaterThan(least);
      expect(total(...names), names.join()).toBeLessThan(most);
    }
  },
);

it('counts what it is given, part by part', () => {
  const text = 'word '.repeat(30);
  const { parts, mean, largest, requests } = promptSizes([
    {
      system: `rules\n\`\`\`ts\n${text}\n\`\`\`\nmore`,
      tools: [],
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'text',
              text: `# All\n## Task\n${text}\n\`\`\`data\n## No heading\n\`\`\`\n## Brief\nx`,
            },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
    },
    { messages: [{ role: 'user', content: 'Hello' }] },
  ]);
  expect(requests).toBe(2);
  expect(parts.map(({ part }) => part)).toEqual([
    'tools',
    'system: rules',
    'system: API reference',
    'document: Preamble',
    'document: Task',
    'document: Brief',
    'conversation: words',
  ]);
  expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(parts.reduce((sum, part) => sum + part.mean, 0)).toBeCloseTo(mean);
  expect(largest).toBeGreaterThan(mean);
  expect(promptSizes([])).toEqual({ requests: 0, parts: [], mean: 0, largest: 0 });
});
