import { describe, expect, it } from 'vitest';
import { HistoryError } from '../../../src/agent/history/errors';
import { parseStudy } from '../../../src/agent/history/exchange';
import { wholeLog } from '../fixtures';

const text = () => JSON.stringify({ format: 'loopy-study', version: '1', events: wholeLog() });

/** The file with one value replaced at a path of keys. */
function withValue(path: string, value: unknown): string {
  const file: unknown = JSON.parse(text());
  const keys = path.split('.');
  const last = keys.pop()!;
  const at = (from: unknown, key: string) => (from as Record<string, unknown>)[key];
  (keys.reduce(at, file) as Record<string, unknown>)[last] = value;
  return JSON.stringify(file);
}

describe('parseStudy', () => {
  it('reads a whole study', () => {
    expect(parseStudy(text()).events).toEqual(wholeLog());
    expect(parseStudy(text()).study.incumbent).toBe('0');
  });

  it('keeps the precision of a task that has one', () => {
    const { study } = parseStudy(withValue('events.0.task.precision', 'f16'));
    expect(study.task.precision).toBe('f16');
  });

  it('drops fields it does not know', () => {
    expect(parseStudy(withValue('events.1.proposal.extra', 1)).events).toEqual(wholeLog());
    const poisoned = text().replace('"type":', '"__proto__":{"polluted":true},"type":');
    const { events } = parseStudy(poisoned);
    expect(events).toEqual(wholeLog());
    expect((events[0] as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['format', 'png', 'study.format must be one of loopy-study, and it is "png"'],
    ['version', '2', 'study.version must be one of 1, and it is "2"'],
    ['events', {}, 'study.events must be a list'],
    ['events', [], 'the log is empty'],
    ['events.0', null, 'study.events[0] must be an object, and it is null'],
    ['events.0.type', 'boom', 'study.events[0].type must be one of study-created'],
    ['events.0.at', '1', 'study.events[0].at must be a number'],
    ['events.0.task.split', undefined, 'study.events[0].task.split must be an object'],
    ['events.0.task.precision', 'f8', 'study.events[0].task.precision must be one of f16'],
    ['events.0.task.corpus.kind', 'ftp', 'study.events[0].task.corpus.kind must be one of builtin'],
    ['events.0.baseline.model', 7, 'study.events[0].baseline.model must be a string, and it is 7'],
    ['events.1.experiment', '', 'no experiment 0'],
    ['events.3.result.summary.valBpb', null, 'summary.valBpb must be a number, and it is null'],
    ['events.3.result.summary.steps', 1.5, 'summary.steps must be a whole number'],
    ['events.3.result.summary.device.software', 'no', 'device.software must be true or false'],
    ['events.4.verdict.evidence.interval', [1], 'evidence.interval must be two numbers'],
    ['events.13.result.crash.at.line', 'x', 'crash.at.line must be a whole number'],
    ['events.13.experiment', '9', 'no experiment 9'],
    ['events.15.text', 'x'.repeat(20_001), 'has 20001 characters; 20000 are allowed'],
    ['events.16.author', 'someone', 'author must be one of claude, local, random, human, replay'],
    ['events.16.experiments', ['9'], 'no experiment 9'],
    ['events.7.proposal.program.model', 'x'.repeat(400_001), 'has 400001 characters'],
  ])('refuses a wrong %s and says where', (path, value, message) => {
    expect(() => parseStudy(withValue(path, value))).toThrow(HistoryError);
    expect(() => parseStudy(withValue(path, value))).toThrow(message);
  });

  it('reads a log of the terminal, without a last line that was torn', () => {
    const log = wholeLog()
      .map((event) => `${JSON.stringify(event)}\n`)
      .join('');
    expect(parseStudy(log).events).toEqual(wholeLog());
    expect(parseStudy(`${log}{"type":"verdi`).events).toEqual(wholeLog());
    const edited = log.replace('"type":"trial-ended"', '"type":"boom"');
    expect(() => parseStudy(edited)).toThrow(/line 4 of the log.type must be one of/);
    expect(() => parseStudy(log.replace('\n', '\n{\n'))).toThrow('line 2 of the log is not JSON');
    expect(() => parseStudy(log.slice(0, 300))).toThrow(/not JSON/);
  });

  it('refuses what is not JSON', () => {
    expect(() => parseStudy(text().slice(0, 300))).toThrow(/not JSON/);
    expect(() => parseStudy('[]')).toThrow('study must be an object');
  });
});
