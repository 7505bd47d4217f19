import type { ReactNode } from 'react';
import type { TeamView } from '../../../agent/team/view';
import { useDesk } from '../../desk';
import { useTeam } from '../../use-team';
import { Approval } from './approval';
import { isCalm } from './calm';
import { Directions } from './directions';
import { TrialQueue } from './trial-queue';

/** What will be tried next, where there is more to it than one researcher's next idea. */
export function NextTrials() {
  return (
    <Planned>
      {(team) => (
        <TrialQueue team={team}>
          <Approval on={team.approval} />
        </TrialQueue>
      )}
    </Planned>
  );
}

/** What researchers are asked to pursue beside the brief. */
export function TeamDirections() {
  return <Planned>{({ directions }) => <Directions directions={directions} />}</Planned>;
}

/** Shown with the whole team, and left out where one line stands for it. */
function Planned({ children }: { readonly children: (team: TeamView) => ReactNode }) {
  const team = useTeam((team) => team);
  const { open } = useDesk();
  return team && (open || !isCalm(team)) ? children(team) : null;
}
