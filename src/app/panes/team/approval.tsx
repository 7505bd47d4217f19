import { useLab } from '../../use-lab';

/** Whether a trial waits for a person's word. */
export function Approval({ on }: { readonly on: boolean }) {
  const lab = useLab();
  return (
    <label className="approval">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => lab.team.setApproval(event.target.checked)}
      />
      Ask me before each trial
    </label>
  );
}
