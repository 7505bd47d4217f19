import { IDEAS } from '../desk';
import { object, text } from '../schema';
import { said, type Tool } from './tool';

export const giveUp: Tool<{ reason: string }> = {
  name: 'give_up',
  description:
    "Gives this idea up: the draft is the incumbent's program again, and you take another idea. No trial is spent.",
  input: object<{ reason: string }>({ reason: text('Why it is not worth a trial.', 500) }),
  run({ reason }, desk) {
    desk.ideas++;
    desk.startFrom(null);
    if (desk.ideas < IDEAS)
      return said(
        `The draft is the incumbent's program again. ${IDEAS - desk.ideas} more ideas may be given up.`,
      );
    return {
      text: 'That was the last one for now.',
      ended: `${IDEAS} ideas were given up, the last because: ${reason}`,
    };
  },
};
