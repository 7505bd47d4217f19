import type { TeamView } from '../../../agent/team/view';
import { useLab, useLabState } from '../../use-lab';

/** All others have ended; somebody who needs no key would go on. */
export function Offer({ offer }: { readonly offer: NonNullable<TeamView['offer']> }) {
  const lab = useLab();
  const activity = useLabState((snapshot) => snapshot.activity);
  const takeOver = () => {
    lab.team.accept();
    // A study that has stopped for want of a researcher does not go on by itself.
    if (activity === 'idle') lab.start();
  };
  return (
    <div className="notice team-offer">
      <p>
        <span className="sentence">{offer.reason}</span>. {offer.title} can go on without a key.
      </p>
      <button type="button" className="button" onClick={takeOver}>
        Let it take over
      </button>
    </div>
  );
}
