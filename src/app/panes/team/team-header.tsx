import type { TeamView } from '../../../agent/team/view';
import { formatCompact } from '../../format';
import { TeamActions } from './team-actions';
import { formatDollars, spentByAll } from './words';

interface Props {
  readonly team: TeamView;
  /** Where the pane may be one line again. */
  readonly onLess?: () => void;
}

/** The team as a whole: how busy it keeps the device, and what it has cost. */
export function TeamHeader({ team, onLess }: Props) {
  const spent = spentByAll(team);
  return (
    <header className="team-header">
      <h2 id="team-heading">Researchers</h2>
      <p className="caption number team-facts">
        <span>
          Device busy <strong>{percent(team.deviceBusy)}</strong>
        </span>
        {spent && (
          <>
            <span>
              Spent <strong>{formatDollars(spent.dollars)}</strong>
            </span>
            <span>{formatCompact(spent.tokens)} tokens</span>
          </>
        )}
      </p>
      <TeamActions>
        {onLess && (
          <button type="button" className="button quiet" onClick={onLess}>
            Show less
          </button>
        )}
      </TeamActions>
    </header>
  );
}

export const percent = (share: number) => `${Math.round(share * 100)}%`;
