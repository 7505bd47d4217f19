/**
 * The loop and its researcher. They bring a parser of TypeScript along, so the page loads them while the
 * task is being prepared, and not before its first picture.
 */
import { createLocalResearcher } from '../../agent/researchers/local';

export { runFollowUp } from '../../agent/followups/run';
export { runStudy } from '../../agent/loop/run';
export { createTeam } from '../../agent/team/team';

export const researcher = createLocalResearcher();
