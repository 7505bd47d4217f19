import type { ReactNode } from 'react';

/** What one may ask of the team as a whole; the same in one line and above several members. */
export function TeamActions({ children }: { readonly children?: ReactNode }) {
  return <div className="team-actions">{children}</div>;
}
