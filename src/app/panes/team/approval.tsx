import { useState } from 'react';
import { useLab } from '../../use-lab';

/** Whether a trial waits for a person's word. */
export function Approval({ on }: { readonly on: boolean }) {
  const lab = useLab();
  /** What was asked and is not shown by the team yet: the box must not jump back meanwhile. */
  const [asked, setAsked] = useState<boolean | null>(null);
  if (asked === on) setAsked(null);
  return (
    <label className="approval">
      <input
        type="checkbox"
        checked={asked ?? on}
        onChange={({ target: { checked } }) => {
          setAsked(checked);
          lab.team.setApproval(checked);
        }}
      />
      Ask me before each trial
    </label>
  );
}
