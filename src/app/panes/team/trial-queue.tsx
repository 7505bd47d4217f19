import type { ReactNode } from 'react';
import type { TeamView } from '../../../agent/team/view';
import { WaitingTrial } from './waiting-trial';

interface Props {
  readonly team: TeamView;
  readonly children: ReactNode;
}

/** What will be tried next, in its order, as long as it can still be stopped. */
export function TrialQueue({ team, children }: Props) {
  const { waiting } = team;
  return (
    <section className="trial-queue" aria-labelledby="queue-heading">
      <header>
        <h2 id="queue-heading">Next trials</h2>
        {children}
      </header>
      {waiting.length === 0 ? (
        <p className="caption">Nothing waits: what is proposed is tried at once.</p>
      ) : (
        <ol>
          {waiting.map((each, place) => (
            <WaitingTrial key={each.id} team={team} waiting={each} place={place} />
          ))}
        </ol>
      )}
    </section>
  );
}
