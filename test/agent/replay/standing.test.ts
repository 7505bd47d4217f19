import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { standingsOf } from '../../../src/agent/replay/standing';
import type { StudyEvent } from '../../../src/agent/study';
import { BASELINE, wholeLog } from '../fixtures';
import { logOf } from '../studies';

/** A study of so many experiments, each with a trial and a verdict. */
const long = (experiments: number) =>
  logOf(Array.from({ length: experiments }, () => ({ mean: 0.1, seeds: 2 })));

describe('the study as it stood', () => {
  it.each([
    ['of every type of event', wholeLog()],
    ['with many experiments', long(40)],
  ])('is what folding each beginning of a log %s says', (_, log) => {
    const at = standingsOf(log);
    for (let position = 1; position <= log.length; position++) {
      expect(at(position)).toEqual(foldStudy(log.slice(0, position)));
    }
  });

  it('is the same however one came there', () => {
    const log = long(40);
    const at = standingsOf(log);
    let position = 1;
    for (let jump = 0; jump < 300; jump++) {
      position = (position * 7919 + jump * 104_729) % log.length || log.length;
      expect(at(position)).toEqual(foldStudy(log.slice(0, position)));
      expect(at(position)).toBe(at(position));
    }
    expect(at(-3)).toEqual(foldStudy(log.slice(0, 1)));
    expect(at(1e9)).toEqual(foldStudy(log));
  });

  it('folds few events again when one goes to and fro in a long log', () => {
    let read = 0;
    const log: readonly StudyEvent[] = new Proxy(long(800), {
      get(events, key, receiver) {
        if (typeof key === 'string' && /^\d+$/.test(key)) read++;
        return Reflect.get(events, key, receiver);
      },
    });
    const at = standingsOf(log);
    const end = at(log.length);
    expect(end.experiments).toHaveLength(801);
    read = 0;
    for (let step = 0; step < 200; step++) at(1 + ((step * 997) % log.length));
    expect(log.length).toBeGreaterThan(4000);
    expect(read).toBeLessThan(200 * 64);
    expect(at(log.length).experiments.at(-1)!.program).not.toEqual(BASELINE);
  });
});
