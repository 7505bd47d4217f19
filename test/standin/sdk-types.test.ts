import { expect, it } from 'vitest';
import { typeErrors } from './sdk-types.ts';

const GOOD = {
  model: 'claude-sonnet-5-5',
  max_tokens: 100,
  stream: true,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  tools: [{ name: 'read', input_schema: { type: 'object', properties: {} } }],
  messages: [{ role: 'user', content: 'Hello' }],
};

it('finds in bodies what the SDK has no types for, body by body', async () => {
  const errors = await typeErrors([
    GOOD,
    { ...GOOD, temperature: 0.5 },
    { ...GOOD, messages: [{ role: 'tool', content: 'x' }] },
    { ...GOOD, max_tokens: '100' },
  ]);
  expect(errors.map((error) => error.split(':')[0])).toEqual(['body 1', 'body 2', 'body 3']);
  expect(errors[0]).toContain('temperature');
});
