import { useState } from 'react';
import type { TeamView, WaitingProposal } from '../../../agent/team/view';
import { showProgramPane, useDesk } from '../../desk';
import { arrows } from '../../format';
import { titleOf } from '../../lab/shown-program';
import { useLab } from '../../use-lab';
import { stageWords } from './words';

interface Props {
  readonly team: TeamView;
  readonly waiting: WaitingProposal;
  readonly place: number;
}

/** A proposal before its trial: to read, to let through, or to veto. */
export function WaitingTrial({ team, waiting, place }: Props) {
  const lab = useLab();
  const { watch } = useDesk();
  /** Null until it was thought of. */
  const [vetoing, setVetoing] = useState<boolean | null>(null);
  const { id, member, proposal, stage, critique } = waiting;
  const title = arrows(proposal.title);
  return (
    <li className={`waiting-trial ${stage}`}>
      <p className="waiting-title">{title}</p>
      <p className="caption">
        <span className="waiting-who">{titleOf(team, member)}</span>
        <span>{stageWords(waiting, place)}</span>
      </p>
      {proposal.hypothesis !== proposal.title && (
        <p className="waiting-hypothesis">{proposal.hypothesis}</p>
      )}
      {critique && (
        <p className="waiting-critique">
          <span className="caption">The critic</span> {critique}
        </p>
      )}
      {vetoing ? (
        <VetoForm id={id} title={title} onDone={() => setVetoing(false)} />
      ) : (
        <div className="member-actions">
          {stage === 'approval' && (
            <button
              type="button"
              className="button primary small"
              aria-label={`Approve: ${title}`}
              onClick={() => lab.team.approve(id)}
            >
              Approve
            </button>
          )}
          <button
            type="button"
            className="button quiet"
            aria-label={`Show the change: ${title}`}
            onClick={() => {
              watch({ proposal: id });
              showProgramPane();
            }}
          >
            Show the change
          </button>
          <button
            type="button"
            className="button quiet"
            aria-label={`Veto: ${title}`}
            // biome-ignore lint/a11y/noAutofocus: after a change of mind the field has made way for it.
            autoFocus={vetoing === false}
            onClick={() => setVetoing(true)}
          >
            Veto
          </button>
        </div>
      )}
    </li>
  );
}

interface VetoProps {
  readonly id: string;
  readonly title: string;
  onDone(): void;
}

const LONGEST_REASON = 600;

/** The author learns the reason; it may stay empty. */
function VetoForm({ id, title, onDone }: VetoProps) {
  const lab = useLab();
  const [reason, setReason] = useState('');
  return (
    <form
      className="message-field"
      onSubmit={(event) => {
        event.preventDefault();
        lab.team.veto(id, reason.trim());
        onDone();
      }}
    >
      <input
        className="input"
        aria-label={`Why not: ${title}`}
        placeholder="Why not? (may stay empty)"
        maxLength={LONGEST_REASON}
        // biome-ignore lint/a11y/noAutofocus: the button that was pressed has made way for this field.
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      />
      <button type="submit" className="button danger">
        Veto it
      </button>
      <button type="button" className="button quiet" onClick={onDone}>
        Cancel
      </button>
    </form>
  );
}
