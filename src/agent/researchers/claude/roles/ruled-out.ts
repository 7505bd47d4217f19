import { type Brief, frozenFile } from '../../../brief';

export const FAMILIES = [
  'architecture',
  'optimizer',
  'schedule',
  'batch',
  'size',
  'init',
  'objective',
  'other',
] as const;

type Family = (typeof FAMILIES)[number];

/** A direction, and what following it would change. */
export interface Planned {
  readonly direction: string;
  readonly family: Family;
}

/** Families that are written in the optimizer's file, and so are frozen with it. */
const OF_THE_OPTIMIZER: readonly Family[] = ['optimizer', 'schedule', 'batch'];

/** Why the brief rules a direction out, or null: told by the family of its change, and by the names in its words. */
export function ruledOut({ direction, family }: Planned, { avoid, frozen }: Brief): string | null {
  if (avoid.includes(family)) return `is of the family ${family}, which the brief avoids`;
  // A family's name in a sentence says little: a batch size is no size of the model.
  const kinds = avoid.filter((name) => !(FAMILIES as readonly string[]).includes(name));
  const named = [...kinds, ...frozen].find((name) => mentions(direction, family, name));
  if (named !== undefined) return `speaks of ${named}, which the brief leaves alone`;
  if (
    frozen.some((name) => frozenFile(name) === 'optimizer') &&
    OF_THE_OPTIMIZER.includes(family)
  ) {
    return `is of the family ${family}, and the brief freezes optimizer.ts`;
  }
  return null;
}

/**
 * Whether a name of the brief stands in a sentence, also as people write it: `learningRate`, `learning rate`. A
 * setting of `config` is often a common word, and means the setting where the sentence is about sizes.
 */
function mentions(sentence: string, family: Family, name: string): boolean {
  const setting = family === 'size' ? name.replace(/^config\./, '') : name;
  return flat(sentence).includes(flat(setting));
}

function flat(text: string): string {
  const words = text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return ` ${words.filter((word) => word !== '').join(' ')} `;
}
