import { expect, it } from 'vitest';
import { EDITS } from '../../../src/agent/researchers/local';
import { FAMILIES, isNamed, KINDS } from '../../../src/agent/researchers/local/names';

it('every kind of edit can be named in a brief, and so can its family', () => {
  const named = FAMILIES.flatMap((family) => KINDS[family].map((kind) => `${family}: ${kind}`));
  expect(named.sort()).toEqual(EDITS.map(({ family, kind }) => `${family}: ${kind}`).sort());
  for (const { family, kind } of EDITS) expect([family, kind].every(isNamed)).toBe(true);
  expect(isNamed('toString')).toBe(false);
});
