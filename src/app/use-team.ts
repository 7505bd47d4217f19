import { useSyncExternalStore } from 'react';
import type { TeamView } from '../agent/team/view';
import type { Lab } from './lab/lab';
import { Paced } from './lab/paced';
import { useLab } from './use-lab';

/** Milliseconds between two pictures of a team: replies stream in faster than anybody reads. */
export const TEAM_INTERVAL = 100;

const paced = new WeakMap<Lab, Paced<TeamView | null>>();

/** One for each lab, so that everything that shows a team changes at once. */
function teamOf(lab: Lab): Paced<TeamView | null> {
  let team = paced.get(lab);
  if (!team) {
    const get = () => lab.getSnapshot().team;
    team = new Paced({ subscribe: (listener) => lab.subscribe(listener), get }, TEAM_INTERVAL);
    paced.set(lab, team);
  }
  return team;
}

/** The team, or a part of it, ten times a second at most. `select` must return what the view holds, or a primitive. */
export function useTeam<T>(select: (team: TeamView | null) => T): T {
  const team = teamOf(useLab());
  return useSyncExternalStore(team.subscribe, () => select(team.get()));
}
