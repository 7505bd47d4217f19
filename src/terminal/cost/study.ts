import type Anthropic from '@anthropic-ai/sdk';
import { createMemoryHistory } from '../../agent/history/memory';
import { runStudy } from '../../agent/loop/run';
import { createClaudeResearcher } from '../../agent/researchers/claude';
import { createClaudeCritic, createClaudeDirector } from '../../agent/researchers/claude/roles';
import { createLocalResearcher } from '../../agent/researchers/local';
import type { Note, Proposal, Researcher, Study } from '../../agent/study';
import type { ProgramSource } from '../../model/programs/program';
import type { TaskSpec } from '../../model/tasks/task';
import { editCalls } from './edit';
import { type Asked, openEndpoint, type ScriptedReply, whoAsks } from './endpoint';
import { MadeUpTrials } from './trials';

export interface ScriptedStudy {
  readonly task: TaskSpec;
  readonly baseline: ProgramSource;
  readonly experiments: number;
  /** Replies of the researcher for one experiment, `propose` included. */
  readonly replies: number;
  /** Tokens of one reply: thoughts, words and the call. */
  readonly output: number;
  /** Verdicts after which the director is asked again. */
  readonly directEvery: number;
}

/**
 * Runs a study whose researcher, critic and director are Claude's, against a server on this machine that plays
 * their replies. What is proposed comes from the local researcher, and trials are made up: nothing but what is
 * sent is measured. Every request is one that the API would get.
 */
export async function measuredStudy(scripted: ScriptedStudy): Promise<readonly Asked[]> {
  const script = new Script(scripted);
  const endpoint = await openEndpoint((body) => script.reply(body));
  const options = { key: 'none', baseURL: endpoint.url, model: 'scripted' };
  const trials = new MadeUpTrials(scripted.task);
  let write: (note: Note) => Promise<void> = async () => {};
  const lab = { inspect: trials.inspect, note: (note: Note) => write(note) };
  const claude = createClaudeResearcher({
    ...options,
    instruments: { ...lab, run: trials.run, diagnose: trials.diagnose },
  });
  const critic = createClaudeCritic({ ...options, ...lab });
  const director = createClaudeDirector(options);
  const local = createLocalResearcher();
  const researcher: Researcher = {
    name: 'claude',
    async propose(study, signal, inspect, around) {
      const last = study.experiments.at(-1)!;
      await critic.learn?.(last, study, signal);
      if (last.number % scripted.directEvery === 0) await director.direct(study, signal);
      const idea = await local.propose(study, signal);
      if (idea === null) return null;
      script.plan(study, idea);
      const proposal = await claude.propose(study, signal, inspect, around);
      if (proposal !== null) {
        trials.expect(study, proposal);
        await critic.read(proposal, study, signal);
      }
      return proposal;
    },
  };
  try {
    const study = await runStudy({
      study: { id: 'cost', task: scripted.task, taskId: 'cost', baseline: scripted.baseline },
      device: 'none',
      researcher,
      runner: trials,
      history: createMemoryHistory(),
      limits: { experiments: scripted.experiments },
      onOpen: (writer) => {
        write = writer;
      },
    });
    if (study.experiments.length - 1 < scripted.experiments) {
      throw new Error(`the scripted study ended early: ${study.ending}`);
    }
    return endpoint.asked;
  } finally {
    await endpoint.close();
  }
}

/** What Claude says in each part that it plays. */
class Script {
  #calls: Pick<ScriptedReply, 'tool' | 'input'>[] = [];

  constructor(private readonly scripted: ScriptedStudy) {}

  /** The replies for one experiment: reading, the edits, checks, looks into the history, and the proposal. */
  plan(study: Study, { title, hypothesis, kind, program, parent }: Proposal): void {
    const from = study.experiments.find(({ id }) => id === parent) ?? study.experiments[0]!;
    const edits = editCalls(from.program, program);
    const looks = [
      { tool: 'read_experiment', input: { experiment: String(study.experiments.length - 1) } },
      { tool: 'check', input: {} },
      {
        tool: 'read_history',
        input: { from: Math.max(0, study.experiments.length - 20), count: 20 },
      },
      { tool: 'check', input: {} },
    ];
    const before =
      from.id === study.incumbent
        ? [{ tool: 'read_program', input: {} }]
        : [{ tool: 'start_from', input: { experiment: String(from.number) } }];
    const needed = [...before, ...edits, { tool: 'check', input: {} }];
    const spare = Math.max(0, this.scripted.replies - needed.length - 1);
    const more = Array.from({ length: spare }, (_, i) => looks[i % looks.length]!);
    this.#calls = [
      ...needed,
      ...more,
      { tool: 'propose', input: { title, hypothesis, kind: kind.slice(0, 60) } },
    ];
  }

  reply(body: Anthropic.MessageCreateParams): ScriptedReply {
    const { output } = this.scripted;
    const by = whoAsks(body);
    if (by === 'director') return { tool: 'set_directions', input: DIRECTIONS, tokens: output };
    if (by === 'critic') {
      const asked = JSON.stringify(body.messages.at(-1)).slice(-200);
      return asked.includes('write_insight')
        ? { tool: 'write_insight', input: INSIGHT, tokens: output }
        : { tool: 'judge', input: JUDGEMENT, tokens: output };
    }
    const turn = body.messages.filter(({ role }) => role === 'assistant').length;
    const next = this.#calls[turn];
    if (!next) throw new Error(`the script has no reply ${turn}`);
    return { ...next, tokens: output };
  }
}

const JUDGEMENT = { decision: 'go', ground: 'none', reason: '' };

const INSIGHT = {
  insight:
    'The gain comes from the early steps: the loss is lower from a tenth of the budget on and the gap does not widen after it, so that later changes of the same kind are likely to show as little.',
  experiments: [],
};

const DIRECTIONS = {
  directions: [
    { direction: 'Schedules that spend more of the budget on small steps.', family: 'schedule' },
    { direction: 'Gated layers in place of plain ones, at equal FLOPs.', family: 'architecture' },
    { direction: 'Smaller batches early and larger ones late.', family: 'batch' },
  ],
};
