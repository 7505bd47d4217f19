import { hashName, threefry2x32 } from '../../../../kernels/random/threefry';
import { thinCurve } from '../../../../model/harness/thin-curve';
import type { LossPoint } from '../../../../model/harness/trial';
import { budgetInWords } from '../../../budget-words';
import { fenced } from '../../../document/fence';
import { PROBES } from '../desk';
import { object, whole } from '../schema';
import { refused, said, type Tool } from './tool';
import { troubleAnswer } from './trouble';

const POINTS = 12;
const KEY = hashName('seeds of probes');

export const probe: Tool<{ percent: number }> = {
  name: 'probe',
  description:
    'Trains the draft for a small share of the budget, on a seed that no comparison uses, and shows its training loss. Use it to see that a program learns at all and at what speed. It is no evidence: a program that is ahead early is often behind at the end, and one seed is mostly luck.',
  input: object<{ percent: number }>({
    percent: whole('Share of the budget, in per cent.', 1, 20),
  }),
  needs: 'run',
  async run({ percent }, desk, signal) {
    if (desk.probes >= PROBES) {
      return refused(
        `All ${PROBES} probes of this proposal are used up. Propose, or take another idea.`,
      );
    }
    const number = desk.probes++;
    const { study, draft } = desk;
    const { unit, amount } = study.task.budget;
    const share = (amount * percent) / 100;
    const budget = { unit, amount: unit === 'seconds' ? share : Math.max(1, Math.round(share)) };
    const [bits] = threefry2x32(hashName(study.id), KEY, hashName(desk.name), number);
    const points: LossPoint[] = [];
    const result = await desk.instruments.run!(
      {
        id: `${study.id}.probe.${desk.name}.${number}`,
        program: draft,
        seed: bits >>> 1,
        budget,
      },
      (event) => {
        if (event.type === 'progress') points.push(...event.points);
      },
      signal,
    );
    signal.throwIfAborted();
    if (result.status === 'crashed') return troubleAnswer(result.crash, desk);
    if (result.status !== 'finished') {
      return refused(
        `The probe says nothing. Try again, or go on without.\n\n${fenced('reason', result.reason.slice(0, 500))}`,
      );
    }
    // The validation score is kept back: a researcher who could look at it often would select by its luck.
    const { steps, trainingSeconds, curve } = result.summary;
    const shown = thinCurve(points.length > 0 ? points : curve, POINTS)
      .map(({ step, loss }) => `${step}:${loss.toFixed(3)}`)
      .join(' ');
    return said(
      `A probe over ${budgetInWords(budget)}, NO EVIDENCE: it trained ${steps} steps in ${trainingSeconds.toFixed(2)} s. Training loss in nats per token as step:loss.\n\n${fenced('probe', shown)}`,
    );
  },
};
