import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { createJsonLinesHistory } from '../../../src/agent/history/json-lines';
import { created, wholeLog } from '../fixtures';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loopy-history-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a JSON Lines file', () => {
  it('may be cut at any byte: what was whole is read, and the next append goes on from there', async () => {
    const whole = createJsonLinesHistory(folder);
    const log = wholeLog();
    for (const event of log) await whole.append('study-a', event);
    const path = join(folder, 'study-a.jsonl');
    const bytes = await readFile(path);
    for (let size = 1; size < bytes.length; size += 97) {
      const cut = bytes.subarray(0, size);
      await writeFile(path, cut);
      const lines = cut.filter((byte) => byte === 10).length;
      const history = createJsonLinesHistory(folder);
      expect(await history.events('study-a')).toEqual(log.slice(0, lines));
      await history.append('study-a', log[lines]!);
      const events = await history.events('study-a');
      expect(events).toEqual(log.slice(0, lines + 1));
      expect(foldStudy(events).id).toBe('study-a');
    }
  });

  it('lists nothing for a file whose first line was torn', async () => {
    await writeFile(join(folder, 'study-a.jsonl'), '{"type":"study-cre');
    const history = createJsonLinesHistory(folder);
    expect(await history.studies()).toEqual([]);
    await history.append('study-a', created());
    expect((await history.studies()).length).toBe(1);
  });

  it('names the line that somebody broke', async () => {
    const lines = wholeLog().map((event) => JSON.stringify(event));
    lines[2] = lines[2]!.slice(0, -5);
    await writeFile(join(folder, 'study-a.jsonl'), `${lines.join('\n')}\n`);
    await expect(createJsonLinesHistory(folder).events('study-a')).rejects.toThrow(
      'line 3 of study study-a is not JSON',
    );
  });
});
