import { fenced } from '../../../document/fence';
import { messageOf } from '../../../loop/waiting';
import { list, object, text } from '../schema';
import { refused, said, type Tool } from './tool';

export const noteInsight: Tool<{ text: string; experiments: readonly string[] }> = {
  name: 'note_insight',
  description:
    'Writes one sentence into the memory of the study, for later experiments: something that the evidence taught and that the verdicts alone do not say.',
  input: object<{ text: string; experiments: readonly string[] }>({
    text: text('What was learned, in a sentence.', 500),
    experiments: list('Numbers of the experiments that it rests on.', text('A number.', 20), 20),
  }),
  needs: 'note',
  async run({ text, experiments }, desk) {
    const known = new Map(desk.study.experiments.map(({ id, number }) => [String(number), id]));
    const ids = experiments.map((number) => known.get(number.replace(/^#/, '')));
    if (ids.includes(undefined))
      return refused(
        `Not each of these is the number of an experiment; the last one is #${desk.study.experiments.length - 1}.`,
      );
    // A reload may have come between the note and this answer: it is not written twice.
    const written = desk.study.insights.some(
      (each) => each.author === 'claude' && each.text === text,
    );
    if (written) return said('Noted.');
    try {
      await desk.instruments.note!({
        type: 'insight',
        text,
        experiments: ids as string[],
        author: 'claude',
      });
      return said('Noted.');
    } catch (error) {
      return refused(`It was not noted.\n\n${fenced('error', messageOf(error))}`);
    }
  },
};
