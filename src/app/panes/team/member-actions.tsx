import type { MemberView } from '../../../agent/team/view';
import { showProgramPane, useDesk } from '../../desk';
import { useLab } from '../../use-lab';

/** What one may ask of a member, as far as it can be asked now. */
export function MemberActions({ member }: { readonly member: MemberView }) {
  const lab = useLab();
  const { watched, watch, take, taken } = useDesk();
  const { id, title, doing, draft } = member;
  const stopped = doing === 'paused';
  const ended = doing === 'ended';
  const held = doing === 'held';
  const watching = typeof watched === 'object' && 'member' in watched && watched.member === id;
  const ask = (word: string, does: () => void) => (
    <button type="button" className="button quiet" aria-label={`${word}: ${title}`} onClick={does}>
      {word}
    </button>
  );
  return (
    <div className="member-actions">
      {!ended &&
        !held &&
        (stopped
          ? ask('Resume', () => lab.team.resume(id))
          : ask('Pause', () => lab.team.pause(id)))}
      {draft &&
        !ended &&
        !held &&
        !watching &&
        ask('Watch it write', () => {
          watch({ member: id });
          showProgramPane();
        })}
      {draft &&
        !ended &&
        !held &&
        ask('Take the keyboard', () => {
          if (take(id, title)) showProgramPane();
        })}
      {held && taken?.member === id && ask('To the editor', showProgramPane)}
      {held && taken?.member !== id && ask('Give it back', () => lab.team.handBack(id, null))}
      {ask(ended ? 'Take away' : 'Dismiss', () => lab.team.dismiss(id))}
    </div>
  );
}
