import { describe, expect, it } from 'vitest';
import { readingsOf } from '../../../src/model/tasks/builtin/readings';
import { NEW_STORY, story } from '../../../src/model/tasks/builtin/story/story';
import { BUILTIN_TASK, taskFromText, taskNamed } from '../../../src/model/tasks/catalogue';
import { loadTask } from '../../../src/model/tasks/load';
import type { TaskProgress } from '../../../src/model/tasks/progress';
import { memoryCorpora } from '../../../src/model/tasks/stores/memory';
import { corpusKey } from '../../../src/model/tasks/stores/store';
import type { LoadedTask, TaskSpec } from '../../../src/model/tasks/task';
import { evaluationOf } from '../../../src/model/tasks/windows';
import { loadText, sharedData, utf8Length } from './support';

const small: TaskSpec = { ...BUILTIN_TASK, corpus: { kind: 'builtin', bytes: 60_000, seed: 4 } };
const load = (spec: TaskSpec) => loadTask(spec, { store: memoryCorpora() });
const PARTS = ['train', 'validation', 'test'] as const;
const textsOf = (task: LoadedTask) =>
  PARTS.map((part) => task.tokenizer.decode(task[part].tokens)) as [string, string, string];

describe('the built-in task', () => {
  it('states the entropy that an independent reading of its validation text finds', async () => {
    const task = await load(small);
    const text = task.tokenizer.decode(task.validation.tokens);
    const stories = text.split(/(?<=\n)/);
    const bits = stories.map((one) => readingsOf(story, NEW_STORY, one).bits);
    const total = bits.reduce((sum, b) => sum + b, 0);
    expect(stories.length).toBeGreaterThan(5);
    expect(task.entropyBpb).toBeCloseTo(total / utf8Length(text), 10);
    expect(task.entropyStandardError).toBeGreaterThan(0.001);
    expect(task.entropyStandardError).toBeLessThan(0.05);
  });

  it.each([
    { tokenizer: { kind: 'bytes' } },
    { tokenizer: { kind: 'bpe', vocab: 300 } },
    { examples: 'documents', tokenizer: { kind: 'characters' } },
    { examples: 'documents', tokenizer: { kind: 'bpe', vocab: 300 } },
  ] as const)('knows the entropy of each token: %j', async (rules) => {
    const task = await load({ ...small, ...rules, evaluationWindows: 1e6 });
    const { bits, bytes, tokens } = task.validation;
    expect(bits).toHaveLength(tokens.length);
    const sum = bits!.reduce((so, b) => so + b, 0);
    expect(sum / bytes / task.entropyBpb!).toBeCloseTo(1, 5);
    const evaluation = evaluationOf(task, 'validation', 8);
    expect(evaluation.entropyBpb! / task.entropyBpb!).toBeCloseTo(1, 2);
    expect(task.train.bits).toBeUndefined();
  });

  it('has three parts that together are the corpus, cut between stories', async () => {
    const task = await load(small);
    const [train, validation, test] = textsOf(task);
    expect(PARTS.map((part) => task[part].bytes)).toEqual(
      [train, validation, test].map(utf8Length),
    );
    for (const text of [train, validation, test])
      expect(text.endsWith('.\n') || text.endsWith('!\n')).toBe(true);
    const whole = train + validation + test;
    expect(validation.length / whole.length).toBeCloseTo(0.1, 1);
    const stories = (text: string) => text.trimEnd().split('\n');
    const inTrain = new Set(stories(train));
    expect(stories(validation + test).filter((one) => inTrain.has(one))).toEqual([]);
    expect(readingsOf(story, NEW_STORY, `${stories(validation)[0]}\n`).count).toBe(1);
  });

  it('says that it generates', async () => {
    const heard: TaskProgress[] = [];
    await loadTask(small, { store: memoryCorpora(), onProgress: (event) => heard.push(event) });
    expect(heard.map(({ stage }) => stage)).toContain('generating');
  });
});

describe('the identity of a task', () => {
  const text = 'a line of text\n'.repeat(200);

  it('is its rules and content, not its name or where the corpus came from', async () => {
    const store = memoryCorpora();
    const own = await taskFromText('mine', text, store);
    const renamed = { ...own, name: 'other' };
    const url = 'https://example.org/text.txt';
    await store.put(corpusKey.url(url), new TextEncoder().encode(text));
    const fetched: TaskSpec = { ...own, corpus: { kind: 'url', url } };
    const { id } = await loadTask(own, { store });
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect((await loadTask(renamed, { store })).id).toBe(id);
    expect((await loadTask(fetched, { store })).id).toBe(id);
  });

  it('changes with every rule and with the text', async () => {
    const changes: Partial<TaskSpec>[] = [
      {},
      { context: 32 },
      { tokenizer: { kind: 'bytes' } },
      { budget: { unit: 'steps', amount: 10 } },
      { evaluationWindows: 64 },
      { split: { validation: 0.2, test: 0.1 } },
      { examples: 'documents' },
      { precision: 'f16' },
    ];
    const ids = await Promise.all(changes.map(async (change) => (await loadText(text, change)).id));
    ids.push((await loadText(`${text}more`, {})).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('does not depend on the order of the fields', async () => {
    const store = memoryCorpora();
    const spec = await taskFromText('mine', text, store);
    const reversed = Object.fromEntries(Object.entries(spec).reverse()) as unknown as TaskSpec;
    const [a, b] = await Promise.all([loadTask(spec, { store }), loadTask(reversed, { store })]);
    expect(a.id).toBe(b.id);
  });
});

describe("a text of one's own", () => {
  it('keeps every character, and loses a byte order mark', async () => {
    const text = 'Tabs\tand CR LF\r\nand 😀 é\u00a0\0 odd\r\n'.repeat(100);
    const task = await loadText(`\ufeff${text}`, { context: 16 });
    expect(textsOf(task).join('')).toBe(text);
  });

  it('becomes documents: line by line, blank lines left out, shuffled, each in one part', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `document ${i}`);
    const text = lines.join('\r\n').replace('document 50', '  \r\n\r\ndocument 50');
    const task = await loadText(text, { examples: 'documents', context: 16 });
    const parts = textsOf(task).map((part) => part.trim().split('\n'));
    expect(parts.flat().sort()).toEqual([...lines].sort());
    expect(parts.flat()).not.toEqual(lines);
    expect(PARTS.map((part) => task[part].documents!.length)).toEqual(parts.map((p) => p.length));
    expect(task.validation.bytes).toBe(utf8Length(`${parts[1]!.join('\n')}\n`));
    for (const start of task.train.documents!)
      expect(task.train.tokens[start]).toBe(task.separator);
  });

  it('is cut between characters where it has no lines', async () => {
    const task = await loadText('é☕😀'.repeat(1000), {
      context: 16,
      tokenizer: { kind: 'bytes' },
    });
    expect(textsOf(task).join('')).toBe('é☕😀'.repeat(1000));
    expect(textsOf(task).join('')).not.toContain('\ufffd');
  });
});

describe('a task that cannot be loaded says what to do', () => {
  it.each([
    ['', {}, 'The corpus is empty. Choose a file'],
    ['\n \n\n', { examples: 'documents' }, 'The corpus is empty'],
    ['a short text', {}, /The \w+ split has \d+ tokens, and one window of this task needs 65/],
    ['a\nb\n', { examples: 'documents' }, /The \w+ split has no document in it\. Give a text/],
    [Uint8Array.of(0x61, 0xff, 0xfe), {}, 'not a text in UTF-8. Open it in an editor'],
    ['text\n'.repeat(99), { context: 0 }, "The task's context is 0, and has to be a whole number"],
    ['text\n'.repeat(99), { split: { validation: 0.6, test: 0.5 } }, 'leaves nothing to train on'],
    ['text\n'.repeat(99), { tokenizer: { kind: 'bpe', vocab: 9 } }, 'from 256 to 65536'],
  ] as const)('%j', async (text, rules, message) => {
    await expect(loadText(text as string, rules)).rejects.toThrow(message);
    await expect(loadText(text as string, rules)).rejects.toMatchObject({ name: 'TaskError' });
  });

  it('a text that this machine does not have', async () => {
    const spec = await taskFromText('mine', 'some text', memoryCorpora());
    await expect(load(spec)).rejects.toThrow('Load the same file again');
  });

  it.each([null, [], 'task', {}, { ...BUILTIN_TASK, corpus: { kind: 'url', url: 'file:///etc' } }])(
    'a spec that is none: %j',
    async (spec) => {
      await expect(load(spec as TaskSpec)).rejects.toMatchObject({ kind: 'spec' });
    },
  );

  it('a name that is not in the catalogue', () => {
    expect(() => taskNamed('shakespear')).toThrow('builtin, names, shakespeare, tinystories');
  });
});

describe('well-known corpora', () => {
  const loadShared = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const spec = taskNamed(name);
    const store = memoryCorpora();
    if (spec.corpus.kind === 'url') await store.put(corpusKey.url(spec.corpus.url), bytes);
    return loadTask(spec, { store });
  };
  const names = sharedData('names.txt');
  const shakespeare = sharedData('tinyshakespeare.txt');

  it.skipIf(!names)('names: letters from 0, the separator last, every name once', async () => {
    const task = await loadShared('names', names!);
    expect(task).toMatchObject({ vocab: 27, separator: 26 });
    expect([...task.tokenizer.encode('az')]).toEqual([0, 25]);
    const count = PARTS.reduce((sum, part) => sum + task[part].documents!.length, 0);
    expect(count).toBe(32_033);
    const shares = textsOf(task).map(
      (text) => text.split('\n').filter((n) => n.startsWith('a')).length / text.length,
    );
    expect(shares[1]! / shares[0]!).toBeCloseTo(1, 0); // shuffled: every part has its share
    expect(evaluationOf(task, 'validation', 32).windows).toBe(1024);
  });

  it.skipIf(!shakespeare)('Shakespeare: 65 characters', async () => {
    const task = await loadShared('shakespeare', shakespeare!);
    expect(task.vocab).toBe(65);
    expect(textsOf(task).join('')).toBe(new TextDecoder().decode(shakespeare));
    expect(task.entropyBpb).toBeUndefined();
  });
});
