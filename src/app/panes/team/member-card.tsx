import { memo } from 'react';
import type { MemberView } from '../../../agent/team/view';
import { formatDuration } from '../../format';
import { useLabState } from '../../use-lab';
import { DoingMark } from './doing-mark';
import { MemberActions } from './member-actions';
import { MemberStream } from './member-stream';
import { MessageField } from './message-field';
import { doingWords, moneyWords, successWords, tokenWords, trainingWords } from './words';

/** One member: what it does, what it pursues, what it says, what came of it, and what one may ask of it. */
export const MemberCard = memo(function MemberCard({ member }: { readonly member: MemberView }) {
  const study = useLabState((snapshot) => snapshot.study);
  const training = trainingWords(member, study);
  const { id, title, doing, model, wait, direction, stream, spent, idle, ending } = member;
  const heading = `member-${id}`;
  return (
    <article className={`member ${doing}`} aria-labelledby={heading}>
      <header>
        <h3 id={heading}>{title}</h3>
        {model && <span className="caption member-model">{model}</span>}
        <DoingMark doing={doing}>{doingWords(member)}</DoingMark>
      </header>
      {wait && <p className="caption member-wait">{wait.reason}</p>}
      {ending && <p className="member-ending sentence">{ending}</p>}
      {direction && (
        <p className="member-direction">
          <span className="caption">Pursues</span> {direction}
        </p>
      )}
      {stream.length > 0 && <MemberStream title={title} stream={stream} />}
      <p className="caption number team-facts">
        {training && <span className="member-training sentence">{training}</span>}
        <span>{successWords(member)}</span>
        {spent && (
          <>
            <span>{tokenWords(spent)}</span>
            <span>{moneyWords(spent)}</span>
          </>
        )}
        {idle >= 1000 && <span>idle for {formatDuration(idle / 1000)}</span>}
      </p>
      {doing !== 'ended' && hears(member) && <MessageField id={id} title={title} />}
      <MemberActions member={member} />
    </article>
  );
});

/** Only one that reads words understands a message. */
const hears = ({ researcher }: MemberView) => researcher === 'claude';
