import type { ReactNode } from 'react';
import type { MemberDoing } from '../../../agent/team/view';

/** What a member is doing: a shape and words, so that neither colour nor motion is needed. */
export function DoingMark({ doing, children }: { doing: MemberDoing; children: ReactNode }) {
  return (
    <span className={`doing ${doing}`}>
      <span className="doing-dot" aria-hidden="true" />
      <span className="doing-words number">{children}</span>
    </span>
  );
}
