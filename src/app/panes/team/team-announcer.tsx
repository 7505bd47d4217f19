import { useEffect, useRef, useState } from 'react';
import type { TeamView } from '../../../agent/team/view';
import { useTeam } from '../../use-team';
import { announcements } from './words';

/** Tells screen readers what was decided in the team, and never what streams by. */
export function TeamAnnouncer() {
  const team = useTeam((team) => team);
  const last = useRef<TeamView | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const news = team && last.current ? announcements(last.current, team) : [];
    last.current = team;
    if (news.length > 0) setSaid(`${news.join('. ')}.`);
  }, [team]);
  return (
    <p className="unseen" aria-live="polite">
      {said}
    </p>
  );
}
