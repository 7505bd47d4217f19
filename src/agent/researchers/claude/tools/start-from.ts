import { object, text } from '../schema';
import { refused, said, type Tool } from './tool';

export const startFrom: Tool<{ experiment: string }> = {
  name: 'start_from',
  description:
    "Throws the draft away and begins with the program of another experiment. The comparison stays against the incumbent. Without this, the draft begins with the incumbent's program.",
  input: object<{ experiment: string }>({ experiment: text('Number of the experiment.', 20) }),
  run({ experiment }, desk) {
    const found = desk.study.experiments.find(
      (each) => String(each.number) === experiment.replace(/^#/, ''),
    );
    if (!found)
      return refused(
        `There is no experiment of that number; the last one is #${desk.study.experiments.length - 1}.`,
      );
    desk.startFrom(found.id);
    return said(
      `The draft is now the program of experiment #${found.number}. Call read_program to see it.`,
    );
  },
};
