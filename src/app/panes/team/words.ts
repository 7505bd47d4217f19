/** A team in words: what its members are doing, what they cost, and what a screen reader is told. */

import { promptOf, type Spent } from '../../../agent/researchers/claude/spent';
import type { Study } from '../../../agent/study';
import type { MemberView, TeamView, WaitingProposal } from '../../../agent/team/view';
import { arrows, formatCompact, formatDuration, plural } from '../../format';
import { experimentById } from '../../lab/experiments';
import { titleOf } from '../../lab/shown-program';

/** What a member is doing, in a few words. */
export function doingWords({ doing, wait, draft }: MemberView): string {
  switch (doing) {
    case 'working':
      return draft ? 'editing and checking' : 'reading';
    case 'waiting':
      return wait ? `waiting, ${formatDuration(wait.secondsLeft)} more` : 'waiting for the API';
    case 'ready':
      return 'ready: its proposal waits';
    case 'held':
      return 'you have its keyboard';
    default:
      return doing;
  }
}

/** `experiment 12 trains`; null while none of its own does. */
export function trainingWords({ experiment }: MemberView, study: Study | null): string | null {
  const found = experimentById(study, experiment);
  return found && `experiment ${found.number} trains`;
}

/** One line for a researcher that thinks in an instant: its trial says more than what it does meanwhile. */
export function briefWords(member: MemberView, study: Study | null): string {
  const settled = ['paused', 'held', 'ended'].includes(member.doing);
  return (settled ? null : trainingWords(member, study)) ?? doingWords(member);
}

export function successWords({ tried, kept }: MemberView): string {
  return tried === 0 ? 'no verdict yet' : `${kept} kept of ${tried}`;
}

export function tokenWords({ tokens }: Spent): string {
  return `${formatCompact(promptOf(tokens) + tokens.output)} tokens`;
}

/** Money, and that it is not all of it where a model has no known price. */
export function moneyWords({ dollars, models }: Spent): string {
  const unknown = models.some((model) => model.dollars === null);
  if (!unknown) return formatDollars(dollars);
  return dollars === 0 ? 'price unknown' : `${formatDollars(dollars)} and more, price unknown`;
}

/** `$0.004`, `$0.42`, `$12.30`. */
export function formatDollars(dollars: number): string {
  return `$${dollars.toFixed(dollars > 0 && dollars < 0.01 ? 3 : 2)}`;
}

/** What all members cost together; null where none of them costs anything. */
export function spentByAll({ members }: TeamView): { tokens: number; dollars: number } | null {
  const all = members.flatMap(({ spent }) => (spent ? [spent] : []));
  if (all.length === 0) return null;
  return {
    tokens: all.reduce((sum, { tokens }) => sum + promptOf(tokens) + tokens.output, 0),
    dollars: all.reduce((sum, { dollars }) => sum + dollars, 0),
  };
}

export function stageWords({ stage }: WaitingProposal, place: number): string {
  if (stage === 'reading') return 'the critic reads it';
  if (stage === 'approval') return 'waits for your word';
  return place === 0 ? 'runs next' : `waits behind ${plural(place, 'trial')}`;
}

/**
 * What a screen reader is told when one view of a team follows another: decisions, and what only a person can
 * answer; nothing of what streams by.
 */
export function announcements(before: TeamView, after: TeamView): readonly string[] {
  const said: string[] = [];
  for (const member of after.members) {
    const was = before.members.find(({ id }) => id === member.id);
    if (!was) said.push(`${member.title} has come`);
    else if (was.doing !== member.doing) said.push(...changeOf(was, member));
  }
  for (const { id, title } of before.members) {
    if (!after.members.some((member) => member.id === id)) said.push(`${title} has left`);
  }
  if (after.offer && !before.offer) {
    said.push(`${after.offer.title} offers to take over: ${after.offer.reason}`);
  }
  for (const { id, member, proposal, stage } of after.waiting) {
    const was = before.waiting.find((each) => each.id === id);
    const whose = `${titleOf(after, member)}: ${arrows(proposal.title)}`;
    if (stage === 'approval' && was?.stage !== 'approval')
      said.push(`Waits for your word, ${whose}`);
    // A researcher that proposes in an instant is heard of by its verdicts.
    else if (!was && proposal.researcher !== 'local') said.push(`Proposed, ${whose}`);
  }
  return said;
}

function changeOf(was: MemberView, { doing, title, ending }: MemberView): string[] {
  if (doing === 'ended') return [`${title} ended${ending ? `: ${ending}` : ''}`];
  if (doing === 'paused') return [`${title} is paused`];
  if (doing === 'held') return [`You have the keyboard of ${title}`];
  if (was.doing === 'paused' || was.doing === 'held') return [`${title} goes on`];
  return [];
}
