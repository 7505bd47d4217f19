import type { MemberView, TeamView } from '../../../agent/team/view';
import { useLab, useLabState } from '../../use-lab';
import { DoingMark } from './doing-mark';
import { TeamActions } from './team-actions';
import { percent } from './team-header';
import { briefWords, successWords } from './words';

interface Props {
  readonly team: TeamView;
  readonly member: MemberView | null;
  onMore(): void;
}

/** A team of one that costs nothing, in one line. */
export function MemberLine({ team, member, onMore }: Props) {
  const lab = useLab();
  const study = useLabState((snapshot) => snapshot.study);
  return (
    <div className="member-line">
      <h2 id="team-heading">{member ? member.title : 'Researchers'}</h2>
      {member ? (
        <>
          <DoingMark doing={member.doing}>{briefWords(member, study)}</DoingMark>
          <p className="caption number team-facts">
            <span>{successWords(member)}</span>
            <span>device busy {percent(team.deviceBusy)}</span>
          </p>
        </>
      ) : (
        <p className="caption">Nobody proposes: the study waits.</p>
      )}
      <TeamActions>
        {member && member.doing === 'paused' && (
          <button type="button" className="button quiet" onClick={() => lab.team.resume(member.id)}>
            Resume
          </button>
        )}
        <button type="button" className="button quiet" aria-expanded="false" onClick={onMore}>
          Show more
        </button>
      </TeamActions>
    </div>
  );
}
