import { expect, it } from 'vitest';
import { BUILTIN_TASK } from '../../../../src/model/tasks/catalogue';
import { loadTask } from '../../../../src/model/tasks/load';
import { memoryCorpora } from '../../../../src/model/tasks/stores/memory';
import { bitsPerByte } from '../../../../src/model/tasks/windows';

/**
 * A model that counts what followed each of the last 0, 1, ... `order` characters, and mixes the counts by
 * how often each context was seen (Witten & Bell, 1991). It goes on counting while it is scored.
 */
function countingModel(order: number, vocab: number) {
  const contexts = Array.from(
    { length: order + 1 },
    () => new Map<string, { total: number; next: Map<number, number> }>(),
  );
  return {
    /** Probability of the token after `before`, and then count it. */
    see(before: readonly number[], token: number): number {
      let p = 1 / vocab;
      for (const [length, table] of contexts.entries()) {
        const key = before.slice(before.length - length).join();
        let entry = table.get(key);
        if (entry === undefined) {
          entry = { total: 0, next: new Map() };
          table.set(key, entry);
        }
        const kinds = entry.next.size;
        const count = entry.next.get(token) ?? 0;
        if (entry.total > 0) p = (count + kinds * p) / (entry.total + kinds);
        entry.next.set(token, count + 1);
        entry.total++;
      }
      return p;
    },
  };
}

it('no model scores below the floor: better counting comes closer and stays above', async () => {
  const task = await loadTask(
    { ...BUILTIN_TASK, corpus: { kind: 'builtin', bytes: 150_000, seed: 2 } },
    { store: memoryCorpora() },
  );
  const scores = [0, 2, 5].map((order) => {
    const model = countingModel(order, task.vocab);
    const recent: number[] = new Array<number>(order).fill(0);
    const nats = (tokens: Int32Array) => {
      let sum = 0;
      for (const token of tokens) {
        sum -= Math.log(model.see(recent, token));
        recent.push(token);
        recent.shift();
      }
      return sum;
    };
    nats(task.train.tokens);
    return bitsPerByte(nats(task.validation.tokens), task.validation.bytes);
  });
  const [letters, triples, words] = scores as [number, number, number];
  expect(letters).toBeGreaterThan(4);
  expect(triples).toBeLessThan(letters - 1);
  expect(words).toBeLessThan(triples - 0.3);
  expect(words).toBeGreaterThan(task.entropyBpb! + 4 * task.entropyStandardError!);
});
