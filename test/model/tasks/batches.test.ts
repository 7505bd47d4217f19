import { describe, expect, it } from 'vitest';
import { type Batch, batchAt, newBatch } from '../../../src/model/tasks/batches';
import type { LoadedTask } from '../../../src/model/tasks/task';
import { loadText } from './support';

const rows = (batch: Batch) =>
  Array.from({ length: batch.size }, (_, row) => ({
    tokens: [...batch.tokens.subarray(row * batch.context, (row + 1) * batch.context)],
    targets: [...batch.targets.subarray(row * batch.context, (row + 1) * batch.context)],
  }));

function examples(task: LoadedTask, seed: number, count: number, size: number, context: number) {
  const batch = newBatch(size, context);
  return Array.from({ length: count / size }, (_, i) => {
    batchAt(task, seed, i * size, batch);
    return rows(batch);
  }).flat();
}

describe('batches of windows', () => {
  const text = Array.from({ length: 400 }, (_, i) => 1000 + i).join('\n');

  it('give the same examples whatever the batch size', async () => {
    const task = await loadText(text, { context: 8 });
    const one = examples(task, 5, 12, 1, 8);
    expect(examples(task, 5, 12, 4, 8)).toEqual(one);
    expect(examples(task, 5, 12, 12, 8)).toEqual(one);
    expect(examples(task, 6, 12, 4, 8)).not.toEqual(one);
  });

  it('begin at the same places when a phase has a shorter context', async () => {
    const task = await loadText(text, { context: 8 });
    const long = examples(task, 5, 12, 4, 8);
    const short = examples(task, 5, 12, 4, 4);
    expect(short.map(({ tokens }) => tokens)).toEqual(long.map(({ tokens }) => tokens.slice(0, 4)));
  });

  it('are pieces of the training text, with the next token as target, from all over it', async () => {
    const task = await loadText(text, { context: 8 });
    const train = task.tokenizer.decode(task.train.tokens);
    const starts = examples(task, 1, 400, 8, 8).map(({ tokens, targets }) => {
      const read = task.tokenizer.decode([...tokens, targets.at(-1)!]);
      expect(targets.slice(0, -1)).toEqual(tokens.slice(1));
      expect(train).toContain(read);
      return train.indexOf(read) / train.length;
    });
    const mean = starts.reduce((sum, start) => sum + start, 0) / starts.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
  });
});

describe('batches of documents', () => {
  const names = Array.from({ length: 40 }, (_, i) => 'abcdefgh'.slice(0, 1 + (i % 7)) + (i % 10));

  it('read a separator, the document and a separator, padded past it', async () => {
    const task = await loadText('ab\nab\nab\nab\nab\nab\nab\nab\nab\nab\n', {
      examples: 'documents',
      context: 6,
      split: { validation: 0.2, test: 0.2 },
    });
    expect(task).toMatchObject({ vocab: 3, separator: 2 });
    const batch = newBatch(2, 6);
    expect(batchAt(task, 1, 0, batch)).toBe(6);
    const row = { tokens: [2, 0, 1, 2, 2, 2], targets: [0, 1, 2, -1, -1, -1] };
    expect(rows(batch)).toEqual([row, row]);
  });

  it('come in a new order each epoch, each once', async () => {
    const task = await loadText(names.join('\n'), { examples: 'documents', context: 16 });
    const count = task.train.documents!.length;
    const epoch = (number: number) =>
      Array.from({ length: count }, (_, i) => {
        const batch = newBatch(1, 16);
        const length = batchAt(task, 3, number * count + i, batch);
        return task.tokenizer.decode(batch.tokens.slice(0, length)).trim();
      });
    const all = task.tokenizer.decode(task.train.tokens).trim().split('\n');
    expect(epoch(0)).not.toEqual(epoch(1));
    expect(epoch(0).toSorted()).toEqual(all.toSorted());
    expect(epoch(1).toSorted()).toEqual(all.toSorted());
  });

  it('give pieces of a document that is longer than the context, the last one included', async () => {
    const task = await loadText('abcdefghij\n'.repeat(40), { examples: 'documents', context: 4 });
    const seen = new Set(
      examples(task, 1, 60, 4, 4).map(({ tokens, targets }) =>
        task.tokenizer.decode([tokens[0]!, ...targets.filter((target) => target >= 0)]),
      ),
    );
    expect([...seen].sort()).toEqual(['\nabcd', 'defgh', 'hij\n']);
  });
});
