import { diagnosticsSection } from '../../../document/diagnostics';
import { fenced } from '../../../document/fence';
import { object } from '../schema';
import { refused, said, type Tool } from './tool';

export const diagnostics: Tool<object> = {
  name: 'diagnostics',
  description:
    'Trains the draft once, apart from its trials, and looks inside: norms of gradients, updates and weights by parameter at points of the budget, how widely attention looks, and where the work of a step lies. Takes as long as a trial.',
  input: object({}),
  needs: 'diagnose',
  async run(_, desk, signal) {
    try {
      const seen = await desk.instruments.diagnose!(desk.draft, signal);
      const text = diagnosticsSection(seen).versions[0] ?? '';
      return text === ''
        ? refused('Nothing could be seen inside it.')
        : said(text.replace('incumbent', 'draft'));
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      return refused(
        `The draft could not be trained. Call check first.\n\n${fenced('error', message.slice(0, 2000))}`,
      );
    }
  },
};
