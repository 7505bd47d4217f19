/** Claude's researchers and roles for the page; loaded with the SDK, and not before they are needed. */
import {
  type ClaudeEvent,
  createClaudeResearcher,
  Meter,
  type Spent,
} from '../../agent/researchers/claude';
import { createIndexedDbDesks } from '../../agent/researchers/claude/desks/indexed-db';
import { createClaudeCritic, createClaudeDirector } from '../../agent/researchers/claude/roles';
import type { Critic } from '../../agent/team/critic';
import type { Director } from '../../agent/team/director';
import type { Member } from '../../agent/team/member';
import type { Lab } from '../lab/lab';
import type { ClaudeSettings } from './settings';

export { lookAt } from './look';

export interface Crew {
  readonly members: readonly Member[];
  readonly critic: Critic | null;
  readonly director: Director | null;
}

/** What was spent on the study so far, and the hours its researchers were at work. */
export type OnSpent = (spent: Spent, hours: number) => void;

/** Everybody shares one meter, so that caps hold for all of them together. */
export function makeCrew(
  key: string,
  settings: ClaudeSettings,
  { instruments }: Pick<Lab, 'instruments'>,
  onSpent: OnSpent,
): Crew {
  const { baseURL, model, roleModel, caps, prices } = settings;
  const meter = new Meter(prices);
  const tell = ({ type }: ClaudeEvent) => {
    if (type === 'spent' || type === 'asking') onSpent(meter.spent, meter.hours);
  };
  const store = createIndexedDbDesks();
  const shared = { key, baseURL, caps, meter, store, tell };
  const own = { ...shared, ...(model !== '' && { model }) };
  const role = { ...shared, ...((roleModel || model) !== '' && { model: roleModel || model }) };
  const { inspect, note } = instruments;
  const reading = { ...role, ...(inspect && { inspect }), ...(note && { note }) };
  return {
    members: Array.from({ length: settings.researchers }, (_, i) =>
      createClaudeResearcher({ ...own, id: `claude-${i + 1}`, instruments }),
    ),
    critic: settings.critic ? createClaudeCritic(reading) : null,
    director: settings.director ? createClaudeDirector(role) : null,
  };
}
