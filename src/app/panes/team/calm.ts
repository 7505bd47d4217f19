import type { TeamView } from '../../../agent/team/view';

/** Nothing of this team needs a person's eye: a researcher without a key, and nothing that waits for a word. */
export function isCalm({ members, approval, directions, waiting, offer }: TeamView): boolean {
  return (
    members.length <= 1 &&
    members.every(({ researcher }) => researcher === 'local') &&
    !approval &&
    !offer &&
    directions.length === 0 &&
    waiting.every(({ stage }) => stage === 'device')
  );
}
