import { object, text } from '../schema';
import { fileChoice, keyOf, LONGEST_FILE } from './files';
import { refused, said, type Tool } from './tool';

export const writeFile: Tool<{ file: string; content: string }> = {
  name: 'write_file',
  description:
    'Puts a whole file in the place of one of the draft. For small changes use replace, which is cheaper and safer.',
  input: object<{ file: string; content: string }>({
    file: fileChoice,
    content: text('The whole file.', LONGEST_FILE),
  }),
  run({ file, content }, desk) {
    if (desk.draft[keyOf(file)] === content)
      return refused(`Nothing was changed: ${file} has exactly this content.`);
    desk.edit({ [keyOf(file)]: content });
    return said(
      `Wrote ${file}: ${content.split('\n').length} lines. Call check before you propose.`,
    );
  },
};
