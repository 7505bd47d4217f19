import { useDesk } from '../../desk';
import { useLabState } from '../../use-lab';
import { useTeam } from '../../use-team';
import { isCalm } from './calm';
import { MemberCard } from './member-card';
import { MemberLine } from './member-line';
import { Offer } from './offer';
import { TeamHeader } from './team-header';
import './team-pane.css';

/** Whoever proposes: one line for a researcher of the lab's own alone, a command centre for several. */
export function TeamPane() {
  const team = useTeam((team) => team);
  const { open, unfold } = useDesk();
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  // While a study is replayed nobody thinks: what was thought then is in its experiments.
  if (!team || replaying) return null;
  const alone = isCalm(team);
  if (alone && !open) {
    return (
      <section className="team-pane" aria-labelledby="team-heading">
        <MemberLine team={team} member={team.members[0] ?? null} onMore={() => unfold(true)} />
      </section>
    );
  }
  return (
    <section className="team-pane" aria-labelledby="team-heading">
      <TeamHeader team={team} {...(alone && { onLess: () => unfold(false) })} />
      {team.offer && <Offer offer={team.offer} />}
      <div className="team-members">
        {team.members.map((member) => (
          <MemberCard key={member.id} member={member} />
        ))}
      </div>
    </section>
  );
}
