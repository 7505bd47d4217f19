import type Anthropic from '@anthropic-ai/sdk';
import { expect, it } from 'vitest';
import { visible } from '../../../../src/agent/document/fence';
import { exportStudy, importStudy } from '../../../../src/agent/history/exchange';
import { createMemoryHistory } from '../../../../src/agent/history/memory';
import { reportHtml } from '../../../../src/agent/report/html';
import { reportMarkdown } from '../../../../src/agent/report/markdown';
import { resultsTsv } from '../../../../src/agent/results';
import type { History, Study, StudyEvent } from '../../../../src/agent/study';
import type { TrialResult } from '../../../../src/model/harness/trial';
import { call, type Part, say } from '../../../standin/reply';
import type { StandIn } from '../../../standin/server';
import { created, proposal, TASK, verdict } from '../../fixtures';
import { fakeResult, scoring } from '../../loop/world';
import { Bench, play, standInOf } from './lab';
import { MARK, TRICKS } from './tricks';

/** A comment cannot hold its own end. */
const inComment = (text: string) => text.replaceAll('*/', '* /');

const baselineWith = (text: string) => ({
  ...scoring(3),
  optimizer: `/* ${inComment(text)} */ export const name = ${JSON.stringify(text)};`,
});

/** A lab in which everything that others write says this text. */
class HostileBench extends Bench {
  constructor(private readonly text: string) {
    super((request) => withSample(fakeResult(request), text));
  }

  override inspect: Bench['inspect'] = async (program, signal) => {
    const at = { file: 'model.ts', line: 1 } as const;
    if (program.model.includes('disturbed')) return { status: 'void', reason: this.text };
    if (program.model.includes('throws'))
      return { status: 'crashed', crash: { kind: 'trace', message: this.text, at } };
    return plainInspect(program, signal);
  };
}

const plainInspect = new Bench().inspect;

function withSample(result: TrialResult, text: string): TrialResult {
  if (result.status !== 'finished') return result;
  const graphHash = result.summary.graphHash.slice(0, 200);
  return { ...result, summary: { ...result.summary, graphHash, samples: [text] } };
}

/** What somebody exported: an experiment that failed and one that was kept, and all that was said of them. */
function imported(text: string): StudyEvent[] {
  const program = baselineWith(text);
  const id = text.slice(0, 100);
  const trial = (experiment: string, seed: number) => ({
    experiment,
    trial: `${experiment}.t`,
    seed,
  });
  const idea = (more: object) =>
    proposal({ title: text, hypothesis: text, kind: text.slice(0, 200), ...more });
  return [
    {
      ...(created('study-1') as StudyEvent & { type: 'study-created' }),
      task: { ...TASK, name: text.slice(0, 200) },
      baseline: program,
      brief: text,
    },
    {
      type: 'experiment-proposed',
      at: 2,
      experiment: id,
      proposal: idea({ program, parent: null, researcher: 'human' }),
    },
    {
      type: 'trial-ended',
      at: 3,
      ...trial(id, 5),
      result: withSample(fakeResult({ id: 'x', program, seed: 5 }), text),
    },
    {
      type: 'verdict',
      at: 4,
      experiment: id,
      verdict: verdict({ ground: 'baseline', reason: text }),
    },
    {
      type: 'experiment-proposed',
      at: 5,
      experiment: 'crash',
      proposal: idea({ program: { model: 'crash', optimizer: '' }, parent: id }),
    },
    {
      type: 'trial-ended',
      at: 6,
      ...trial('crash', 5),
      result: { status: 'crashed', crash: { kind: 'trace', message: text }, curve: [] },
    },
    {
      type: 'verdict',
      at: 7,
      experiment: 'crash',
      verdict: verdict({ decision: 'crash', ground: 'crash', reason: text }),
    },
    { type: 'insight', at: 8, text, experiments: [id], author: 'human' },
    { type: 'study-finished', at: 9, reason: text },
  ];
}

const edit = (old: string, fresh: string) => call('replace', { file: 'model.ts', old, new: fresh });

/** Uses every tool, so that every answer is seen; the model itself repeats the text. */
const turnsOf = (text: string): Part[][] => [
  [say(text), call('read_program', {}), call('read_history', { from: 0, count: 50 })],
  [
    call('read_experiment', { experiment: '0' }),
    call('read_experiment', { experiment: text.slice(0, 20) }),
  ],
  [call('diagnostics', {}), call('probe', { percent: 1 })],
  [edit('bpb = 3;', 'bpb = throws;'), call('check', {})],
  [edit('throws', 'wrong'), call('check', {})],
  [edit('wrong', 'disturbed'), call('check', {})],
  [
    edit(text.slice(0, 50), 'x'),
    call('note_insight', { text: 'It fails.', experiments: [text.slice(0, 20)] }),
  ],
  [call('start_from', { experiment: text.slice(0, 20) }), edit('bpb = disturbed;', 'bpb = 3;')],
  // Exactly an earlier program: turned down with the title of that experiment.
  [edit('padding', 'padded'), call('check', {}), edit('padded', 'padding')],
  [
    edit('bpb = 3;', 'bpb = 2.9;'),
    call('propose', { title: 'bpb 2.9', hypothesis: 'h', kind: 'k' }),
  ],
];

async function studied(text: string, history: History) {
  const standIn = await standInOf({ script: ({ turn }) => turnsOf(text)[turn]! });
  const result = await play(standIn, {
    history,
    experiments: 2,
    runner: new HostileBench(text),
    instruments: {
      run: async () => ({ status: 'void', reason: text }),
      types: async ({ model }) =>
        model.includes('wrong')
          ? [{ file: 'model.ts', line: 1, column: 1, code: 2304, message: text }]
          : [],
      note: async () => {
        throw new Error(text);
      },
      diagnose: async () => ({
        points: [
          {
            progress: 1,
            step: 9,
            loss: 2,
            parameters: [{ name: text, gradient: 1, update: 1, weight: 1 }],
            attention: [],
          },
        ],
        work: [{ kernel: text, launches: 1, flopsShare: 1, bytesShare: 1 }],
      }),
    },
    prepare: (researcher) => {
      researcher.hear(text);
      researcher.pursue(text);
    },
    around: { underWay: [proposal({ title: text, hypothesis: text, kind: text, member: text })] },
  });
  expect(standIn.scriptErrors).toEqual([]);
  expect(standIn.violations).toEqual([]);
  return { ...result, standIn };
}

async function importedStudy(text: string): Promise<History> {
  const source = createMemoryHistory();
  for (const event of imported(text)) await source.append('study-1', event);
  const history = createMemoryHistory();
  await importStudy(history, await exportStudy(source, 'study-1'));
  return history;
}

/** The lab's own words in a text: what stands in no fence, by CommonMark's rule for fences. */
function outside(markdown: string): string {
  const own: string[] = [];
  let fence = 0;
  for (const line of markdown.split(/\r\n?|[\n\u2028\u2029\u0085]/)) {
    const run = /^ {0,3}(`{3,})/.exec(line)?.[1]?.length ?? 0;
    if (fence > 0) {
      if (run >= fence && line.trim().length === run) fence = 0;
    } else if (run > 0) {
      expect(line).toMatch(/^`+(data|person|ts)/);
      fence = run;
    } else own.push(line);
  }
  expect(fence).toBe(0);
  return own.join('\n');
}

const bodiesOf = ({ requests }: StandIn) => requests.flatMap(({ body }) => body ?? []);

const shapeOf = ({ messages }: Anthropic.MessageCreateParams) =>
  messages.map(({ role, content }) => [
    role,
    (content as Anthropic.ContentBlockParam[]).map((block) => [
      block.type,
      block.type === 'tool_use' ? block.name : block.type === 'tool_result' && block.is_error,
    ]),
  ]);

const wordsOf = ({ messages }: Anthropic.MessageCreateParams): string[] =>
  messages
    .filter(({ role }) => role === 'user')
    .flatMap(({ content }) => content as Anthropic.ContentBlockParam[])
    .map((block) =>
      block.type === 'text' ? block.text : String((block as { content?: unknown }).content),
    );

/** What happened, without what was said. */
const outcome = ({ study, log }: { study: Study; log: readonly StudyEvent[] }) => ({
  types: log.map(({ type }) => type),
  verdicts: study.experiments.map((each) => [each.verdict?.decision, each.program.model]),
  last: study.experiments.at(-1)!.title,
});

it.each(TRICKS)('changes nothing, wherever it is written: %j', async (trick) => {
  const plain = await studied('plain words', await importedStudy('plain words'));
  const hostile = await studied(trick, await importedStudy(trick));
  expect(outcome(hostile)).toEqual(outcome(plain));
  expect(hostile.study.experiments.at(-1)).toMatchObject({
    title: 'bpb 2.9',
    researcher: 'claude',
  });

  const bodies = bodiesOf(hostile.standIn);
  expect(bodies.map(shapeOf)).toEqual(bodiesOf(plain.standIn).map(shapeOf));
  for (const body of bodies) {
    const clean = bodiesOf(plain.standIn)[0]!;
    expect(body.system).toEqual(clean.system);
    expect(body.tools).toEqual(clean.tools);
    for (const words of wordsOf(body)) expect(outside(words)).not.toContain(MARK);
  }
  // It did reach the model: the brief, the title, the sample, the program, errors, parameters and all the rest.
  const all = wordsOf(bodies.at(-1)!).join('\n');
  expect(all.split(MARK).length).toBeGreaterThan(40);
  expect(visible(all)).toBe(all);

  const page = reportHtml(hostile.study);
  expect(page).not.toMatch(/<(script|img|a)\b|<tool_use|<invoke/i);
  expect(page).not.toContain('\u202e');
  expect(outside(reportMarkdown(hostile.study))).not.toMatch(/(?<!\\)<(script|img|a)\b/i);
  const rows = resultsTsv(hostile.study).trimEnd().split('\n');
  expect(rows).toHaveLength(hostile.study.experiments.length + 1);
  expect(new Set(rows.map((row) => row.split('\t').length)).size).toBe(1);
});
