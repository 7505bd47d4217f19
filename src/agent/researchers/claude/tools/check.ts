import type { Inspection } from '../../../../model/harness/inspect';
import { fenced } from '../../../document/fence';
import { sameGraphRefusal } from '../../../loop/proposals';
import { summariesOf } from '../../../scores';
import type { Study } from '../../../study';
import { countTokens } from '../../../verdicts/simplicity';
import { object } from '../schema';
import { refused, said, type Tool } from './tool';
import { troubleAnswer } from './trouble';
import { checkedTypes } from './types';

type Seen = Inspection & { readonly status: 'ok' };

export const check: Tool<object> = {
  name: 'check',
  description:
    'Checks the types of the draft, compiles and traces it, and trains nothing. Says parameters, FLOPs, bytes and launches of a step and how many steps fit the budget, or what is wrong, with file and line. Free; call it after every edit.',
  input: object({}),
  needs: 'inspect',
  async run(_, desk, signal) {
    const { draft, study } = desk;
    const types = await checkedTypes(desk, signal);
    if (types.trouble) return types.trouble;
    const seen = await desk.instruments.inspect!(draft, signal);
    if (seen.status === 'crashed') return troubleAnswer(seen.crash, desk);
    if (seen.status === 'void') {
      return refused(
        `The check was disturbed from outside. It says nothing of the program; check again.\n\n${fenced('reason', seen.reason.slice(0, 500))}`,
      );
    }
    const same = sameGraphRefusal(study, draft, seen.graphHash);
    const facts = [
      `- parameters: ${whole(seen.parameters)}`,
      `- FLOPs of a step: ${whole(seen.flopsPerToken * tokensOf(seen.phases[0]!))}; for a token: ${whole(seen.flopsPerToken)}`,
      ...(seen.bytesPerStep === undefined
        ? []
        : [`- bytes moved by a step, estimated: ${whole(seen.bytesPerStep)}`]),
      `- launches of a step: ${seen.launchesPerStep}`,
      `- phases: ${seen.phases.map(({ until, batch, context }) => `batch ${batch}, context ${context} until ${until}`).join('; ')}`,
      `- steps in the budget: ${stepsInBudget(study, seen)}`,
      `- tokens of source: ${countTokens(draft)}`,
    ];
    const notes = [
      types.unknown,
      same === null ? null : `It cannot be proposed as it is:\n\n${fenced('reason', same)}`,
    ];
    return said(
      ['It compiles and traces.', facts.join('\n'), ...notes]
        .filter((part) => part !== null)
        .join('\n\n'),
    );
  },
};

/** Exact for budgets that are counted; foreseen from the incumbent's speed for a budget of seconds. */
export function stepsInBudget(study: Study, seen: Seen): string {
  const { unit, amount } = study.task.budget;
  if (unit === 'steps') return whole(amount);
  const incumbent = study.experiments.find(({ id }) => id === study.incumbent);
  const known = incumbent && summariesOf(incumbent)[0];
  let before = 0;
  let steps = 0;
  for (const phase of seen.phases) {
    const share = amount * (phase.until - before);
    before = phase.until;
    const tokens = tokensOf(phase);
    if (unit === 'tokens') steps += share / tokens;
    else if (unit === 'flops') steps += share / (tokens * seen.flopsPerToken);
    else if (!known || known.achievedFlops <= 0) return 'not known before a trial was run';
    else steps += (share * known.achievedFlops) / (tokens * seen.flopsPerToken);
  }
  if (unit !== 'seconds' || !known) return `about ${whole(steps)}`;
  return `about ${whole(steps)}, at the incumbent's FLOPs a second; the incumbent takes ${whole(known.steps)}`;
}

const tokensOf = ({ batch, context }: Seen['phases'][number]): number => batch * context;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
