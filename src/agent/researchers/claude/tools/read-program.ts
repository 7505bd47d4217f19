import { numberOf } from '../../../document/standing';
import { object } from '../schema';
import { showProgram } from './files';
import { said, type Tool } from './tool';

export const readProgram: Tool<object> = {
  name: 'read_program',
  description:
    'Shows both files of the draft as they stand now, and which experiment it is an edit of.',
  input: object({}),
  run: (_, { draft, parent, study }) =>
    said(`The draft, an edit of experiment #${numberOf(study, parent)}.\n\n${showProgram(draft)}`),
};
