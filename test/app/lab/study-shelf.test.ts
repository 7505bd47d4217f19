import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../../../src/agent/history/memory';
import { approvalsOn, type KeptDraft, keptDraftsOn } from '../../../src/app/lab/kept';
import { type Shelf, withShelves } from '../../../src/app/lab/study-shelf';
import { PRESETS } from '../../../src/model/programs';
import { shelf } from '../claude/shelf';

const { source } = PRESETS[0];
const DRAFT: KeptDraft = {
  member: 'claude-1',
  title: 'Claude 1',
  draft: { program: source, parent: 'e3' },
  program: { ...source, model: `${source.model}\n// by hand` },
  hypothesis: 'It may help.',
};

describe('what is kept of a study', () => {
  it('is there again after a reload, for its own study alone', () => {
    const tab = shelf();
    keptDraftsOn(tab).keep('a', DRAFT);
    expect(keptDraftsOn(tab).of('a')).toEqual(DRAFT);
    expect(keptDraftsOn(tab).of('b')).toBeNull();
    keptDraftsOn(tab).drop('a');
    expect(tab.entries()).toEqual([]);
  });

  it('goes with the study, from all shelves', async () => {
    const [device, tab] = [shelf(), shelf()];
    const shelves = [approvalsOn(device), keptDraftsOn(tab)] as const;
    for (const study of ['a', 'b']) {
      shelves[0].keep(study, true);
      shelves[1].keep(study, DRAFT);
    }
    await withShelves(createMemoryHistory(), shelves).remove('a');
    expect(shelves.map((each) => each.of('a'))).toEqual([null, null]);
    expect(shelves.map((each) => each.of('b'))).toEqual([true, DRAFT]);
  });

  it('is as if it were not there where it cannot be read', () => {
    const odd = shelf({
      'loopy-lab:taken:a': '{"member":"claude-1"}',
      'loopy-lab:taken:b': 'no JSON',
      'loopy-lab:approval:a': '"yes"',
    });
    expect(keptDraftsOn(odd).of('a')).toBeNull();
    expect(keptDraftsOn(odd).of('b')).toBeNull();
    expect(approvalsOn(odd).of('a')).toBeNull();
  });

  it('is lost without a word where the browser keeps nothing', () => {
    const refusing: Shelf = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
      removeItem: () => {
        throw new DOMException('no', 'SecurityError');
      },
    };
    for (const each of [approvalsOn(refusing), approvalsOn(null)]) {
      each.keep('a', true);
      each.drop('a');
      expect(each.of('a')).toBeNull();
    }
  });
});
