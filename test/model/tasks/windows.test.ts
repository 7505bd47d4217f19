import { describe, expect, it } from 'vitest';
import type { LoadedTask } from '../../../src/model/tasks/task';
import { bitsPerByte, type Evaluation, evaluationOf } from '../../../src/model/tasks/windows';
import { loadText, utf8Length } from './support';

/** What an evaluation asks for, window by window: the text read and the text predicted. */
function windowsOf(task: LoadedTask, evaluation: Evaluation) {
  return evaluation.batches.flatMap(({ size, context, tokens, targets }) =>
    Array.from({ length: size }, (_, row) => {
      const predicted = targets
        .subarray(row * context, (row + 1) * context)
        .filter((target) => target >= 0);
      const read = tokens.subarray(row * context, row * context + predicted.length);
      return { read: task.tokenizer.decode(read), predicted: task.tokenizer.decode(predicted) };
    }),
  );
}

const LINES = Array.from({ length: 300 }, (_, i) => `${1000 + i} caffè ☕ 😀`).join('\n');

describe('windows of a text', () => {
  it.each(['characters', 'bytes'] as const)(
    'predict every token but the first once, and count its bytes: %s',
    async (kind) => {
      const task = await loadText(LINES, {
        tokenizer: { kind },
        context: 10,
        evaluationWindows: 1e6,
      });
      const evaluation = evaluationOf(task, 'validation', 7);
      const split = task.validation.tokens;
      const predicted = evaluation.batches.flatMap(({ targets }) =>
        [...targets].filter((target) => target >= 0),
      );
      expect(predicted).toEqual([...split.slice(1)]);
      expect(evaluation.tokens).toBe(split.length - 1);
      expect(evaluation.bytes).toBe(task.validation.bytes - task.tokenizer.tokenBytes[split[0]!]!);
      expect(evaluation.windows).toBe(Math.ceil((split.length - 1) / 10));
    },
  );

  it('lie evenly over the split when there are too many, without overlapping', async () => {
    const numbers = Array.from({ length: 900 }, (_, i) => 1000 + i).join(' é\n');
    const task = await loadText(numbers, { context: 10, evaluationWindows: 8 });
    const evaluation = evaluationOf(task, 'validation', 3);
    const windows = windowsOf(task, evaluation).slice(0, 8);
    const text = task.tokenizer.decode(task.validation.tokens);
    const places = windows.map(({ read }) => text.indexOf(read));
    expect(evaluation).toMatchObject({ windows: 8, tokens: 80 });
    expect(evaluation.bytes).toBe(windows.reduce((sum, w) => sum + utf8Length(w.predicted), 0));
    const gaps = places.slice(1).map((place, i) => place - places[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(10);
    expect(places[0]).toBe(0);
    expect(text.length - places.at(-1)!).toBeLessThan(text.length / 8 + 20);
  });

  it('are the same whatever the batch size; rows left over predict nothing', async () => {
    const task = await loadText(LINES, { context: 10, evaluationWindows: 8 });
    const one = evaluationOf(task, 'validation', 1);
    const five = evaluationOf(task, 'validation', 5);
    expect(windowsOf(task, five).slice(0, 8)).toEqual(windowsOf(task, one));
    expect(five.batches).toHaveLength(2);
    expect(five.batches[1]!.targets.slice(3 * 10).every((target) => target === -1)).toBe(true);
    expect(five).toMatchObject({ windows: one.windows, tokens: one.tokens, bytes: one.bytes });
  });

  it('of the sealed test split are made in the same way', async () => {
    const task = await loadText(LINES, { context: 10, evaluationWindows: 1e6 });
    const evaluation = evaluationOf(task, 'test', 4);
    expect(evaluation.tokens).toBe(task.test.tokens.length - 1);
    const text = task.tokenizer.decode(task.test.tokens);
    expect(windowsOf(task, evaluation)[0]!.read).toBe(text.slice(0, 10));
  });
});

describe('windows of documents', () => {
  const documents = Array.from({ length: 60 }, (_, i) => 'naïve'.repeat(1 + (i % 5)) + (10 + i));

  it('predict every byte of every document, and its newline', async () => {
    const task = await loadText(documents.join('\n'), {
      examples: 'documents',
      context: 8,
      split: { validation: 0.3, test: 0.2 },
      evaluationWindows: 1e6,
    });
    const evaluation = evaluationOf(task, 'validation', 4);
    expect(evaluation.bytes).toBe(task.validation.bytes);
    const text = windowsOf(task, evaluation).map(({ predicted }) => predicted);
    expect('\n' + text.join('')).toBe(task.tokenizer.decode(task.validation.tokens));
  });

  it('choose whole documents when there are too many windows', async () => {
    const task = await loadText(documents.join('\n'), {
      examples: 'documents',
      context: 8,
      split: { validation: 0.5, test: 0.2 },
      evaluationWindows: 12,
    });
    const evaluation = evaluationOf(task, 'validation', 4);
    const read = windowsOf(task, evaluation);
    const text = read.map(({ predicted }) => predicted).join('');
    expect(evaluation.windows).toBeLessThanOrEqual(12);
    expect(evaluation.windows).toBeGreaterThan(8);
    expect(evaluation.bytes).toBe(utf8Length(text));
    for (const document of text.trimEnd().split('\n')) expect(documents).toContain(document);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('cut the beginning of a document that alone has too many', async () => {
    const long = `${'abcdefghij'.repeat(20)}\n`.repeat(20);
    const task = await loadText(long, { examples: 'documents', context: 8, evaluationWindows: 3 });
    const evaluation = evaluationOf(task, 'validation', 3);
    expect(evaluation).toMatchObject({ windows: 3, tokens: 24, bytes: 24 });
  });
});

it('val_bpb is nats over ln 2 and bytes', () => {
  expect(bitsPerByte(Math.log(2) * 30, 10)).toBeCloseTo(3, 12);
  expect(bitsPerByte(8 * Math.log(256), 8)).toBeCloseTo(8, 12);
});
