import { fenced } from '../../../document/fence';
import { refusalOf, sameGraphRefusal } from '../../../loop/proposals';
import { patchOf } from '../../../program-diff';
import { object, text } from '../schema';
import { refused, type Tool } from './tool';
import { troubleAnswer } from './trouble';
import { checkedTypes } from './types';

export const propose: Tool<{ title: string; hypothesis: string; kind: string }> = {
  name: 'propose',
  description:
    'Hands the draft over as the next experiment and ends your turn. The lab runs its trials and decides; you see the verdict afterwards. One idea at a time: a change of which one knows why it helped.',
  input: object<{ title: string; hypothesis: string; kind: string }>({
    title: text('The change in a few words, such as: learning rate 0.01 -> 0.02.', 200),
    hypothesis: text('One sentence: what is expected, and why.', 1000),
    kind: text('The kind of change in a word or two, such as: learning-rate, attention, init.', 60),
  }),
  async run({ title, hypothesis, kind }, desk, signal) {
    const proposal = desk.proposal(title, hypothesis, kind);
    const { study } = desk;
    const parent = study.experiments.find(({ id }) => id === proposal.parent);
    if (
      patchOf(parent?.program ?? study.baseline, proposal.program) === '' &&
      parent?.id === study.incumbent
    ) {
      return refused(
        "The draft is the incumbent's program, unchanged. Edit it with replace or write_file first.",
      );
    }
    const byText = refusalOf(study, proposal);
    if (byText !== null) return notTaken(byText);
    const types = await checkedTypes(desk, signal);
    if (types.trouble) return types.trouble;
    const seen = await desk.instruments.inspect?.(proposal.program, signal);
    if (seen?.status === 'crashed') return troubleAnswer(seen.crash, desk);
    const byGraph =
      seen?.status === 'ok' ? sameGraphRefusal(study, proposal.program, seen.graphHash) : null;
    if (byGraph !== null) return notTaken(byGraph);
    return { text: 'Taken: the lab runs its trials now.', proposal };
  },
};

/** The reason quotes titles, which are data. */
const notTaken = (reason: string) =>
  refused(`Not taken. Change the draft.\n\n${fenced('reason', reason)}`);
