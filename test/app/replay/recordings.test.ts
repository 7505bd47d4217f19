import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { readRecording } from '../../../src/agent/replay/file';
import { fetchRecording, RECORDINGS } from '../../../src/app/replay/recordings';

describe.each(RECORDINGS)('the recording in $file', (recording) => {
  const path = `public/${recording.file}`;

  it('is what is said of it, and small', async () => {
    expect(statSync(path).size).toBeLessThan(600_000);
    const { study } = await readRecording(Uint8Array.from(readFileSync(path)));
    expect(study.experiments).toHaveLength(recording.experiments + 1);
    expect(study.experiments.every(({ verdict }) => verdict)).toBe(true);
    expect(study.status).toBe('finished');
    expect(study.device).toBe(recording.device);
    expect(study.createdAt).toBe(recording.createdAt);
    expect(study.task.corpus.kind).toBe('builtin');
    const kept = study.experiments.filter(({ verdict }) => verdict?.decision === 'keep');
    expect(kept.length).toBeGreaterThan(1);
  });

  it('names no place on the machine that made it', () => {
    const text = gunzipSync(readFileSync(path)).toString();
    expect(text).not.toMatch(/\/(home|root|work|tmp|usr|var|opt|mnt|Users)\//);
    expect(text).not.toMatch(/[A-Z]:\\\\|file:\/\/|https?:\/\/|localhost|node_modules/);
  });
});

describe('a recording that does not come', () => {
  it.each([
    [async () => new Response('', { status: 404 }), /did not come: the server answered 404/],
    [async () => Promise.reject(new TypeError('Failed to fetch')), /did not come: Failed to fetch/],
  ])('says why', async (answer, words) => {
    vi.stubGlobal('fetch', answer);
    try {
      await expect(fetchRecording(RECORDINGS[0])).rejects.toThrow(words);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
