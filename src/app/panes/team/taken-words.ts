import type { MemberView } from '../../../agent/team/view';

/**
 * How it stands with the author of a draft that a person took. `waits`: for the draft; `may take`: it went on by
 * itself, as after a reload, and has a draft that can be replaced; `idle`: it went on and writes nothing yet.
 */
export type Hands = 'waits' | 'may take' | 'idle' | 'ended' | 'away';

/** `waits`: whether it was told to since the page was loaded. */
export function handsOf(author: Pick<MemberView, 'doing' | 'draft'> | null, waits: boolean): Hands {
  if (!author) return 'away';
  if (author.doing === 'ended') return 'ended';
  if (waits || author.doing === 'held') return 'waits';
  return author.draft ? 'may take' : 'idle';
}

export function takenWords(hands: Hands, title: string): string {
  switch (hands) {
    case 'waits':
      return 'You have its keyboard, and it waits.';
    case 'may take':
      return `You had the keyboard of ${title}, which went on since: “Hand back” puts this text in place of its draft.`;
    case 'idle':
      return `You had the keyboard of ${title}, which writes nothing now; it can have this text once it does.`;
    case 'ended':
      return `${title} has ended; this is still yours to run.`;
    case 'away':
      return `${title} is not here; this is still yours to run.`;
  }
}
