import { expect, it } from 'vitest';
import { foldStudy } from '../../../../src/agent/history/fold';
import { Desk, REPAIRS } from '../../../../src/agent/researchers/claude/desk';
import { Meter } from '../../../../src/agent/researchers/claude/meter';
import { priceOf } from '../../../../src/agent/researchers/claude/prices';
import {
  runTool,
  toolDeclarations,
  toolsFor,
} from '../../../../src/agent/researchers/claude/tools/table';
import { created } from '../../fixtures';
import { Bench } from './lab';

const never = new AbortController().signal;
const desk = () => new Desk(foldStudy([created()]), { inspect: new Bench().inspect }, () => {});
const use = (at: Desk, name: string, input: unknown) =>
  runTool(toolsFor(at.instruments), name, input, at, never);

it('says what is wrong with an input, field by field', async () => {
  const answer = await use(desk(), 'replace', { file: 'evil.ts', old: 7, more: 1 });
  expect(answer.failed).toBe(true);
  for (const part of [
    'no field "more"',
    'input.file must be one of model.ts, optimizer.ts',
    'input.old must be text',
    'input.new must be text',
  ]) {
    expect(answer.text).toContain(part);
  }
});

it('offers only tools that have their instrument, each with a schema for an object', () => {
  const names = toolsFor({}).map(({ name }) => name);
  expect(names).not.toContain('check');
  expect(names).not.toContain('probe');
  for (const { input_schema } of toolDeclarations(toolsFor(desk().instruments))) {
    expect(input_schema).toMatchObject({ type: 'object', additionalProperties: false });
  }
});

it('replaces a passage that stands once, and says where it stands otherwise', async () => {
  const at = desk();
  at.edit({ model: 'a\nb\na\n  c\n' });
  expect((await use(at, 'replace', { file: 'model.ts', old: 'a', new: 'x' })).text).toContain(
    '2 times in model.ts, at lines 1, 3',
  );
  expect((await use(at, 'replace', { file: 'model.ts', old: 'c\nd', new: 'x' })).text).toContain(
    'first line stands at line 4',
  );
  expect((await use(at, 'replace', { file: 'model.ts', old: 'b', new: 'b' })).text).toContain(
    'are equal',
  );
  expect(await use(at, 'replace', { file: 'model.ts', old: 'b\n', new: '' })).not.toHaveProperty(
    'failed',
  );
  expect(at.draft.model).toBe('a\na\n  c\n');
});

it('takes an idea away after so many failed programs', async () => {
  const at = desk();
  const before = at.draft;
  at.edit({ model: 'oops' });
  let text = '';
  for (let i = 0; i < REPAIRS; i++) ({ text } = await use(at, 'check', {}));
  expect(text).toContain(`All ${REPAIRS} repairs are used up`);
  expect(at.draft).toEqual(before);
});

it('counts money by model, and knows no price of a version that is not listed', () => {
  const meter = new Meter({
    mine: { input: 1, output: 2, cacheWrite: 3, cacheWriteHour: 4, cacheRead: 5 },
  });
  const million = { input: 1e6, output: 1e6, cacheWrite: 1e6, cacheWriteHour: 1e6, cacheRead: 1e6 };
  meter.count('mine', million);
  expect(meter.count('claude-opus-5-5', million).dollars).toBeCloseTo(15 + 4 + 20 + 5 + 8 + 0.2);
  // A long prompt is dearer, every token of it.
  expect(new Meter().count('claude-haiku-5-5', { ...million, input: 0 }).dollars).toBeCloseTo(
    2.5 + 0.625 + 1 + 0.05,
  );
  expect(priceOf('claude-opus-5-20260724')).toEqual(priceOf('claude-opus-5'));
  expect(priceOf('claude-opus-5-9')).toBeNull();
});
