import { keepText } from './corpus';
import { TaskError } from './errors';
import type { CorpusStore } from './stores/store';
import type { TaskSpec } from './task';

/** A task that the lab knows by name, and what a person wants to know of its corpus. */
export interface CatalogueEntry {
  readonly title: string;
  /** One sentence: what a model learns from it. */
  readonly about: string;
  readonly source: string;
  readonly licence: string;
  /** What has to come over the network at first use: about so many bytes. */
  readonly download: number;
  readonly task: TaskSpec;
}

/** What most tasks share. */
const COMMON = {
  tokenizer: { kind: 'characters' },
  examples: 'windows',
  context: 64,
  split: { validation: 0.1, test: 0.05 },
  budget: { unit: 'seconds', amount: 10 },
  evaluationWindows: 128,
  metric: 'val_bpb',
} as const;

/** The default: no download, and a floor that is known. */
export const BUILTIN_TASK: TaskSpec = {
  name: 'builtin',
  corpus: { kind: 'builtin', bytes: 1_000_000, seed: 1 },
  ...COMMON,
};

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    title: 'Little stories of known entropy',
    about:
      'Generated stories of who went where and has how many of what: spelling first, then grammar, then memory and sums.',
    source: "the lab's own grammar",
    licence: "the lab's own",
    download: 0,
    task: BUILTIN_TASK,
  },
  {
    title: 'Names',
    about: 'Thirty-two thousand first names, one a line: what a name sounds like.',
    source:
      'github.com/karpathy/makemore, from the statistics of the US Social Security Administration',
    licence: 'public domain (a work of the US government); the repository is under the MIT licence',
    download: 228_145,
    task: {
      ...COMMON,
      name: 'names',
      corpus: {
        kind: 'url',
        url: 'https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt',
        sha256: '0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d',
      },
      examples: 'documents',
      context: 16,
      evaluationWindows: 1024,
    },
  },
  {
    title: 'Tiny Shakespeare',
    about: "Forty thousand lines of Shakespeare's plays: who speaks, in verse, in old English.",
    source: 'github.com/karpathy/char-rnn',
    licence: 'public domain (the plays); the repository is under the MIT licence',
    download: 1_115_394,
    task: {
      ...COMMON,
      name: 'shakespeare',
      corpus: {
        kind: 'url',
        url: 'https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt',
        sha256: '86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed',
      },
    },
  },
  {
    title: 'TinyStories',
    about:
      'Stories in the words of a small child, written by GPT-3.5 and GPT-4: the validation file, 22,000 of them.',
    source: 'huggingface.co/datasets/roneneldan/TinyStories (Eldan & Li, 2023)',
    licence: 'CDLA-Sharing-1.0',
    download: 19_400_000,
    task: {
      ...COMMON,
      name: 'tinystories',
      corpus: {
        kind: 'url',
        url: 'https://huggingface.co/datasets/roneneldan/TinyStories/resolve/f54c09fd23315a6f9c86f9dc80f725de7d8f9c64/TinyStories-valid.txt',
      },
      tokenizer: { kind: 'bpe', vocab: 512 },
      split: { validation: 0.05, test: 0.05 },
    },
  },
];

/** A task of the catalogue. Throws a TaskError that lists the names there are. */
export function taskNamed(name: string): TaskSpec {
  const entry = CATALOGUE.find(({ task }) => task.name === name);
  if (entry) return entry.task;
  const names = CATALOGUE.map(({ task }) => task.name).join(', ');
  throw new TaskError('spec', `There is no task named '${name}'. The lab knows: ${names}.`);
}

/** A task on a text of one's own, which is kept in `store` so that it is found again by its hash. */
export async function taskFromText(
  name: string,
  text: string | Uint8Array<ArrayBuffer>,
  store: CorpusStore,
  rules: Partial<Omit<TaskSpec, 'name' | 'corpus'>> = {},
): Promise<TaskSpec> {
  return { ...COMMON, ...rules, name, corpus: { kind: 'text', ...(await keepText(text, store)) } };
}
