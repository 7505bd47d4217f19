import 'fake-indexeddb/auto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createJsonLinesHistory } from '../../../../../src/agent/history/json-lines';
import { createFileDesks } from '../../../../../src/agent/researchers/claude/desks/files';
import { createIndexedDbDesks } from '../../../../../src/agent/researchers/claude/desks/indexed-db';
import { createMemoryDesks } from '../../../../../src/agent/researchers/claude/desks/memory';
import { withDesks } from '../../../../../src/agent/researchers/claude/desks/store';
import { created } from '../../../fixtures';

const folder = mkdtempSync(join(tmpdir(), 'loopy-desks-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['memory', createMemoryDesks],
  ['IndexedDB', createIndexedDbDesks],
  ['files', () => createFileDesks(folder)],
])('desks in %s', (_, create) => {
  it('keep one text for each name of each study', async () => {
    const desks = create();
    expect(await desks.load('a', 'claude-1')).toBeNull();
    await desks.save('a', 'claude-1', '{"one":1}');
    await desks.save('a', 'claude-1', '{"two":"\\u0000ü"}');
    await desks.save('a', 'meter', '{}');
    await desks.save('ab', 'claude-1', '{"other":1}');
    expect(await desks.load('a', 'claude-1')).toBe('{"two":"\\u0000ü"}');
    await desks.remove('a', 'claude-1');
    expect(await desks.load('a', 'claude-1')).toBeNull();
    expect(await desks.load('a', 'meter')).toBe('{}');
    await desks.save('a', 'claude-2', '{}');
    await desks.remove('a');
    expect(await desks.load('a', 'meter')).toBeNull();
    expect(await desks.load('a', 'claude-2')).toBeNull();
    expect(await desks.load('ab', 'claude-1')).toBe('{"other":1}');
    await desks.remove('nobody');
  });

  it('go with their study', async () => {
    const desks = create();
    const home = mkdtempSync(join(folder, 'history-'));
    const history = withDesks(createJsonLinesHistory(home), desks);
    await history.append('study-a', created());
    await desks.save('study-a', 'claude-1', '{}');
    expect(await history.studies()).toHaveLength(1);
    await history.remove('study-a');
    expect(await history.studies()).toEqual([]);
    expect(await desks.load('study-a', 'claude-1')).toBeNull();
  });
});

it('files leave the old text whole when a write breaks off, and names cannot leave the folder', async () => {
  const desks = createFileDesks(folder);
  await desks.save('torn', 'claude-1', 'old');
  writeFileSync(join(folder, 'torn.researchers', 'claude-1.json.new'), 'ne');
  expect(await desks.load('torn', 'claude-1')).toBe('old');
  await desks.save('torn', 'claude-1', 'new');
  expect(readdirSync(join(folder, 'torn.researchers'))).toEqual(['claude-1.json']);
  expect(readFileSync(join(folder, 'torn.researchers', 'claude-1.json'), 'utf8')).toBe('new');
  await expect(async () => desks.save('../torn', 'claude-1', 'x')).rejects.toThrow('cannot name');
  await expect(async () => desks.save('torn', '../../x', 'x')).rejects.toThrow('cannot name');
});
