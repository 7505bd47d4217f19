import type { Inspection } from '../../../../model/harness/inspect';
import { messageOf } from '../../../loop/waiting';
import type { Experiment, Note, Proposal, Study, TrialRunner } from '../../../study';
import type { Critic, Critique } from '../../../team/critic';
import type { Meter } from '../meter';
import { choice, list, object, text } from '../schema';
import { CRITIC_BRIEF } from './critic-brief';
import { evidenceText, proposalText } from './judged';
import { type AnswerTool, Role, type RoleOptions } from './role';
import { shownStudy } from './shown';

export interface CriticOptions extends RoleOptions {
  /** Traces and plans a program without training it: what the lab measured of a proposal. */
  readonly inspect?: TrialRunner['inspect'];
  /** Writes a note into the study's log; without it nothing is learned. */
  readonly note?: (note: Note) => Promise<void>;
}

export const GROUNDS = ['duplicate', 'leak', 'reward hack', 'not worth it'] as const;

interface Judgement {
  readonly decision: 'go' | 'object';
  readonly ground: (typeof GROUNDS)[number] | 'none';
  readonly reason: string;
}

const judge: AnswerTool<Judgement> = {
  name: 'judge',
  description: 'Answers whether a proposal is worth a trial. Use it before a trial only.',
  input: object<Judgement>({
    decision: choice('Whether a trial should be spent.', 'go', 'object'),
    ground: choice('Why not; none where the decision is go.', ...GROUNDS, 'none'),
    reason: text(
      'Where you object: what is wrong, with the line or the experiment, and what to do instead. With go: a remark for the person, or nothing.',
      800,
      0,
    ),
  }),
};

interface Learned {
  readonly insight: string;
  readonly experiments: readonly string[];
}

const writeInsight: AnswerTool<Learned> = {
  name: 'write_insight',
  description:
    'Writes what an experiment taught into the memory of the study. Use it after a verdict only.',
  input: object<Learned>({
    insight: text('One sentence.', 500),
    experiments: list(
      'Numbers of other experiments that it rests on; none are needed.',
      text('A number.', 20),
      20,
    ),
  }),
};

/**
 * Claude as the critic: reads a proposal before a trial is spent, and the evidence after it. It never stands in a
 * study's way: where it cannot answer, the proposal goes and the remark says why. Rejects only with the signal.
 */
export function createClaudeCritic(options: CriticOptions): Critic & { readonly meter: Meter } {
  return new ClaudeCritic(options);
}

class ClaudeCritic implements Critic {
  readonly #role: Role;
  readonly #o: Omit<CriticOptions, 'key'>;

  constructor(options: CriticOptions) {
    const { key: _, ...rest } = options;
    this.#role = new Role(options, CRITIC_BRIEF, [judge, writeInsight]);
    this.#o = rest;
  }

  get meter() {
    return this.#role.meter;
  }

  async read(proposal: Proposal, study: Study, signal: AbortSignal): Promise<Critique> {
    try {
      const words = proposalText(proposal, study, await this.#inspected(proposal, signal));
      const question = `${words}\n\nIs it worth a trial? Answer by one call of judge.`;
      const { decision, ground, reason } = await this.#role.ask(
        study.id,
        { content: shownStudy(study, this.#o, question), tool: judge, wrong: unfounded },
        signal,
      );
      const said = reason.trim();
      if (decision === 'go') return { objection: null, remark: said === '' ? null : said };
      return { objection: `${ground}: ${said}`, remark: null };
    } catch (error) {
      signal.throwIfAborted();
      return { objection: null, remark: `The critic could not read it: ${messageOf(error)}` };
    }
  }

  async learn(experiment: Experiment, study: Study, signal: AbortSignal): Promise<void> {
    const { note } = this.#o;
    if (!note || !experiment.verdict || experiment.verdict.ground === 'baseline') return;
    if (study.insights.some((each) => isAbout(each, experiment))) return;
    const ids = new Map(study.experiments.map(({ id, number }) => [String(number), id]));
    const idOf = (number: string) => ids.get(number.replace(/^#/, ''));
    try {
      const question = `${evidenceText(experiment, study)}\n\nWhat did it teach? Answer by one call of write_insight.`;
      const { insight, experiments } = await this.#role.ask(
        study.id,
        {
          content: shownStudy(study, this.#o, question),
          tool: writeInsight,
          wrong: (answer) => unknownAmong(answer.experiments, idOf),
        },
        signal,
      );
      const links = new Set([experiment.id, ...experiments.map((number) => idOf(number)!)]);
      await note({ type: 'insight', text: insight, experiments: [...links], author: 'claude' });
    } catch (error) {
      // Nothing was learned of it: the verdict stands without.
      signal.throwIfAborted();
      this.#o.tell?.({ type: 'asked-again', reason: `no insight: ${messageOf(error)}` });
    }
  }

  async #inspected(proposal: Proposal, signal: AbortSignal): Promise<Inspection | null> {
    try {
      return (await this.#o.inspect?.(proposal.program, signal)) ?? null;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }
}

function unfounded({ decision, ground, reason }: Judgement): string | null {
  if (decision === 'go') return null;
  if (ground === 'none') return `an objection needs one of these grounds: ${GROUNDS.join(', ')}.`;
  if (reason.trim() !== '') return null;
  return 'an objection needs a reason that the researcher can act on.';
}

function unknownAmong(
  numbers: readonly string[],
  idOf: (number: string) => string | undefined,
): string | null {
  const unknown = numbers.filter((number) => idOf(number) === undefined);
  return unknown.length === 0
    ? null
    : `there is no experiment ${unknown.join(', ').slice(0, 200)}; give numbers of the history, or none.`;
}

/** An insight begins its links with the experiment that taught it: after a reload it is not asked for again. */
function isAbout({ author, experiments }: Study['insights'][number], { id }: Experiment): boolean {
  return author === 'claude' && experiments[0] === id;
}
